internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore
internal import NIOPosix
internal import Synchronization

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
  private let run: any ThreadRun
  private let state: WorkerState
  private let budget: OutputBudget
  private let connection: NIOLoopBound<ConnectionHandler>
  private let loop: any EventLoop
  /// How large the first piece probably becomes.
  private let expectedByteCount: Int
  private let isAbandoned = Atomic<Bool>(false)
  private let startTime = Atomic<UInt64>(0)
  private let answerByteCount = Atomic<Int>(0)
  private let answerRowCount = Atomic<UInt64>(0)

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

  var started: UInt64 { startTime.load(ordering: .relaxed) }
  var byteCount: Int { answerByteCount.load(ordering: .relaxed) }
  var rowCount: UInt64 { answerRowCount.load(ordering: .relaxed) }
  var isGivenUp: Bool { isAbandoned.load(ordering: .acquiring) }

  /// Queues the job for its first time on a database thread.
  func start() {
    state.pool.submit { [self] pool in
      state.metrics.leaveQueue()
      guard pool == .active else { return run.close() }
      startTime.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
      produce()
    }
  }

  func resume() {
    // A pool that has stopped means that every connection was closed.
    state.pool.submit { [self] pool in if pool == .active { produce() } else { run.close() } }
  }

  func abandon() {
    isAbandoned.store(true, ordering: .releasing)
    run.cancel()
    if budget.wake(self) { resume() }
  }

  /// Makes pieces until the run ends or must rest.
  private func produce() {
    do throws(MoltError) {
      while !isGivenUp {
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
    let isFirst = byteCount == 0
    let capacity = isFirst ? expectedByteCount : state.limits.sliceByteCount + 4096
    var frame = AnswerFrame(capacity: capacity)
    let isMore = try run.next(into: &frame.writer, byteCount: state.limits.sliceByteCount)
    let total = byteCount + frame.payloadByteCount
    answerByteCount.store(total, ordering: .relaxed)
    answerRowCount.store(run.rowCount, ordering: .relaxed)
    let limit = state.limits.answerByteCount
    guard total <= limit else {
      throw MoltError(.tooLarge, "the answer has more than \(limit) bytes; ask for fewer rows")
    }
    let header =
      isMore ? ReplyHeader(id: id, .more) : ReplyHeader(id: id, .done, rows: rowCount)
    return (ByteBuffer(frame, header, limit: state.limits.frames.frameByteCount), !isMore)
  }
}
