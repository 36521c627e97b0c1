internal import MoltBytes

/// What an open connection has sent and not heard of, and what it knows of its server.
///
/// A batch is what is sent up to one `Sync`. After an error the server skips to it:
///
///     sent      Parse A  Bind A  Execute A | Bind B  Execute B | Sync
///     received  ErrorResponse                                    ReadyForQuery
///     told      failed(A, server)  failed(B, skipped)            ready
struct Session: ~Copyable {
  let options: PostgresConnectionOptions
  let namePrefix: [UInt8]
  var parameters: [String: String]
  let key: BackendKeyData?
  var transaction: PostgresTransactionStatus

  var cache: StatementCache
  /// Statements that the next batch closes first, where no failing operation can skip it.
  var closing: [PreparedStatement] = []
  var pending = PendingOperations()
  var kept = KeptBinds()

  /// The number of the open batch, and how many operations it has so far.
  var batch: UInt64 = 1
  var batchCount = 0
  /// How many statements the open batch has closed at its start.
  var closeCount = 0
  /// Whether the open batch may be sent again as a whole.
  var isBatchKept = false
  var lastOperation = PostgresOperation(0)
  var operationCount: UInt64 = 0
  var statementCount: UInt64 = 0
  /// How often the server did not know a statement.
  var unknownCount = 0

  /// The operation whose error makes the server skip to the end of its batch.
  var failing: PostgresOperation?
  /// The operations of a failed batch that may be sent again, and why it failed.
  var held: [PendingOperation] = []
  var heldError = PostgresServerError()
  /// What is still to be told before anything else, last one first.
  var overdue: [PostgresEvent] = []
  /// The error that ends the session.
  var fatal: PostgresServerError?

  /// The operation that is fetched in portions.
  var openPortal: PostgresOperation?
  /// The operation that waits for data of a `COPY`.
  var copying: PostgresOperation?
  /// The operation whose `COPY FROM STDIN` was turned down.
  var refusedCopy: PostgresOperation?
  /// How many bytes of the input the last event lent.
  var lentByteCount = 0

  init(_ login: consuming Login, _ status: PostgresTransactionStatus) {
    options = login.options
    namePrefix = Array("molt_".utf8) + login.options.nonce.prefix(8).flatMap(Session.hexadecimal)
    parameters = login.parameters
    key = login.key
    transaction = status
    let capacity = if case .cached(let capacity) = login.options.statements { capacity } else { 0 }
    cache = StatementCache(capacity: capacity)
  }

  private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// Looks at the next message, or at several, until there is something to tell.
  ///
  /// - Throws: Why the connection is over; the operations are then still to be told.
  mutating func next(
    _ input: inout PostgresInput,
    into output: inout ByteWriter
  ) throws(PostgresClosure) -> PostgresEvent {
    input.discard(lentByteCount)
    lentByteCount = 0
    while true {
      if let event = overdueEvent() { return event }
      if let fatal { throw .server(fatal) }
      do throws(PostgresWireError) {
        if let event = try step(&input, into: &output) { return event }
      } catch {
        throw .wire(error)
      }
    }
  }

  /// Looks at the next message.
  ///
  /// - Returns: What it means; nil when it means nothing to the shell.
  private mutating func step(
    _ input: inout PostgresInput,
    into output: inout ByteWriter
  ) throws(PostgresWireError) -> PostgresEvent? {
    let streamOffset = input.streamOffset
    guard
      let header = try BackendMessageHeader(
        peeking: input.unread,
        limit: options.limits.messageByteCount,
        streamOffset: streamOffset
      )
    else { return .waiting }
    if header.type == .dataRow { return try rows(header, input) }
    guard input.count >= header.messageByteCount else { return .waiting }
    if header.type == .copyData { return try copyData(header, input) }
    let bodyStart = BackendMessageHeader.byteCount
    let event = try receive(
      header.type,
      BackendMessageReader(
        input.unread.extracting(bodyStart..<header.messageByteCount),
        streamOffset: streamOffset + bodyStart
      ),
      at: streamOffset,
      into: &output
    )
    input.discard(header.messageByteCount)
    return event
  }

  /// The run of rows that the input begins with.
  private mutating func rows(
    _ header: BackendMessageHeader,
    _ input: borrowing PostgresInput
  ) throws(PostgresWireError) -> PostgresEvent {
    let stage = pending.firstStage
    guard failing == nil, let operation = pending.firstOperation,
      stage == .rows || stage == .simpleRows
    else { throw .unexpected(offset: input.streamOffset, .dataRow) }
    guard header.bodyByteCount >= 2 else {
      throw .badLength(offset: input.streamOffset, byteCount: header.bodyByteCount + 4)
    }
    let scan = RowScan(input.unread, limit: options.limits.messageByteCount)
    guard scan.rowCount > 0 else { return .waiting }
    lentByteCount = scan.byteCount
    return .rows(
      RowRun(operation: operation, rowCount: scan.rowCount, byteCount: scan.byteCount)
    )
  }

  /// The piece of a `COPY` that the input begins with.
  private mutating func copyData(
    _ header: BackendMessageHeader,
    _ input: borrowing PostgresInput
  ) throws(PostgresWireError) -> PostgresEvent {
    let stage = pending.firstStage
    guard failing == nil, let operation = pending.firstOperation,
      stage == .copyOut || stage == .simpleCopyOut
    else { throw .unexpected(offset: input.streamOffset, .copyData) }
    lentByteCount = header.messageByteCount
    let range = BackendMessageHeader.byteCount..<header.messageByteCount
    return .copyData(CopyRun(operation: operation, range: range))
  }
}
