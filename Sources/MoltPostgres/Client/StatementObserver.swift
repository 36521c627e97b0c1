internal import CoreMetrics
internal import MoltPostgresWire

/// Who hears of every statement of a connection: the tracer and the counters of its client.
struct StatementObserver: Sendable {
  var tracer: (any PostgresTracer)?
  var metrics: PostgresMetrics?

  /// A statement is about to be sent.
  func begin(_ statement: PostgresStatement) -> StatementObservation {
    metrics?.queries.increment()
    return StatementObservation(end: tracer?.begin(statement), failures: metrics?.failures)
  }
}

/// What has to be said when a statement is over.
struct StatementObservation: Sendable {
  fileprivate let end: (@Sendable (PostgresError?) -> Void)?
  fileprivate let failures: Counter?

  /// The statement is over.
  func end(_ error: PostgresError?) {
    if error != nil { failures?.increment() }
    end?(error)
  }

  func end<Success>(_ result: Result<Success, PostgresError>) {
    if case .failure(let error) = result { end(error) } else { end(nil) }
  }
}
