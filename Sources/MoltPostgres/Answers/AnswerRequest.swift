internal import MoltBytes
internal import MoltPostgresWire
internal import MoltRows

/// One attempt at an answer on one connection: from rows to pieces, on its event loop.
// Safety: made by one thread and handed to the connection's event loop, which alone uses what can
// change from then on.
final class AnswerRequest: @unchecked Sendable {
  let statement: PostgresStatement
  let plan: PostgresPlan
  let bindings: PostgresBindings
  var operation: PostgresOperation?
  /// The bytes of rows that came after the answer had failed.
  var skippedByteCount = 0

  private let envelope: [RunValue]
  private let pieceByteCount: Int
  private let receiver: any PostgresAnswerReceiver
  private let done: (PostgresError?, _ isFresh: Bool) -> Void
  private var writer: PostgresAnswerWriter
  private var output = ByteWriter(capacity: 1)
  /// The count of the output's bytes at which it is handed over; nil while there is no piece.
  private var pause: Int?
  private var hasBegun = false
  private var hasDelivered = false
  private var isOver = false

  /// Creates an attempt; `done` hears when the connection is free again: of the error, and whether
  /// the receiver was given nothing and told nothing.
  ///
  /// - Throws: Why the arguments do not fit.
  init(
    _ query: PostgresAnswerQuery,
    _ plan: PostgresPlan,
    _ arguments: RunArguments,
    _ limits: PostgresAnswerLimits,
    _ receiver: any PostgresAnswerReceiver,
    done: @escaping @Sendable (PostgresError?, _ isFresh: Bool) -> Void
  ) throws(PostgresAnswerError) {
    statement = query.statement
    self.plan = plan
    envelope = arguments.envelope
    pieceByteCount = max(1, limits.pieceByteCount)
    self.receiver = receiver
    self.done = done
    writer = PostgresAnswerWriter(
      query.program,
      plan,
      rowLimit: limits.rowCount,
      byteLimit: limits.byteCount
    )
    bindings = try PostgresBindings { (parameters) throws(PostgresAnswerError) in
      try plan.bind(arguments.parameters, to: &parameters)
    }
  }

  /// Holds the columns of the execution against those that were described.
  func check(
    _ columns: [PostgresColumn],
    of operation: PostgresOperation
  ) throws(PostgresAnswerError) {
    guard operation == self.operation else { return }
    guard plan.describes(columns) else { throw .columnsChanged }
  }

  /// Writes rows.
  ///
  /// - Returns: Whether there is room for more.
  func take(
    _ run: RowRun,
    in input: borrowing PostgresInput
  ) throws(PostgresAnswerError) -> Bool {
    guard run.operation == operation else { return true }
    try begin()
    var offset = 0
    var hasRoom = true
    while offset < run.byteCount {
      let pause = startPiece()
      offset = try writer.write(run, from: offset, in: input, into: &output, pause: pause)
      if output.count >= pause { hasRoom = deliver(isLast: false) }
    }
    return hasRoom
  }

  /// Writes what is behind the rows, and hands the last piece over.
  func end() throws(PostgresAnswerError) -> Bool {
    try begin()
    _ = startPiece()
    try writer.end(into: &output)
    isOver = true
    return deliver(isLast: true)
  }

  /// Tells the receiver that there is no answer.
  func fail(_ error: PostgresError) {
    guard !isOver else { return }
    isOver = true
    receiver.fail(error)
  }

  /// The connection is free again.
  func finish(_ error: PostgresError?) {
    let isFresh = !hasDelivered && !isOver
    if let error, !isFresh { fail(error) }
    done(error, isFresh)
  }

  private func begin() throws(PostgresAnswerError) {
    guard !hasBegun else { return }
    hasBegun = true
    _ = startPiece()
    try writer.begin(envelope: envelope, into: &output)
  }

  /// Makes sure that there is a piece; returns where it ends.
  private func startPiece() -> Int {
    if let pause { return pause }
    output = receiver.makePiece()
    let end = writer.needsWholeAnswer ? Int.max : output.count + pieceByteCount
    pause = end
    return end
  }

  private func deliver(isLast: Bool) -> Bool {
    hasDelivered = true
    pause = nil
    var piece = ByteWriter(capacity: 1)
    swap(&piece, &output)
    return receiver.take(piece, rowCount: writer.rowCount, isLast: isLast)
  }
}
