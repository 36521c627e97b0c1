internal import MoltBytes
internal import MoltPostgresWire

/// The protocol's machine with what it has received and what it wants to send.
///
/// They are one value, whose methods are one access to the handler's memory each. Apart, every event
/// would be three, which Swift checks against each other.
struct ConnectionWire: ~Copyable {
  var machine: PostgresConnectionMachine
  var input = PostgresInput()
  var output = ByteWriter(capacity: 4096)
  /// Whether each answer has to say that it only reads, because the session does not.
  var saysReadOnly = false
  private let none = BindParameters()
  private let mostOperations: Int

  init(_ options: PostgresConnectionOptions) {
    machine = PostgresConnectionMachine(options)
    mostOperations = options.limits.operationsInFlight
  }

  /// What happened next.
  mutating func next() -> PostgresEvent { machine.next(&input, into: &output) }

  /// Sends what a request asks for; where that fails, nothing was sent.
  mutating func send(_ work: ConnectionRequest.Work) throws(PostgresRefusal) {
    switch work {
    case .query(let query):
      _ = try machine.execute(
        query.statement,
        query.bindings.parameters,
        resultFormats: query.resultFormats,
        into: &output
      )
      try machine.sync(into: &output)
    case .batch(let queries): try send(queries)
    case .statements(let statement), .copyIn(let statement):
      _ = try machine.query(statement, into: &output)
    case .describe(let statement, let types):
      _ = try machine.prepare(statement, parameterTypes: types, into: &output)
      try machine.sync(into: &output)
    case .answer(let answer): try send(answer)
    case .ping: try machine.sync(into: &output)
    }
  }

  /// Whether a request can be sent before some of those in flight are answered.
  func hasRoom(for work: ConnectionRequest.Work) -> Bool {
    machine.pendingCount + work.operationCount <= mostOperations
  }

  /// Checks one query of a batch.
  mutating func check(_ query: PostgresQuery, behind count: Int) throws(PostgresRefusal) {
    try machine.check(
      query.statement,
      query.bindings.parameters,
      resultFormats: query.resultFormats,
      behind: count
    )
  }

  /// Sends the queries of a batch, each of which was checked.
  private mutating func send(_ queries: [PostgresQuery]) throws(PostgresRefusal) {
    do throws(PostgresRefusal) {
      for query in queries {
        _ = try machine.execute(
          query.statement,
          query.bindings.parameters,
          resultFormats: query.resultFormats,
          into: &output
        )
      }
      try machine.sync(into: &output)
    } catch {
      // Nobody waits for those that were sent.
      terminate()
      throw error
    }
  }

  /// Sends a run whose session may have to be told that it only reads.
  private mutating func send(_ answer: AnswerRequest) throws(PostgresRefusal) {
    if saysReadOnly { _ = try machine.execute(.beginReadOnly, none, into: &output) }
    do throws(PostgresRefusal) {
      answer.operation = try machine.execute(
        answer.statement,
        answer.bindings.parameters,
        resultFormats: answer.plan.resultFormats,
        into: &output
      )
      if saysReadOnly { _ = try machine.execute(.commit, none, into: &output) }
      try machine.sync(into: &output)
    } catch {
      // Nobody ends a transaction that has begun.
      if saysReadOnly { terminate() }
      throw error
    }
  }

  /// Says goodbye; the operations in flight are still to be told.
  mutating func terminate() { machine.terminate(into: &output) }

  /// Sends a piece of a copy's data.
  mutating func sendCopyData(_ data: [UInt8]) throws(PostgresRefusal) {
    try machine.copyData(data.span, into: &output)
  }

  /// Ends a copy, which fails where there is a reason; without effect where the server has ended it.
  mutating func endCopy(_ reason: String?) {
    if let reason {
      try? machine.copyFail(reason, into: &output)
    } else {
      try? machine.copyDone(into: &output)
    }
  }
}

extension PostgresStatement {
  fileprivate static let beginReadOnly = PostgresStatement("BEGIN READ ONLY")
  fileprivate static let commit = PostgresStatement("COMMIT")
}
