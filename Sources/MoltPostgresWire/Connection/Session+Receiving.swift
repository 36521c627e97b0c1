internal import MoltBytes

extension Session {
  /// Takes a message other than `DataRow` and `CopyData`.
  ///
  /// - Returns: What it means; nil when it means nothing to the shell.
  mutating func receive(
    _ type: BackendMessageType,
    _ body: consuming BackendMessageReader,
    at offset: Int,
    into output: inout ByteWriter
  ) throws(PostgresWireError) -> PostgresEvent? {
    switch type {
    case .noticeResponse:
      return .notice(try PostgresServerError(decoding: body))
    case .notificationResponse:
      return .notification(try NotificationResponse(decoding: body))
    case .parameterStatus:
      return report(try ParameterStatus(decoding: body))
    case .errorResponse:
      return try fail(try PostgresServerError(decoding: body), at: offset, into: &output)
    case .readyForQuery:
      return try ready(try ReadyForQuery(decoding: body).status, at: offset, into: &output)
    case .bindComplete where failing == nil && pending.firstStage == .bind:
      return try bound(body, at: offset)
    case .commandComplete where failing == nil && pending.firstStage == .rows:
      return complete(try CommandComplete(decoding: body), into: &output)
    default:
      guard failing == nil, let first = pending.first else {
        throw .unexpected(offset: offset, type)
      }
      return try receive(type, body, for: first, at: offset, into: &output)
    }
  }

  private mutating func report(_ status: ParameterStatus) -> PostgresEvent {
    if parameters[status.name] != nil || parameters.count < options.limits.parameters {
      parameters[status.name] = status.value
    }
    return .parameter(status)
  }

  /// The batch, or the simple query, is over.
  private mutating func ready(
    _ status: PostgresTransactionStatus,
    at offset: Int,
    into output: inout ByteWriter
  ) throws(PostgresWireError) -> PostgresEvent? {
    if failing == nil, pending.firstStage == .simpleNext { pending.removeFirst() }
    guard pending.firstStage == .synchronize else {
      throw .unexpected(offset: offset, .readyForQuery)
    }
    pending.removeFirst()
    transaction = status
    failing = nil
    if !held.isEmpty { return settleHeld(status, into: &output) }
    if pending.isEmpty { kept.releaseAll() }
    return .ready(status)
  }

  /// Takes a message that belongs to the operation that the server works on.
  private mutating func receive(
    _ type: BackendMessageType,
    _ body: consuming BackendMessageReader,
    for first: PendingOperation,
    at offset: Int,
    into output: inout ByteWriter
  ) throws(PostgresWireError) -> PostgresEvent? {
    switch (first.stage, type) {
    case (.parse, .parseComplete):
      try body.finish()
      pending.advance(to: .parameters)
      return nil
    case (.parameters, .parameterDescription):
      first.statement?.parameterTypes = try ParameterDescription(decoding: body).typeOIDs
      pending.advance(to: .columns)
      return nil
    case (.columns, .rowDescription):
      return describe(first, try RowDescription(decoding: body).columns)
    case (.columns, .noData):
      try body.finish()
      return describe(first, [])
    case (.closePortal, .closeComplete):
      try body.finish()
      return complete(CommandComplete(tag: ""), into: &output)
    case (.closeStatement, .closeComplete):
      try body.finish()
      pending.removeFirst()
      return nil
    default:
      if first.stage.isSimple {
        return try receiveSimple(type, body, for: first, at: offset)
      }
      return try receiveResult(type, body, for: first, at: offset, into: &output)
    }
  }

  /// The server has bound the first operation's portal.
  private mutating func bound(
    _ body: consuming BackendMessageReader,
    at offset: Int
  ) throws(PostgresWireError) -> PostgresEvent {
    try body.finish()
    guard let operation = pending.firstOperation, let columns = pending.firstColumns else {
      throw .unexpected(offset: offset, .bindComplete)
    }
    pending.advance(to: .rows)
    return .columns(operation, columns)
  }

  /// The columns of a statement are known, so it is known as a whole.
  private mutating func describe(
    _ first: PendingOperation,
    _ columns: [PostgresColumn]
  ) -> PostgresEvent? {
    // A description without a portal says "text" for every column, whatever is asked for later.
    var columns = columns
    for index in columns.indices { columns[index].format = .binary }
    let description = PostgresDescription(
      parameterTypes: first.statement?.parameterTypes ?? [],
      columns: columns
    )
    first.statement?.description = description
    guard first.isPrepare else {
      pending.advance(to: .bind)
      return nil
    }
    pending.removeFirst()
    return .prepared(first.operation, description)
  }

  /// Takes what a running portal answers.
  private mutating func receiveResult(
    _ type: BackendMessageType,
    _ body: consuming BackendMessageReader,
    for first: PendingOperation,
    at offset: Int,
    into output: inout ByteWriter
  ) throws(PostgresWireError) -> PostgresEvent? {
    switch (first.stage, type) {
    case (.afterCopy, .commandComplete):
      return complete(try CommandComplete(decoding: body), into: &output)
    case (.rows, .emptyQueryResponse):
      try body.finish()
      return complete(CommandComplete(tag: ""), into: &output)
    case (.rows, .portalSuspended) where first.rowLimit > 0:
      try body.finish()
      pending.advance(to: .suspended)
      return .suspended(first.operation)
    case (.rows, .copyOutResponse):
      let response = try CopyResponse(decoding: body)
      pending.advance(to: .copyOut)
      return .copyOut(first.operation, response)
    case (.copyOut, .copyDone):
      try body.finish()
      pending.advance(to: .afterCopy)
      return .copyDone(first.operation)
    case (.rows, .copyInResponse):
      _ = try CopyResponse(decoding: body)
      return try refuseCopy(first, at: offset, into: &output)
    default: throw .unexpected(offset: offset, type)
    }
  }

  /// The first operation is over.
  private mutating func complete(
    _ command: CommandComplete,
    into output: inout ByteWriter
  ) -> PostgresEvent? {
    guard let operation = pending.firstOperation else { return nil }
    pending.removeFirst()
    release()
    if command.endsStatements { forgetStatements() }
    if openPortal == operation {
      openPortal = nil
      endBatch(into: &output)
    }
    return .completed(operation, command)
  }

  /// Turns down a `COPY FROM STDIN` whose batch went on behind it.
  ///
  /// The server took the `Sync` for a part of the data and ignored it, so another one is sent; had
  /// it taken more than that, the connection could not be used any more.
  private mutating func refuseCopy(
    _ first: PendingOperation,
    at offset: Int,
    into output: inout ByteWriter
  ) throws(PostgresWireError) -> PostgresEvent? {
    let isLast = pending.count == 1 || (pending.count == 2 && batchCount == 0)
    guard isLast else { throw .unexpected(offset: offset, .copyInResponse) }
    refusedCopy = first.operation
    pending.advance(to: .afterCopy)
    output.appendPostgresCopyFail(Array("COPY FROM STDIN needs a simple query".utf8).span)
    if pending.count == 2 { output.appendPostgresSync() }
    return nil
  }
}
