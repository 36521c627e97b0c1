public import MoltErrors

/// Why SQLite, or the writing of its rows, stopped.
public enum SQLiteError: Error, Equatable, Sendable {
  /// The file cannot be opened: missing, unreadable, or no database.
  case cannotOpen(path: String, reason: String)
  /// SQLite refuses the SQL. `offset` is the byte in the SQL, or -1.
  case badSQL(reason: String, offset: Int)
  /// The SQL calls a function or collation that Django registers in Python only.
  case pythonOnly(reason: String)
  /// The SQL would change the database.
  case wouldWrite
  /// The shape reads columns that the query does not have.
  case tooFewColumns(expected: Int, found: Int)
  /// Python's sqlite3 converts the column by its declared type, and the shape has another.
  case declaredType(column: Int, declared: String)
  /// The run binds another number of parameters than the SQL has.
  case wrongParameterCount(expected: Int, found: Int)
  /// The envelope's values do not fit the shape.
  case badEnvelope(reason: String)
  /// Another process held a lock for longer than the busy timeout.
  case locked
  /// The deadline passed.
  case timeout
  /// The run was cancelled.
  case cancelled
  /// A value that cannot be written as Python would write it.
  case unsupportedValue(row: UInt64, column: Int)
  /// SQLite failed while it ran; Python would raise too.
  case failedRun(reason: String, row: UInt64)
  /// The answer has more rows than allowed.
  case tooManyRows(limit: UInt64)
  /// The answer has more bytes than allowed.
  case tooManyBytes(limit: UInt64)
  /// The file is damaged, or the disk failed.
  case damaged(reason: String)

  /// The code of the one table.
  public var code: ErrorCode {
    switch self {
    case .badSQL, .tooFewColumns, .wrongParameterCount, .badEnvelope: .invalidInput
    case .cannotOpen, .locked, .damaged: .unavailable
    case .pythonOnly, .declaredType, .unsupportedValue, .failedRun: .unsupported
    case .wouldWrite: .forbidden
    case .timeout: .timeout
    case .cancelled: .cancelled
    case .tooManyRows, .tooManyBytes: .tooLarge
    }
  }

  /// A byte offset in the SQL, a row number, or -1.
  public var offset: Int {
    switch self {
    case .badSQL(_, let offset): offset
    case .unsupportedValue(let row, _), .failedRun(_, let row): Int(clamping: row)
    default: -1
    }
  }

  /// One sentence: what happened, where, what to do.
  public var message: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "the SQLite database \(path) cannot be opened for reading: \(reason)"
    case .badSQL(let reason, let offset):
      "SQLite refuses the SQL: \(reason)" + (offset >= 0 ? " (at byte \(offset))" : "")
    case .pythonOnly(let reason):
      "the SQL needs something that Django registers in Python only: \(reason)"
    case .wouldWrite: "the SQL would write, and Molt runs reading statements only"
    case .tooFewColumns(let expected, let found):
      "the shape reads \(expected) columns, and the query has \(found)"
    case .declaredType(let column, let declared):
      "column \(column) is declared \(declared), which Python's sqlite3 converts; "
        + "the shape has another type there"
    case .wrongParameterCount(let expected, let found):
      "the SQL takes \(expected) parameters, and the run binds \(found)"
    case .badEnvelope(let reason): reason
    case .locked:
      "the database stayed locked by another process for longer than the busy timeout; "
        + "try again, or switch the database to WAL"
    case .timeout: "the deadline passed before the answer was complete"
    case .cancelled: "the run was cancelled"
    case .unsupportedValue(let row, let column):
      "row \(row) holds a value in column \(column) that cannot be written natively with the bytes "
        + "that Python would write"
    case .failedRun(let reason, let row): "SQLite failed at row \(row): \(reason)"
    case .tooManyRows(let limit): "the answer has more than the allowed \(limit) rows"
    case .tooManyBytes(let limit): "the answer has more than the allowed \(limit) bytes"
    case .damaged(let reason): "the database cannot be read: \(reason)"
    }
  }
}
