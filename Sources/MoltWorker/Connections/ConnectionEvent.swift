/// What the server tells its connections.
enum ConnectionEvent: Sendable {
  /// Take no new work.
  case drain
}
