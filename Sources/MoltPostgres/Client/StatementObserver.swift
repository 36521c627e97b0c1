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

  /// A batch is about to be sent.
  ///
  /// - Returns: What wants to hear of its end; nil where nobody does.
  func begin(_ batch: [PostgresQuery]) -> BatchObservation? {
    metrics?.queries.increment(by: batch.count)
    guard tracer != nil || metrics != nil else { return nil }
    let ends = tracer.map { tracer in batch.map { tracer.begin($0.statement) } }
    return BatchObservation(ends: ends ?? [], failures: metrics?.failures)
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

/// What has to be said when a batch is over.
struct BatchObservation: Sendable {
  fileprivate let ends: [@Sendable (PostgresError?) -> Void]
  fileprivate let failures: Counter?

  /// The batch is over.
  ///
  /// Queries before the one that failed have not; those behind it were skipped for the same reason.
  func end(_ result: Result<[PostgresRows], PostgresError>) {
    switch result {
    case .success: for end in ends { end(nil) }
    case .failure(.batch(let index, let error)):
      failures?.increment()
      for (place, end) in ends.enumerated() { end(place < index ? nil : error) }
    case .failure(let error):
      failures?.increment()
      for end in ends { end(error) }
    }
  }
}
