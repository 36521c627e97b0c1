public import MoltPostgresWire

/// Hears when statements begin and end, for a tracing system of the user's choice.
///
/// It hears of every statement, those that begin and end transactions among them, on the task that runs
/// it, which has the task's local values; of a ``PostgresAnswerQuery``'s runs, which have no task, on an
/// event loop. Parameters are never shown to it.
public protocol PostgresTracer: Sendable {
  /// A statement is about to be sent.
  ///
  /// - Returns: What is told at the statement's end, once, with the error if it failed. A stream that its
  ///   consumer has left early has not failed.
  func begin(_ statement: PostgresStatement) -> @Sendable (PostgresError?) -> Void
}
