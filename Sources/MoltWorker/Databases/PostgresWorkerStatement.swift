internal import MoltBytes
internal import MoltErrors
internal import MoltPostgres
internal import MoltPostgresWire
internal import MoltRows

/// A PostgreSQL statement behind the worker.
struct PostgresWorkerStatement: LoopStatement {
  private let query: PostgresAnswerQuery

  init(_ query: PostgresAnswerQuery) { self.query = query }

  func startRun(
    arguments: [UInt8],
    _ limits: LoopRunLimits,
    into receiver: any LoopRunReceiver
  ) -> any LoopRun {
    let decoded: RunArguments
    do { decoded = try RunArguments(sent: arguments) } catch {
      receiver.fail(error)
      return EndedRun()
    }
    var wanted = PostgresAnswerLimits()
    wanted.rowCount = limits.rowCount
    wanted.byteCount = UInt64(limits.byteCount)
    wanted.pieceByteCount = limits.pieceByteCount
    return query.start(decoded, wanted, into: PostgresAnswerForwarder(receiver))
  }
}

extension PostgresAnswerRun: LoopRun {}

/// A run that was over before it began.
private final class EndedRun: LoopRun {
  func cancel() {}
  func resume() {}
}

/// Hands an answer on, its error in the worker's words.
private final class PostgresAnswerForwarder: PostgresAnswerReceiver {
  private let receiver: any LoopRunReceiver

  init(_ receiver: any LoopRunReceiver) { self.receiver = receiver }

  func begin() { receiver.begin() }

  func makePiece() -> ByteWriter { receiver.makePiece() }

  func take(_ piece: consuming ByteWriter, rowCount: UInt64, isLast: Bool) -> Bool {
    receiver.take(piece, rowCount: rowCount, isLast: isLast)
  }

  func fail(_ error: PostgresError) {
    if case .server(let error) = error {
      receiver.fail(error.errorOfRunning)
    } else {
      receiver.fail(error.error)
    }
  }
}
