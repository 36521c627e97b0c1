internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore
internal import NIOPosix

/// One run on its way through the database threads.
///
///     queued ──▶ producing ──▶ ended
///                  │   ▲
///                  ▼   │
///                 resting
///
/// A thread makes pieces until the run ends or the connection's budget is used up. It never waits
/// for a reader: a job that rests holds no thread.
final class ThreadJob: WorkerJob {
  let id: UInt64
  let statement: UInt64
  let progress = JobProgress()
  private let run: any ThreadRun
  private let state: WorkerState
  private let budget: OutputBudget
  private let connection: NIOLoopBound<ConnectionHandler>
  private let loop: any EventLoop
  /// How large the first piece probably becomes.
  private let expectedByteCount: Int

  init(
    id: UInt64,
    statement: UInt64,
    _ run: any ThreadRun,
    _ state: WorkerState,
    _ budget: OutputBudget,
    _ connection: NIOLoopBound<ConnectionHandler>,
    expectedByteCount: Int
  ) {
    self.id = id
    self.statement = statement
    self.run = run
    self.state = state
    self.budget = budget
    self.connection = connection
    self.expectedByteCount = expectedByteCount
    loop = connection.value.loop
  }

  /// Queues the job for its first time on a database thread.
  func start() {
    state.pool.submit { [self] pool in
      state.metrics.leaveQueue()
      guard pool == .active else { return run.close() }
      _ = progress.start(at: NIODeadline.now().uptimeNanoseconds)
      produce()
    }
  }

  func resume() {
    // A pool that has stopped means that every connection was closed.
    state.pool.submit { [self] pool in if pool == .active { produce() } else { run.close() } }
  }

  func abandon() {
    progress.giveUp()
    run.cancel()
    if budget.wake(self) { resume() }
  }

  /// Makes pieces until the run ends or must rest.
  private func produce() {
    do throws(MoltError) {
      while !progress.isGivenUp {
        let (piece, isLast) = try makePiece()
        budget.add(piece.readableBytes)
        loop.execute { [self] in connection.value.deliver(piece, of: self, isLast: isLast) }
        if isLast { break }
        if budget.rest(self) { return }
      }
      run.close()
    } catch {
      run.close()
      loop.execute { [self] in connection.value.fail(self, error) }
    }
  }

  private func makePiece() throws(MoltError) -> (ByteBuffer, isLast: Bool) {
    let isFirst = progress.byteCount == 0
    let capacity = isFirst ? expectedByteCount : state.limits.sliceByteCount + 4096
    var frame = AnswerFrame(capacity: capacity)
    let isMore = try run.next(into: &frame.writer, byteCount: state.limits.sliceByteCount)
    progress.advance(byteCount: frame.payloadByteCount, rowCount: run.rowCount)
    let limit = state.limits.answerByteCount
    guard progress.byteCount <= limit else {
      throw MoltError(.tooLarge, "the answer has more than \(limit) bytes; ask for fewer rows")
    }
    let header =
      isMore ? ReplyHeader(id: id, .more) : ReplyHeader(id: id, .done, rows: progress.rowCount)
    return (ByteBuffer(frame, header, limit: state.limits.frames.frameByteCount), !isMore)
  }
}
