internal import MoltBytes
internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore
internal import Synchronization

/// One run whose answer arrives by itself on some event loop.
///
///     queued ──▶ receiving ──▶ ended
///                  │   ▲
///                  ▼   │
///                 resting
///
/// While it rests, its database has to wait.
final class LoopJob: WorkerJob, LoopRunReceiver {
  let id: UInt64
  let statement: UInt64
  let progress = JobProgress()
  private let state: WorkerState
  private let budget: OutputBudget
  private let connection: NIOLoopBound<ConnectionHandler>
  private let loop: any EventLoop
  /// How large the first piece probably becomes.
  private let expectedByteCount: Int
  private let run = Mutex<(any LoopRun)?>(nil)

  init(id: UInt64, statement: UInt64, _ connection: ConnectionHandler, expectedByteCount: Int) {
    self.id = id
    self.statement = statement
    state = connection.worker
    budget = connection.budget
    loop = connection.loop
    self.connection = NIOLoopBound(connection, eventLoop: connection.loop)
    self.expectedByteCount = expectedByteCount
  }

  func start(_ statement: any LoopStatement, arguments: [UInt8]) {
    let limits = LoopRunLimits(
      rowCount: state.limits.answerRowCount,
      byteCount: state.limits.answerByteCount,
      pieceByteCount: state.limits.sliceByteCount
    )
    let started = statement.startRun(arguments: arguments, limits, into: self)
    run.withLock { $0 = started }
  }

  func resume() { run.withLock { $0 }?.resume() }

  func abandon() {
    progress.giveUp()
    run.withLock { $0 }?.cancel()
    if budget.wake(self) { resume() }
  }

  func begin() {
    if progress.start(at: NIODeadline.now().uptimeNanoseconds) { state.metrics.leaveQueue() }
  }

  func makePiece() -> ByteWriter {
    let isFirst = progress.byteCount == 0
    return AnswerFrame(capacity: isFirst ? expectedByteCount : state.limits.sliceByteCount + 4096)
      .takeWriter()
  }

  func take(_ piece: consuming ByteWriter, rowCount: UInt64, isLast: Bool) -> Bool {
    let frame = AnswerFrame(continuing: piece)
    progress.advance(byteCount: frame.payloadByteCount, rowCount: rowCount)
    guard !progress.isGivenUp else { return true }
    let header =
      isLast ? ReplyHeader(id: id, .done, rows: rowCount) : ReplyHeader(id: id, .more)
    let buffer = ByteBuffer(frame, header, limit: state.limits.frames.frameByteCount)
    budget.add(buffer.readableBytes)
    onLoop { $0.deliver(buffer, of: self, isLast: isLast) }
    return isLast || !budget.rest(self)
  }

  func fail(_ error: MoltError) {
    // One that found no connection waited for it until now.
    begin()
    onLoop { $0.fail(self, error) }
  }

  /// Calls the connection's handler: at once when this is its thread, which is the usual case.
  private func onLoop(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
    if loop.inEventLoop {
      body(connection.value)
    } else {
      loop.execute { [connection] in body(connection.value) }
    }
  }
}
