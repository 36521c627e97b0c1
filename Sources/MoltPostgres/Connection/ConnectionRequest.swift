internal import MoltPostgresWire
internal import NIOCore

/// Something that a connection was asked to do, from its sending to its answer's end.
// Safety: made by one task and handed to the connection's event loop, which alone uses what can
// change from then on.
final class ConnectionRequest: @unchecked Sendable {
  /// What is sent.
  enum Work {
    case query(PostgresQuery)
    /// Queries that end in one synchronisation.
    case batch([PostgresQuery])
    /// Any number of statements without parameters.
    case statements(PostgresStatement)
    /// A `COPY FROM STDIN`, behind which nothing may be sent.
    case copyIn(PostgresStatement)
    /// A prepare that only asks for parameters and columns.
    case describe(PostgresStatement, parameterTypes: [UInt32])
    /// A statement whose rows become bytes where they arrive.
    case answer(AnswerRequest)
    /// Nothing but a synchronisation.
    case ping

    /// How many operations the machine keeps in mind for it.
    var operationCount: Int {
      switch self {
      case .batch(let queries): queries.count + 1
      // At most a transaction around the statement, and the synchronisation.
      default: 4
      }
    }
  }

  /// Who wants the answer.
  @safe enum Sink {
    // Safety: `finish` takes the sink before it resumes it, and so resumes it once.
    case rows(UnsafeContinuation<Result<PostgresRows, PostgresError>, Never>)
    case batch(UnsafeContinuation<Result<[PostgresRows], PostgresError>, Never>)
    case stream(PostgresBuffer<PostgresRowBatch>)
    case copyOut(PostgresBuffer<[UInt8]>)
    case copyIn(CopyInState)
    case description(@Sendable (Result<PostgresDescription, PostgresError>) -> Void)
    case answer(AnswerRequest)
  }

  /// Why it was given up.
  enum Stop {
    case cancelled, timeout, abandoned

    var error: PostgresError { self == .timeout ? .timeout : .cancelled }
  }

  enum Place { case new, held, sent, done }

  let work: Work
  let timeout: Duration?
  var sink: Sink?
  var place = Place.new
  var stop: Stop?
  var alarm: Scheduled<Void>?
  /// Whether it was sent again because a statement was stale.
  var isRetry = false

  /// The results of a batch that are complete; the fields below are those of the next one.
  var results = BatchResults()
  var columns: PostgresResultColumns?
  var description: PostgresDescription?
  var bytes: [UInt8] = []
  var rowCount = 0
  var command = CommandComplete(tag: "")
  var error: PostgresError?

  /// The statement that it sends, if it is one.
  var statement: PostgresStatement? {
    switch work {
    case .query(let query): query.statement
    case .statements(let statement), .copyIn(let statement): statement
    case .describe(let statement, _): statement
    case .answer(let answer): answer.statement
    case .batch, .ping: nil
    }
  }

  init(_ work: Work, timeout: Duration? = nil) {
    self.work = work
    self.timeout = timeout
  }

  /// Tells whoever waits how it ended; once.
  func finish() {
    guard place != .done, let sink = sink.take() else { return }
    place = .done
    alarm?.cancel()
    switch sink {
    case .rows(let continuation): unsafe continuation.resume(returning: result())
    case .batch(let continuation): unsafe continuation.resume(returning: batchResult())
    case .stream(let buffer): buffer.finish(error)
    case .copyOut(let buffer): buffer.finish(error)
    case .copyIn(let state): state.finish(error.map { .failure($0) } ?? .success(command))
    case .description(let done): done(describedResult())
    case .answer(let answer): answer.finish(error)
    }
  }

  func finish(_ error: PostgresError) {
    if self.error == nil { self.error = error }
    finish()
  }

  var isBatch: Bool { if case .batch = work { true } else { false } }

  /// An error of the server, with the query of the batch that it is about.
  ///
  /// What fails behind the last query is the commit of them all.
  func blamed(_ error: PostgresError) -> PostgresError {
    guard case .batch(let queries) = work, results.count < queries.count else { return error }
    return .batch(index: results.count, error)
  }

  private func result() -> Result<PostgresRows, PostgresError> {
    if let error { return .failure(error) }
    let storage = PostgresRowStorage(bytes, columns ?? Self.noColumns)
    return .success(
      PostgresRows(batch: PostgresRowBatch(storage, count: rowCount), command: command)
    )
  }

  private func batchResult() -> Result<[PostgresRows], PostgresError> {
    if let error { return .failure(error) }
    return .success(results.rows(bytes))
  }

  private func describedResult() -> Result<PostgresDescription, PostgresError> {
    if let description { return .success(description) }
    guard case .describe(let statement, _) = work, case .server(let error)? = error else {
      return .failure(error ?? .answer(.noColumns))
    }
    return .failure(.badSQL(error, offset: error.byteOffset(in: statement)))
  }

  static let noColumns = PostgresResultColumns([])

  /// Begins again, as if nothing had been answered.
  func reset() {
    results.removeAll()
    columns = nil
    bytes = []
    rowCount = 0
    error = nil
    place = .new
  }
}

/// Requests in their order.
struct RequestQueue {
  private var items: [ConnectionRequest?] = []
  private var head = 0

  var count: Int { items.count - head }
  var isEmpty: Bool { head == items.count }
  var first: ConnectionRequest? { isEmpty ? nil : items[head] }

  mutating func append(_ request: ConnectionRequest) { items.append(request) }

  /// - Complexity: O(1) amortised
  mutating func removeFirst() -> ConnectionRequest? {
    guard !isEmpty else { return nil }
    let request = items[head]
    items[head] = nil
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: head <= 1024)
      head = 0
    } else if head >= 256, head > items.count / 2 {
      items.removeFirst(head)
      head = 0
    }
    return request
  }

  /// - Complexity: O(requests)
  mutating func remove(_ request: ConnectionRequest) {
    items.removeAll { $0 === request || $0 == nil }
    head = 0
  }
}
