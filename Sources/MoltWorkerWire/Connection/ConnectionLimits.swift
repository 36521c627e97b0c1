/// How much one connection may ask for at once.
package struct ConnectionLimits: Equatable, Sendable {
  /// The most requests without an answer; one more is `busy`.
  ///
  /// Default: 256.
  package var unansweredRequests = 256
  /// The most statements, prepared or being prepared; one more is `too_large`.
  ///
  /// Default: 1,024.
  package var statements = 1024
  /// How long a request may take that names no deadline of its own.
  ///
  /// Default: 30 seconds.
  package var defaultDeadline: Duration = .seconds(30)
  /// The longest deadline a request may name; a longer one is cut to it.
  ///
  /// Default: 1 hour.
  package var longestDeadline: Duration = .seconds(3600)

  /// Creates the default limits.
  package init() {}
}
