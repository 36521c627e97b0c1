internal import Logging
internal import MoltPostgresWire
internal import NIOCore

extension ConnectionHandler {
  /// Passes an event on to the request that the server answers.
  func handle(_ event: PostgresEvent) {
    switch event {
    case .rows(let run): take(run)
    case .columns(let operation, let columns): take(columns, of: operation)
    case .prepared(_, let description): sent.first?.description = description
    case .completed(_, let command): take(command)
    case .ready: complete()
    case .failed(_, let failure): fail(failure)
    case .copyData(let run): takeCopied(run)
    case .copyIn: startCopyIn()
    case .copyOut: break
    case .notification(let notification): listeners.tell(notification)
    case .notice(let notice): settings.logger.debug("PostgreSQL: \(notice.message)")
    default: break
    }
  }

  private func take(_ columns: [PostgresColumn], of operation: PostgresOperation) {
    guard let request = sent.first else { return }
    guard case .answer(let answer)? = request.sink else {
      request.columns = shared(columns)
      return
    }
    attempt(request, answer) { (answer) throws(PostgresAnswerError) in
      try answer.check(columns, of: operation)
      return true
    }
  }

  /// A command is complete, and with it one query of a batch.
  private func take(_ command: CommandComplete) {
    guard let request = sent.first else { return }
    guard case .batch? = request.sink else {
      request.command = command
      return
    }
    let columns = request.columns ?? ConnectionRequest.noColumns
    let end = request.bytes.count
    request.results.append(command, columns, rowCount: request.rowCount, end: end)
    request.columns = nil
    request.rowCount = 0
  }

  /// Results of one prepared statement share their columns.
  private func shared(_ columns: [PostgresColumn]) -> PostgresResultColumns {
    if columns != lastColumns.list { lastColumns = PostgresResultColumns(columns) }
    return lastColumns
  }

  private func take(_ run: RowRun) {
    guard let request = sent.first else { return }
    switch request.sink {
    case .rows, .batch:
      guard request.bytes.count + run.byteCount <= settings.resultByteCount else {
        return refuseResult(request)
      }
      request.rowCount += run.rowCount
      request.bytes.append(wire.input, 0..<run.byteCount)
    case .stream(let buffer):
      let columns = request.columns ?? ConnectionRequest.noColumns
      var bytes: [UInt8] = []
      bytes.append(wire.input, 0..<run.byteCount)
      let storage = PostgresRowStorage(bytes, columns)
      let batch = PostgresRowBatch(storage, count: run.rowCount)
      if !buffer.append(batch, byteCount: run.byteCount) { isPaused = true }
    case .answer(let answer):
      request.rowCount += run.rowCount
      guard request.error == nil else { return skip(run, request, answer) }
      attempt(request, answer) { (answer) throws(PostgresAnswerError) in
        try answer.take(run, in: wire.input)
      }
    default: break
    }
  }

  /// Does something for an answer that may prove impossible, or find its reader slow.
  private func attempt(
    _ request: ConnectionRequest,
    _ answer: AnswerRequest,
    _ body: (AnswerRequest) throws(PostgresAnswerError) -> Bool
  ) {
    do {
      if !(try body(answer)) { isPaused = true }
    } catch {
      request.error = .answer(error)
      answer.fail(.answer(error))
    }
  }

  /// Passes over rows of an answer that is void; where they are many, the server is told to stop.
  private func skip(_ run: RowRun, _ request: ConnectionRequest, _ answer: AnswerRequest) {
    answer.skippedByteCount += run.byteCount
    if answer.skippedByteCount > PostgresBuffer<[UInt8]>.high { stop(request, .abandoned) }
  }

  private func refuseResult(_ request: ConnectionRequest) {
    guard request.error == nil else { return }
    request.bytes = []
    request.error = .resultTooLarge(limit: settings.resultByteCount)
    stop(request, .abandoned)
  }

  private func takeCopied(_ run: CopyRun) {
    guard let request = sent.first else { return }
    request.bytes.append(wire.input, run.range)
    if request.bytes.count >= PostgresBuffer<[UInt8]>.low { deliverCopied() }
  }

  /// Passes copied data on in larger pieces than the server sends.
  func deliverCopied() {
    guard let request = sent.first, !request.bytes.isEmpty,
      case .copyOut(let buffer)? = request.sink
    else { return }
    let bytes = request.bytes
    request.bytes = []
    if !buffer.append(bytes, byteCount: bytes.count) { isPaused = true }
  }

  private func startCopyIn() {
    guard let request = sent.first else { return }
    if case .copyIn(let state)? = request.sink { return state.ready() }
    request.error = .copyNeedsItsOwnMethod
    wire.endCopy("COPY FROM STDIN needs a method of its own")
  }

  private func fail(_ failure: PostgresFailure) {
    guard let request = sent.first, request.error == nil else { return }
    switch failure {
    // What ends the session is no query's fault.
    case .server(let error) where error.isFatal: request.error = .server(error)
    case .server(let error): request.error = request.blamed(.server(error))
    case .closed(let closure): request.error = self.failure ?? .closed(closure)
    case .copyNeedsSimpleQuery: request.error = request.blamed(.copyNeedsItsOwnMethod)
    case .skipped: request.error = .closed(.connectionLost)
    }
  }

  /// The answer of the first request is complete.
  private func complete() {
    deliverCopied()
    if let request = sent.first, request.error == nil, case .answer(let answer)? = request.sink {
      attempt(request, answer) { (answer) throws(PostgresAnswerError) in try answer.end() }
    }
    guard let request = sent.removeFirst() else { return }
    // Its consumer may still have enough; what comes now is for others.
    resumeReading()
    if exclusive === request { exclusive = nil }
    if isVictim(request) || isStale(request) {
      request.reset()
      request.place = .held
      held.append(request)
    } else {
      // A statement that was stopped failed for that reason; one that was quicker has its result.
      if let stop = request.stop, request.error?.sqlState == "57014" { request.error = stop.error }
      request.finish()
    }
    if let next = sent.first, let stop = next.stop { sendCancel(for: next, stop) }
    if !held.isEmpty { transmitHeld() }
    if sent.isEmpty { stopWatching() }
  }

  /// Whether a cancel request that was meant for another statement has hit this one.
  ///
  /// Outside a transaction it has then done nothing, and is sent again, once.
  private func isVictim(_ request: ConnectionRequest) -> Bool {
    guard behindCancel > 0 else { return false }
    behindCancel -= 1
    guard request.stop == nil, request.error?.sqlState == "57014" else { return false }
    return request.isBatch
      ? isUndone(request)
      : request.rowCount == 0
        && wire.machine.transactionStatus == .idle
  }

  /// Whether a batch failed only because a prepared statement was stale or gone, and can be sent again.
  ///
  /// That is done once. Where it was the first query's, the machine has seen to it.
  private func isStale(_ request: ConnectionRequest) -> Bool {
    guard case .batch(_, .server(let error))? = request.error, request.stop == nil,
      error.isResultTypeChange || error.isUnknownStatement
    else { return false }
    // Nothing that was sent behind it may overtake it.
    guard !request.isRetry, sent.isEmpty, held.isEmpty, isUndone(request),
      (try? wire.machine.dropStatements()) != nil
    else { return false }
    request.isRetry = true
    return true
  }

  /// Whether a batch that failed has done nothing.
  private func isUndone(_ request: ConnectionRequest) -> Bool {
    wire.machine.transactionStatus == .idle && request.results.areUndone
  }
}
