public import MoltPostgresWire

/// Hears when statements begin and end, for a tracing system of the user's choice.
///
/// It is called on the task that runs the statement, which has the task's local values. Parameters are
/// never shown to it.
public protocol PostgresTracer: Sendable {
  /// A statement is about to be sent.
  ///
  /// - Returns: What is told at the statement's end, once.
  func begin(_ statement: PostgresStatement) -> @Sendable (PostgresError?) -> Void
}
