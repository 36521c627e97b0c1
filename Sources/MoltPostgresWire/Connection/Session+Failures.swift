internal import MoltBytes

extension Session {
  /// Takes an error of the server.
  ///
  /// - Returns: What to tell; nil when it is told later, or ends the session.
  mutating func fail(
    _ error: PostgresServerError,
    at offset: Int,
    into output: inout ByteWriter
  ) throws(PostgresWireError) -> PostgresEvent? {
    if error.isFatal { fatal = error }
    if failing != nil { return error.isFatal ? nil : .notice(error) }
    reopenClosing()
    guard let first = pending.first else {
      guard error.isFatal else { throw .unexpected(offset: offset, .errorResponse) }
      return nil
    }
    failing = first.operation
    if first.stage == .synchronize {
      // An empty batch has nobody to tell.
      if first.operation.number == 0 { return error.isFatal ? nil : .notice(error) }
      return .failed(first.operation, .server(error))
    }
    pending.removeFirst()
    forget(first, after: error)
    if copying == first.operation { copying = nil }
    let isHeld = isRetriable(first, after: error)
    if openPortal != nil, first.batch == batch {
      // Nobody else ends this batch. What is held stays what others have to wait for.
      if !isHeld { openPortal = nil }
      endBatch(into: &output)
    }
    guard !isHeld else {
      held = [first]
      heldError = error
      return nil
    }
    if refusedCopy == first.operation, !error.isFatal {
      refusedCopy = nil
      return .failed(first.operation, .copyNeedsSimpleQuery)
    }
    return .failed(first.operation, .server(error))
  }

  /// The next thing to tell without looking at the input: operations that the server skips.
  mutating func overdueEvent() -> PostgresEvent? {
    if let event = overdue.popLast() { return event }
    guard let failing else { return nil }
    while let first = pending.first, first.stage != .synchronize {
      pending.removeFirst()
      forgetUnparsed(first)
      if held.isEmpty { return .failed(first.operation, .skipped(after: failing)) }
      held.append(first)
    }
    return nil
  }

  /// Whether a batch that failed at its first statement has done nothing and can be sent again.
  private func isRetriable(_ first: PendingOperation, after error: PostgresServerError) -> Bool {
    let isStale = error.isResultTypeChange || error.isUnknownStatement
    guard isStale, first.isFirst, !first.isParsing, transaction == .idle else { return false }
    guard !first.isPrepare else { return options.retriesStaleStatements }
    return first.stage == .bind && first.bindTail != nil
  }

  /// What was to be closed when the batch failed is still there.
  ///
  /// `Close` itself never fails; a cancellation that comes late may hit it.
  private mutating func reopenClosing() {
    while let first = pending.first, first.stage == .closeStatement {
      pending.removeFirst()
      if let statement = first.statement { closing.append(statement) }
    }
  }

  /// The failed batch is over: sends it again, or tells how it failed.
  mutating func settleHeld(
    _ status: PostgresTransactionStatus,
    into output: inout ByteWriter
  ) -> PostgresEvent? {
    let operations = held
    held = []
    let mayFollow = batchCount == 0 && (pending.isEmpty || options.reordersRetries)
    let isComplete = operations.allSatisfy { $0.isPrepare || $0.bindTail != nil }
    if status == .idle, mayFollow, isComplete {
      // Where one statement is stale, others are, and a batch is sent again once.
      if operations.count > 1 { dropStatements() }
      for operation in operations { resend(operation, into: &output) }
      if operations.last?.rowLimit == 0 { endBatch(into: &output) }
      return nil
    }
    if operations.contains(where: { $0.operation == openPortal }) { openPortal = nil }
    overdue = [.ready(status)]
    for skipped in operations.dropFirst().reversed() {
      overdue.append(.failed(skipped.operation, .skipped(after: operations[0].operation)))
    }
    if pending.isEmpty { kept.releaseAll() }
    return .failed(operations[0].operation, .server(heldError))
  }

  /// Draws the consequences of an error for the operation's prepared statement.
  private mutating func forget(_ first: PendingOperation, after error: PostgresServerError) {
    guard let statement = first.statement, statement.isNamed else { return }
    if error.isUnknownStatement, !first.isParsing {
      unknownCount += 1
      if unknownCount >= options.limits.unknownStatements { cache = StatementCache(capacity: 0) }
    }
    switch first.stage {
    case .parse: cache.remove(statement)
    case .parameters, .columns:
      cache.remove(statement)
      if !error.isUnknownStatement { closing.append(statement) }
    case .bind where error.isUnknownStatement: cache.remove(statement)
    case .bind where error.isResultTypeChange:
      cache.remove(statement)
      closing.append(statement)
    default: break
    }
  }

  /// A statement that the server never parsed does not exist.
  private mutating func forgetUnparsed(_ skipped: PendingOperation) {
    if let statement = skipped.statement, skipped.isParsing { cache.remove(statement) }
  }

  /// The server has forgotten its statements.
  mutating func forgetStatements() {
    cache.removeAll()
    closing.removeAll()
  }

  /// Parses every statement anew from now on; the next batch closes those that are there.
  mutating func dropStatements() { closing += cache.takeAll() }

  /// Lets go what is kept for operations before the first one in flight.
  mutating func release() {
    guard held.isEmpty, let place = pending.firstBindTail?.lowerBound else { return }
    kept.release(before: place)
  }

  /// The next operation to tell that the connection is over.
  mutating func abandon(_ closure: PostgresClosure) -> PostgresEvent? {
    if let event = overdue.popLast() { return event }
    if !held.isEmpty {
      return .failed(held.removeFirst().operation, .closed(closure))
    }
    while let first = pending.first {
      pending.removeFirst()
      if first.isReported { return .failed(first.operation, .closed(closure)) }
    }
    return nil
  }
}
