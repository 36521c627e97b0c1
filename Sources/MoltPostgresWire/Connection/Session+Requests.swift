internal import MoltBytes

extension Session {
  /// Sends an execution.
  mutating func execute(
    _ statement: PostgresStatement,
    _ parameters: borrowing BindParameters,
    _ resultFormats: PostgresResultFormats,
    rowLimit: Int,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) -> PostgresOperation {
    try check(statement, parameters, resultFormats)
    let key = PreparedStatement.Key(statement: statement, parameterTypes: parameters.types)
    var item = begin(PendingOperation(nextOperation(), .bind), key, into: &output)
    item.resultFormats = resultFormats
    item.rowLimit = min(max(rowLimit, 0), Int(Int32.max))
    let name = item.statement?.name ?? []
    let start = output.count
    output.appendPostgresBind(portal: Span(), statement: name.span, parameters, resultFormats)
    if isBatchKept {
      // Type, length, the unnamed portal's name, the statement's name.
      item.bindTail = kept.keep(output, from: start + 5 + 1 + name.count + 1)
    }
    let operation = item.operation
    run(item, into: &output)
    return operation
  }

  /// Sends a prepare.
  mutating func prepare(
    _ statement: PostgresStatement,
    parameterTypes: [UInt32],
    into output: inout ByteWriter
  ) throws(PostgresRefusal) -> PostgresOperation {
    try check(statement, parameterCount: parameterTypes.count)
    let key = PreparedStatement.Key(statement: statement, parameterTypes: parameterTypes)
    let item = beginPrepare(PendingOperation(nextOperation(), .parse), key, into: &output)
    add(item)
    return item.operation
  }

  /// Sends an operation of a failed batch again.
  mutating func resend(_ old: PendingOperation, into output: inout ByteWriter) {
    guard let key = old.statement?.key else { return }
    if old.isPrepare {
      add(beginPrepare(PendingOperation(old.operation, .parse), key, into: &output))
      return
    }
    guard let tail = old.bindTail else { return }
    var item = begin(PendingOperation(old.operation, .bind), key, isRetry: true, into: &output)
    item.resultFormats = old.resultFormats
    item.rowLimit = old.rowLimit
    kept.appendBind(tail, statement: item.statement?.name ?? [], to: &output)
    run(item, into: &output)
  }

  /// Finds or parses the statement.
  private mutating func begin(
    _ item: PendingOperation,
    _ key: PreparedStatement.Key,
    isRetry: Bool = false,
    into output: inout ByteWriter
  ) -> PendingOperation {
    closeEvicted(into: &output)
    var item = item
    item.isFirst = batchCount == 0
    let known = cache.find(key)
    // In another batch than the one that parses it, a statement may turn out not to exist.
    if let known, known.description != nil || known.batch == batch {
      item.statement = known
      if item.isFirst { isBatchKept = options.retriesStaleStatements && !isRetry }
      return item
    }
    if item.isFirst { isBatchKept = false }
    parse(&item, key, isNamed: known == nil && cache.capacity > 0, into: &output)
    return item
  }

  private mutating func beginPrepare(
    _ item: PendingOperation,
    _ key: PreparedStatement.Key,
    into output: inout ByteWriter
  ) -> PendingOperation {
    closeEvicted(into: &output)
    var item = item
    item.isPrepare = true
    item.isFirst = batchCount == 0
    if item.isFirst { isBatchKept = false }
    if let known = cache.find(key), known.description != nil || known.batch == batch {
      // The server describes it again: it is asked because something may have changed.
      item.statement = known
      item.stage = .parameters
      let name = known.name
      output.appendPostgresDescribe(statement: name.span)
      return item
    }
    let isNamed = cache.find(key) == nil && cache.capacity > 0
    parse(&item, key, isNamed: isNamed, into: &output)
    return item
  }

  /// Appends `Parse` and `Describe` under a name that was never used.
  private mutating func parse(
    _ item: inout PendingOperation,
    _ key: PreparedStatement.Key,
    isNamed: Bool,
    into output: inout ByteWriter
  ) {
    var name: [UInt8] = []
    if isNamed {
      statementCount += 1
      name = namePrefix + Array("_\(statementCount)".utf8)
    }
    let statement = PreparedStatement(key: key, name: name, batch: batch)
    if isNamed, let evicted = cache.insert(statement) { closing.append(evicted) }
    item.statement = statement
    item.isParsing = true
    item.stage = .parse
    output.appendPostgresParse(
      name: name.span,
      sql: key.statement.utf8.span,
      parameterTypes: key.parameterTypes
    )
    output.appendPostgresDescribe(statement: name.span)
  }

  /// Closes evicted statements, at a batch's start only, where nothing can skip it.
  private mutating func closeEvicted(into output: inout ByteWriter) {
    guard batchCount == 0, !closing.isEmpty else { return }
    for statement in closing {
      let name = statement.name
      output.appendPostgresClose(statement: name.span)
      pending.append(PendingOperation(PostgresOperation(0), .closeStatement, statement))
    }
    closeCount = closing.count
    closing.removeAll()
  }

  /// Appends `Execute`, and `Flush` when the result comes in portions.
  private mutating func run(_ item: consuming PendingOperation, into output: inout ByteWriter) {
    output.appendPostgresExecute(portal: Span(), rowLimit: item.rowLimit)
    if item.rowLimit > 0 {
      output.appendPostgresFlush()
      openPortal = item.operation
    }
    add(item)
  }

  private mutating func add(_ item: consuming PendingOperation) {
    item.batch = batch
    batchCount += 1
    lastOperation = item.operation
    pending.append(item)
  }

  private mutating func nextOperation() -> PostgresOperation {
    operationCount += 1
    return PostgresOperation(operationCount)
  }

  /// Ends the open batch.
  mutating func endBatch(into output: inout ByteWriter) {
    output.appendPostgresSync()
    let last = batchCount > 0 ? lastOperation : PostgresOperation(0)
    pending.append(PendingOperation(last, .synchronize))
    batch += 1
    batchCount = 0
    closeCount = 0
    isBatchKept = false
  }

  /// Sends a simple query, which is a batch of its own.
  mutating func query(
    _ statement: PostgresStatement,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) -> PostgresOperation {
    try check(statement, parameterCount: 0)
    if batchCount > 0 { endBatch(into: &output) }
    let operation = nextOperation()
    output.appendPostgresQuery(statement.utf8.span)
    pending.append(PendingOperation(operation, .simpleBegin))
    pending.append(PendingOperation(operation, .synchronize))
    batch += 1
    return operation
  }

  /// Whether anything can be sent now.
  func checkIsFree() throws(PostgresRefusal) {
    if copying != nil { throw .copying }
    if openPortal != nil { throw .portalOpen }
  }

  /// Whether an execution can be sent behind so many others of its batch.
  func check(
    _ statement: PostgresStatement,
    _ parameters: borrowing BindParameters,
    _ resultFormats: PostgresResultFormats,
    behind count: Int = 0
  ) throws(PostgresRefusal) {
    try check(statement, parameterCount: parameters.count, behind: count)
    try check(parameters, resultFormats)
  }

  private func check(
    _ statement: PostgresStatement,
    parameterCount: Int,
    behind count: Int = 0
  ) throws(PostgresRefusal) {
    try checkIsFree()
    // What the open batch closes first is nobody's operation, and does not use up the limit.
    guard pending.count - closeCount + count < options.limits.operationsInFlight else {
      throw .tooManyOperations(limit: options.limits.operationsInFlight)
    }
    guard !statement.holdsZeroByte else { throw .zeroByte }
    guard parameterCount <= 65535 else { throw .tooManyParameters(parameterCount) }
    try check(byteCount: statement.utf8.count + 4 * parameterCount + 128)
  }

  private func check(
    _ parameters: borrowing BindParameters,
    _ resultFormats: PostgresResultFormats
  ) throws(PostgresRefusal) {
    if case .columns(let formats) = resultFormats, formats.count > 65535 {
      throw .tooManyParameters(formats.count)
    }
    try check(byteCount: parameters.tailByteCount(resultFormats) + 128)
  }

  /// Whether a message may be that large.
  func check(byteCount: Int) throws(PostgresRefusal) {
    let limit = min(options.limits.sentMessageByteCount, Int(Int32.max))
    guard byteCount <= limit else { throw .tooLarge(byteCount: byteCount, limit: limit) }
  }
}
