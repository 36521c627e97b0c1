internal import MoltBytes
internal import MoltPostgresWire
internal import MoltRows

/// The loop from a connection's input to the bytes of an answer.
struct PostgresRows: ~Copyable {
  private let operation: PostgresOperation
  private let options: RunOptions
  private let envelope: [RunValue]
  private let decoders: [PostgresColumnDecoder]
  private var writer: RowWriter
  private var cells: [Cell]
  /// The rows in the connection's input, and how far they are written.
  private var run: RowRun?
  private var offset = 0
  /// The bytes of the pieces before the current one.
  private var byteCount: UInt64 = 0
  private var hasBegun = false

  init(
    _ program: RowProgram,
    _ plan: Plan,
    _ operation: PostgresOperation,
    _ envelope: [RunValue],
    _ options: RunOptions
  ) {
    self.operation = operation
    self.options = options
    self.envelope = envelope
    decoders = plan.columns.decoders
    writer = RowWriter(program)
    cells = Array(repeating: .null, count: program.columnCount)
  }

  var rowCount: UInt64 { writer.rowCount }

  /// Writes about `byteCount` bytes; false at the end of the answer.
  mutating func write(
    into output: inout ByteWriter,
    byteCount: Int,
    _ connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) -> Bool {
    let start = output.count
    let pause = writer.needsWholeAnswer ? Int.max : start + byteCount
    if let reason = watch.reason { throw reason }
    if !hasBegun { try begin(into: &output) }
    var isMore = true
    while isMore && output.count < pause {
      if let run {
        offset = try Self.write(
          run,
          from: offset,
          in: connection.input,
          decoders,
          &cells,
          &writer,
          into: &output,
          limits(start: start, pause: pause)
        )
        try checkLimits(UInt64(output.count - start))
        if offset == run.byteCount { self.run = nil }
      } else {
        isMore = try receive(connection, watch)
      }
    }
    if !isMore { writer.end(into: &output) }
    self.byteCount += UInt64(output.count - start)
    try checkLimits(0)
    return isMore
  }

  private mutating func begin(into output: inout ByteWriter) throws(PostgresError) {
    hasBegun = true
    do { try writer.begin(envelope: envelope, into: &output) } catch {
      throw .badEnvelope(reason: error.message)
    }
  }

  /// Waits for rows; false at the end of the answer.
  private mutating func receive(
    _ connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) -> Bool {
    while true {
      switch try connection.next(watch) {
      case .rows(let run) where run.operation == operation:
        self.run = run
        offset = 0
        return true
      case .failed(_, let failure): throw PostgresError(running: failure)
      case .closed(let closure): throw .closed(closure)
      case .ready: return false
      default: continue
      }
    }
  }

  /// How far a call may write.
  private struct Limits {
    /// The count of the output's bytes at which to pause.
    var pause: Int
    /// The count of the output's bytes that is too much.
    var byteCount: Int
    /// The most rows.
    var rowCount: UInt64
  }

  /// The limits of a piece that begins after `start` bytes of its output.
  private func limits(start: Int, pause: Int) -> Limits {
    let left = options.byteLimit > byteCount ? options.byteLimit - byteCount : 0
    let bytes = options.byteLimit == 0 ? Int.max : Int(clamping: left) &+ start
    return Limits(
      pause: pause,
      byteCount: bytes < start ? Int.max : bytes,
      rowCount: options.rowLimit == 0 ? UInt64.max : options.rowLimit
    )
  }

  /// Writes rows of a run until it ends or the piece is large enough.
  ///
  /// - Returns: How many bytes of the run are used.
  @inline(never)
  private static func write(
    _ run: RowRun,
    from offset: Int,
    in input: borrowing PostgresInput,
    _ decoders: [PostgresColumnDecoder],
    _ cells: inout [Cell],
    _ writer: inout RowWriter,
    into output: inout ByteWriter,
    _ limits: Limits
  ) throws(PostgresError) -> Int {
    let bytes = input.unread.extracting(offset..<run.byteCount)
    let rest = RowRun(operation: run.operation, rowCount: run.rowCount, byteCount: bytes.count)
    var rows = DataRowReader(rest, in: bytes, streamOffset: input.streamOffset + offset)
    let decoderSpan = decoders.span
    while try nextRow(&rows, columnCount: decoderSpan.count) {
      try fill(&cells, from: &rows, bytes, decoderSpan, row: writer.rowCount)
      try append(cells.span, &writer, into: &output)
      if writer.rowCount > limits.rowCount { throw .tooManyRows(limit: limits.rowCount) }
      if output.count >= limits.pause || output.count > limits.byteCount { break }
    }
    return offset + rows.rowEndOffset
  }

  @inline(__always)
  private static func append(
    _ cells: Span<Cell>,
    _ writer: inout RowWriter,
    into output: inout ByteWriter
  ) throws(PostgresError) {
    do throws(RowError) { try writer.append(cells, into: &output) } catch {
      switch error {
      case .unsupportedValue(let row, let column):
        throw .unsupportedValue(row: row, column: column)
      }
    }
  }

  @_lifetime(rows: copy rows)
  @inline(__always)
  private static func nextRow(
    _ rows: inout DataRowReader,
    columnCount: Int
  ) throws(PostgresError) -> Bool {
    do throws(PostgresWireError) {
      guard try rows.nextRow() else { return false }
      guard rows.columnsLeft == columnCount else {
        throw .malformed(offset: rows.streamOffsetOfRow)
      }
      return true
    } catch {
      throw .closed(.wire(error))
    }
  }

  /// Makes cells of the columns that the shape names; they lie where the row lies.
  @_lifetime(rows: copy rows)
  @inline(__always)
  private static func fill(
    _ cells: inout [Cell],
    from rows: inout DataRowReader,
    _ bytes: Span<UInt8>,
    _ decoders: Span<PostgresColumnDecoder>,
    row number: UInt64
  ) throws(PostgresError) {
    // One span for the row: an array would ask for each cell whether it is shared.
    var row = cells.mutableSpan
    for column in row.indices {
      let range: Range<Int>?
      do throws(PostgresWireError) { range = try rows.nextColumn() } catch {
        throw .closed(.wire(error))
      }
      guard let range else {
        row[column] = .null
        continue
      }
      // Safety: the reader found the range inside the run, and the cells are used before the run's
      // bytes are discarded.
      let value = unsafe CellBytes(bytes.extracting(unchecked: range))
      do throws(PostgresValueError) { row[column] = try decoders[column].decode(value) } catch {
        throw .unsupportedValue(row: number, column: column)
      }
    }
  }

  @inline(__always)
  private func checkLimits(_ newBytes: UInt64) throws(PostgresError) {
    if options.rowLimit != 0 && writer.rowCount > options.rowLimit {
      throw .tooManyRows(limit: options.rowLimit)
    }
    if options.byteLimit != 0 && byteCount + newBytes > options.byteLimit {
      throw .tooManyBytes(limit: options.byteLimit)
    }
  }
}
