public import MoltBytes
public import MoltRows

/// The loop from rows in a connection's input to the bytes of an answer.
///
///     writer.begin(…)
///     for each run of rows: writer.write(…) until the run is used up
///     writer.end(…)
///
/// Nothing is kept of the input between the calls.
public struct PostgresAnswerWriter: ~Copyable {
  private let decoders: [PostgresColumnDecoder]
  private let rowLimit: UInt64
  private let byteLimit: Int
  private var writer: RowWriter
  private var cells: [Cell]
  /// The bytes of the answer so far.
  private var byteCount = 0

  /// Creates a writer in front of an answer.
  ///
  /// - Parameters:
  ///   - program: How rows are written.
  ///   - plan: How the columns are read.
  ///   - rowLimit: The most rows; 0 means any number.
  ///   - byteLimit: The most bytes of the answer; 0 means any number.
  public init(_ program: RowProgram, _ plan: PostgresPlan, rowLimit: UInt64, byteLimit: UInt64) {
    decoders = plan.columns.decoders
    self.rowLimit = rowLimit == 0 ? .max : rowLimit
    self.byteLimit = byteLimit == 0 ? .max : Int(clamping: byteLimit)
    writer = RowWriter(program)
    cells = Array(repeating: .null, count: program.columnCount)
  }

  /// How many rows were written so far.
  public var rowCount: UInt64 { writer.rowCount }

  /// Whether the answer has to stay in one piece of memory until its end.
  public var needsWholeAnswer: Bool { writer.needsWholeAnswer }

  /// Writes what stands in front of the rows.
  ///
  /// - Throws: ``PostgresAnswerError/badEnvelope(reason:)``.
  public mutating func begin(
    envelope: [RunValue],
    into output: inout ByteWriter
  ) throws(PostgresAnswerError) {
    let start = output.count
    do { try writer.begin(envelope: envelope, into: &output) } catch {
      throw .badEnvelope(reason: error.message)
    }
    byteCount += output.count - start
  }

  /// Writes what stands behind the rows.
  ///
  /// - Throws: ``PostgresAnswerError/tooManyBytes(limit:)``.
  public mutating func end(into output: inout ByteWriter) throws(PostgresAnswerError) {
    let start = output.count
    writer.end(into: &output)
    try count(output.count - start)
  }

  /// Books bytes; fewer than none where the end has replaced room kept for it.
  private mutating func count(_ newBytes: Int) throws(PostgresAnswerError) {
    byteCount += newBytes
    guard byteCount <= byteLimit else { throw .tooManyBytes(limit: UInt64(byteLimit)) }
  }

  /// Writes rows of a run until it ends or the output is long enough.
  ///
  /// - Parameters:
  ///   - run: The rows, which lie at the front of `input`.
  ///   - offset: How many bytes of the run are written already.
  ///   - input: What was received.
  ///   - output: Where the rows are appended.
  ///   - pause: The count of the output's bytes at which to stop; a row is never cut.
  /// - Returns: How many bytes of the run are written now.
  /// - Throws: ``PostgresAnswerError``; the answer is then void.
  /// - Complexity: O(bytes written)
  @inline(never)
  public mutating func write(
    _ run: RowRun,
    from offset: Int,
    in input: borrowing PostgresInput,
    into output: inout ByteWriter,
    pause: Int
  ) throws(PostgresAnswerError) -> Int {
    let start = output.count
    let room = byteLimit - byteCount
    let used = try Self.write(
      run,
      from: offset,
      in: input,
      decoders,
      &cells,
      &writer,
      into: &output,
      end: min(pause, room >= Int.max - start ? Int.max : start + room + 1),
      rowLimit: rowLimit
    )
    try count(output.count - start)
    return used
  }

  /// The loop itself, which holds its state apart so that the compiler can keep it in registers.
  private static func write(
    _ run: RowRun,
    from offset: Int,
    in input: borrowing PostgresInput,
    _ decoders: [PostgresColumnDecoder],
    _ cells: inout [Cell],
    _ writer: inout RowWriter,
    into output: inout ByteWriter,
    end: Int,
    rowLimit: UInt64
  ) throws(PostgresAnswerError) -> Int {
    let bytes = input.unread.extracting(offset..<run.byteCount)
    let rest = RowRun(operation: run.operation, rowCount: run.rowCount, byteCount: bytes.count)
    var rows = DataRowReader(rest, in: bytes, streamOffset: input.streamOffset + offset)
    let decoders = decoders.span
    while try nextRow(&rows, columnCount: decoders.count) {
      try fill(&cells, from: &rows, bytes, decoders, row: writer.rowCount)
      try append(cells.span, &writer, into: &output)
      if writer.rowCount > rowLimit { throw .tooManyRows(limit: rowLimit) }
      if output.count >= end { break }
    }
    return offset + rows.rowEndOffset
  }

  @inline(__always)
  private static func append(
    _ cells: Span<Cell>,
    _ writer: inout RowWriter,
    into output: inout ByteWriter
  ) throws(PostgresAnswerError) {
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
  ) throws(PostgresAnswerError) -> Bool {
    do throws(PostgresWireError) {
      guard try rows.nextRow() else { return false }
      guard rows.columnsLeft == columnCount else {
        throw .malformed(offset: rows.streamOffsetOfRow)
      }
      return true
    } catch {
      throw .wire(error)
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
  ) throws(PostgresAnswerError) {
    // One span for the row: an array would ask for each cell whether it is shared.
    var row = cells.mutableSpan
    for column in row.indices {
      let range: Range<Int>?
      do throws(PostgresWireError) { range = try rows.nextColumn() } catch { throw .wire(error) }
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
}
