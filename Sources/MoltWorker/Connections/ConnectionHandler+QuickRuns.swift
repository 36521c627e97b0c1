internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore

// Runs that are over in a moment are made right where their request was read. Handing one to a
// database thread and its answer back wakes two threads, which takes longer than 20 rows.
extension ConnectionHandler {
  /// Answers a run here if it is a quick one.
  ///
  /// Quick is a statement whose last run took half of ``WorkerLimits/quickRunTime`` at most and gave
  /// an answer of one piece. Should this run turn out otherwise, the attempt ends after that time or
  /// piece and counts for nothing: the run is made again from its start on a database thread.
  ///
  /// - Returns: False when the run has to be queued.
  func answerQuickly(
    _ id: UInt64,
    _ request: RunRequest,
    _ compiled: any ThreadStatement,
    deadline: UInt64
  ) -> Bool {
    let limit = limits.quickRunTime.nanoseconds
    guard let statement = statements[request.statement], statement.runTime < limit / 2,
      statement.byteCount <= limits.sliceByteCount,
      output.pendingWrites == 0, quickLoop.takeTurn()
    else { return false }
    let start = NIODeadline.now().uptimeNanoseconds
    let run = compiled.makeRun(
      arguments: request.arguments,
      deadline: min(deadline, start + limit),
      rowLimit: limits.answerRowCount
    )
    defer { run.close() }
    var frame = AnswerFrame(capacity: statement.expectedByteCount(limits))
    do throws(MoltError) {
      let isMore = try run.next(into: &frame.writer, byteCount: limits.sliceByteCount)
      if isMore || frame.payloadByteCount > limits.answerByteCount {
        return refuseQuickRuns(of: request.statement)
      }
    } catch {
      if error.code == .timeout && start + limit < deadline {
        return refuseQuickRuns(of: request.statement)
      }
      if machine.finish(id) { refuse(id, error) }
      return true
    }
    let rowCount = run.rowCount
    finish(id, request.statement, frame, rowCount: rowCount, start: start)
    return true
  }

  private func finish(
    _ id: UInt64,
    _ statement: UInt64,
    _ frame: consuming AnswerFrame,
    rowCount: UInt64,
    start: UInt64
  ) {
    guard machine.finish(id), var request = end(id) else { return }
    request.record.rowCount = rowCount
    request.record.byteCount = frame.payloadByteCount
    let header = ReplyHeader(id: id, .done, rows: rowCount)
    let runTime = NIODeadline.now().uptimeNanoseconds - start
    // The client waits for the answer and for nothing of the rest.
    let isShared = answer(request, frame.payload, header)
    if isShared {
      flush()
    } else {
      let answer = ByteBuffer(frame, header, limit: limits.frames.frameByteCount)
      budget.add(answer.readableBytes)
      writeAndFlush(answer, isPiece: true)
    }
    // Where both have the same core, the client has its answer only now.
    if worker.busyConnections.value == 0 { quickLoop.offerCore() }
    note(statement, byteCount: request.record.byteCount, runTime: runTime)
    // Looking at a socket slows down the reader of a large answer in it.
    hasRunQuickly = isShared || request.record.byteCount <= 32 << 10
    log(request.record, .ok)
  }

  /// Leaves a statement's runs to the database threads, until one of them was quick.
  private func refuseQuickRuns(of statement: UInt64) -> Bool {
    statements[statement]?.runTime = .max
    return false
  }

  /// Remembers what the last run of a statement was like; the next is probably similar.
  func note(_ statement: UInt64, byteCount: Int, runTime: UInt64) {
    statements[statement]?.byteCount = byteCount
    statements[statement]?.runTime = runTime
  }
}
