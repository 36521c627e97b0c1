/// A place for a connection.
struct PoolSlot {
  enum State: Equatable {
    /// There is no connection.
    case free
    case opening
    /// Ready to be lent.
    case idle
    case checking
    case lent
    case closing
  }

  var state = State.free
  var generation: UInt64 = 0
  /// When the connection was opened.
  var opened = Duration.zero
  /// When it was last given back.
  var used = Duration.zero
  /// When it last proved to be alive.
  var heard = Duration.zero
  /// Whether it ended while somebody had it.
  var isLost = false
}
