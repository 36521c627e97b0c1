internal import MoltBytes
public import MoltRows
internal import Synchronization

extension PostgresAnswerQuery {
  /// Runs the query and gives the whole answer.
  ///
  /// Where the task is cancelled, the server is told to stop.
  ///
  /// - Parameters:
  ///   - arguments: The statement's parameters and the envelope's values.
  ///   - limits: How far it may go.
  /// - Returns: The bytes.
  /// - Throws: ``PostgresError``.
  public func answer(
    _ arguments: RunArguments,
    _ limits: PostgresAnswerLimits = PostgresAnswerLimits()
  ) async throws(PostgresError) -> [UInt8] {
    let collector = AnswerCollector()
    let run = start(arguments, limits, into: collector)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { collector.setConsumer($0) }
    } onCancel: {
      run.cancel()
    }
    return try result.get()
  }

  /// Runs the query and lends its answer piece by piece as the rows arrive.
  ///
  /// Memory stays flat whatever the number of rows: while the consumer has enough, the server waits.
  /// When `body` returns before the end, the server is told to stop.
  ///
  /// - Throws: ``PostgresError``, after which the pieces so far are void, and what `body` throws.
  public func withPieces<Result>(
    _ arguments: RunArguments,
    _ limits: PostgresAnswerLimits = PostgresAnswerLimits(),
    _ body: (PostgresByteStream) async throws -> Result
  ) async throws -> Result {
    let started = Mutex<PostgresAnswerRun?>(nil)
    let buffer = PostgresBuffer<[UInt8]> { started.withLock { $0 }?.resume() }
    let run = start(arguments, limits, into: AnswerBuffer(buffer))
    started.withLock { $0 = run }
    do {
      let result = try await body(PostgresByteStream(buffer: buffer))
      if buffer.abandon() { run.cancel() }
      _ = await buffer.end()
      return result
    } catch {
      if buffer.abandon() { run.cancel() }
      _ = await buffer.end()
      throw error
    }
  }
}

/// Collects an answer for a task that waits for all of it.
private final class AnswerCollector: PostgresAnswerReceiver {
  typealias Answer = Result<[UInt8], PostgresError>

  private struct State {
    var bytes: [UInt8] = []
    var answer: Answer?
    var consumer: CheckedContinuation<Answer, Never>?
  }

  private let state = Mutex(State())

  func setConsumer(_ consumer: CheckedContinuation<Answer, Never>) {
    let answer = state.withLock { state in
      if state.answer == nil { state.consumer = consumer }
      return state.answer
    }
    if let answer { consumer.resume(returning: answer) }
  }

  func begin() {}

  func makePiece() -> ByteWriter { ByteWriter(capacity: 4096) }

  func take(_ piece: consuming ByteWriter, rowCount: UInt64, isLast: Bool) -> Bool {
    let bytes = [UInt8](copying: piece)
    let whole = state.withLock { state -> [UInt8]? in
      state.bytes += bytes
      return isLast ? state.bytes : nil
    }
    if let whole { finish(.success(whole)) }
    return true
  }

  func fail(_ error: PostgresError) { finish(.failure(error)) }

  private func finish(_ answer: Answer) {
    let consumer = state.withLock { state in
      state.answer = answer
      return state.consumer
    }
    consumer?.resume(returning: answer)
  }
}

/// Hands an answer's pieces to a task that takes them one by one.
private final class AnswerBuffer: PostgresAnswerReceiver {
  private let buffer: PostgresBuffer<[UInt8]>

  init(_ buffer: PostgresBuffer<[UInt8]>) { self.buffer = buffer }

  func begin() {}

  func makePiece() -> ByteWriter { ByteWriter(capacity: 64 * 1024) }

  func take(_ piece: consuming ByteWriter, rowCount: UInt64, isLast: Bool) -> Bool {
    let bytes = [UInt8](copying: piece)
    let hasRoom = buffer.append(bytes, byteCount: bytes.count)
    if isLast { buffer.finish(nil) }
    return hasRoom
  }

  func fail(_ error: PostgresError) { buffer.finish(error) }
}

extension [UInt8] {
  /// The bytes that a writer holds.
  fileprivate init(copying writer: borrowing ByteWriter) {
    let bytes = writer.span
    self.init(capacity: bytes.count) { output in
      for index in bytes.indices { output.append(bytes[index]) }
    }
  }
}
