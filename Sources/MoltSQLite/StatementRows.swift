internal import CSQLite
internal import MoltBytes
internal import MoltRows

/// The loop from a running statement to the bytes of its answer.
@safe struct StatementRows: ~Copyable {
  private let pointer: OpaquePointer
  private let options: RunOptions
  private let envelope: [RunValue]
  private var writer: RowWriter
  private var cells: [Cell]
  /// The bytes of the pieces before the current one.
  private var byteCount: UInt64 = 0
  private var hasBegun = false

  init(
    _ pointer: OpaquePointer,
    _ program: RowProgram,
    _ envelope: [RunValue],
    _ options: RunOptions
  ) {
    unsafe self.pointer = pointer
    self.options = options
    self.envelope = envelope
    self.writer = RowWriter(program)
    self.cells = Array(repeating: .null, count: program.columnCount)
  }

  var rowCount: UInt64 { writer.rowCount }

  /// Writes about `byteCount` bytes; false at the end of the answer.
  mutating func write(
    into output: inout ByteWriter,
    byteCount: Int,
    _ connection: SQLiteConnection
  ) throws(SQLiteError) -> Bool {
    let start = output.count
    let pause = writer.needsWholeAnswer ? Int.max : start + byteCount
    if let reason = connection.interrupt.reason { throw reason }
    if !hasBegun { try begin(into: &output) }
    var isMore = true
    while isMore && output.count < pause {
      isMore = unsafe try Self.writeRow(pointer, &cells, &writer, into: &output, connection)
      try checkLimits(UInt64(output.count - start))
    }
    if !isMore { writer.end(into: &output) }
    self.byteCount += UInt64(output.count - start)
    try checkLimits(0)
    return isMore
  }

  private mutating func begin(into output: inout ByteWriter) throws(SQLiteError) {
    hasBegun = true
    do { try writer.begin(envelope: envelope, into: &output) } catch {
      throw .badEnvelope(reason: error.message)
    }
  }

  /// Steps once; false at the end.
  @inline(__always)
  private static func writeRow(
    _ pointer: OpaquePointer,
    _ cells: inout [Cell],
    _ writer: inout RowWriter,
    into output: inout ByteWriter,
    _ connection: SQLiteConnection
  ) throws(SQLiteError) -> Bool {
    let result = unsafe sqlite3_step(pointer)
    guard result == SQLITE_ROW else {
      if result == SQLITE_DONE { return false }
      throw connection.failure(result, row: writer.rowCount)
    }
    // One span for the row: an array would ask for each cell whether it is shared.
    var row = cells.mutableSpan
    for column in row.indices { row[column] = unsafe Cell(pointer, Int32(column)) }
    do { try writer.append(cells.span, into: &output) } catch {
      switch error {
      case .unsupportedValue(let row, let column):
        throw .unsupportedValue(row: row, column: column)
      }
    }
    return true
  }

  @inline(__always)
  private func checkLimits(_ newBytes: UInt64) throws(SQLiteError) {
    if options.rowLimit != 0 && writer.rowCount > options.rowLimit {
      throw .tooManyRows(limit: options.rowLimit)
    }
    if options.byteLimit != 0 && byteCount + newBytes > options.byteLimit {
      throw .tooManyBytes(limit: options.byteLimit)
    }
  }
}

extension Cell {
  /// Reads a column of the statement's current row.
  @inline(__always)
  fileprivate init(_ statement: OpaquePointer, _ column: Int32) {
    // Safety: `column` lies below the statement's column count, checked when it was prepared.
    // One call fetches the value; its readers then need no lock and no range check.
    let value = unsafe sqlite3_column_value(statement, column)
    switch unsafe sqlite3_value_type(value) {
    case SQLITE_INTEGER: self = unsafe .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: self = unsafe .float(sqlite3_value_double(value))
    case SQLITE_TEXT:
      let start = unsafe sqlite3_value_text(value)
      let count = unsafe Int(sqlite3_value_bytes(value))
      self = unsafe .text(CellBytes(start: start, count: count))
    case SQLITE_BLOB:
      let start = unsafe sqlite3_value_blob(value)
      let count = unsafe Int(sqlite3_value_bytes(value))
      self = unsafe .blob(CellBytes(start: start, count: count))
    default: self = .null
    }
  }
}
