public import MoltErrors
public import MoltPostgresWire

/// Why PostgreSQL, or the writing of its rows, stopped.
public enum PostgresError: Error, Equatable, Sendable {
  /// No connection could be opened. `reason` is a part of a sentence.
  case cannotConnect(place: String, reason: String)
  /// The server, or a rule on this side, refused the login.
  case cannotLogIn(place: String, PostgresClosure)
  /// The options insist on TLS, which is not available here.
  case encryptionUnavailable
  /// The connection ended, or what came was not the protocol.
  case closed(PostgresClosure)
  /// The server refuses the SQL. `offset` is the byte in the SQL, or -1.
  case badSQL(PostgresServerError, offset: Int)
  /// The server stopped while it ran; the Python path would raise too.
  case failedRun(PostgresServerError)
  /// The statement returns no rows at all.
  case noColumns
  /// The shape, or a parameter, does not fit the statement.
  case value(PostgresValueError)
  /// The statement's columns are not those that it was prepared with.
  case columnsChanged
  /// A request that the protocol cannot carry.
  case refused(PostgresRefusal)
  /// The envelope's values do not fit the shape.
  case badEnvelope(reason: String)
  /// The deadline passed.
  case timeout
  /// The run was cancelled.
  case cancelled
  /// A value that cannot be written as Python would write it.
  case unsupportedValue(row: UInt64, column: Int)
  /// A value that the column's type in Arrow does not have.
  case unsupportedColumnValue(row: UInt64, column: String)
  /// A value that is not of its column's type, or a text that is not UTF-8.
  case malformedColumnValue(row: UInt64, column: String)
  /// The answer has more rows than allowed.
  case tooManyRows(limit: UInt64)
  /// The answer has more bytes than allowed.
  case tooManyBytes(limit: UInt64)

  /// The code of the one table.
  public var code: ErrorCode {
    switch self {
    case .cannotConnect: .unavailable
    case .cannotLogIn(_, let closure), .closed(let closure): closure.error.code
    case .encryptionUnavailable, .columnsChanged, .unsupportedValue,
      .unsupportedColumnValue, .malformedColumnValue:
      .unsupported
    case .badSQL(let error, _): Self.code(preparing: error)
    case .failedRun(let error): Self.code(running: error)
    case .noColumns, .badEnvelope: .invalidInput
    case .value(let error): Self.code(of: error)
    case .refused(let refusal): refusal.error.code
    case .timeout: .timeout
    case .cancelled: .cancelled
    case .tooManyRows, .tooManyBytes: .tooLarge
    }
  }

  /// A byte offset in the SQL, a row number, or -1.
  public var offset: Int {
    switch self {
    case .badSQL(_, let offset): offset
    case .unsupportedValue(let row, _), .unsupportedColumnValue(let row, _),
      .malformedColumnValue(let row, _):
      Int(clamping: row)
    default: -1
    }
  }

  /// What the server did not like in the SQL.
  ///
  /// A function or a collation that it does not know may be one that Django would have avoided, so
  /// Python has to answer.
  private static func code(preparing error: PostgresServerError) -> ErrorCode {
    switch error.sqlState {
    case "42883", "42704": .unsupported
    default: error.error.code
    }
  }

  /// What the server did not like in a run: Django's own query fails there too, and says it better.
  private static func code(running error: PostgresServerError) -> ErrorCode {
    let code = error.error.code
    return code == .invalidInput ? .unsupported : code
  }

  private static func code(of error: PostgresValueError) -> ErrorCode {
    switch error {
    case .tooFewColumns, .wrongParameterCount: .invalidInput
    case .unsupportedColumn, .malformedValue, .unsupportedParameter: .unsupported
    }
  }

  /// Whether the connection died, as one does that was idle while its server restarted.
  var isDeadConnection: Bool {
    switch self {
    case .closed(.connectionLost): true
    case .closed(.server(let error)): error.sqlState.hasPrefix("57") || error.sqlState == "08006"
    default: false
    }
  }
}

extension PostgresError {
  /// One sentence: what happened, where, what to do.
  public var message: String {
    switch self {
    case .cannotConnect(let place, let reason):
      "PostgreSQL at \(place) cannot be reached: \(reason)"
    case .cannotLogIn(let place, let closure):
      "PostgreSQL at \(place) does not let the client in: \(closure.error.message)"
    case .encryptionUnavailable:
      "sslmode asks for TLS, which libmolt does not have in process; "
        + "use the worker, a Unix socket, or sslmode=prefer"
    case .closed(let closure): closure.error.message
    case .badSQL(let error, let offset):
      "PostgreSQL refuses the SQL: \(error.message) (SQLSTATE \(error.sqlState))"
        + (offset >= 0 ? " (at byte \(offset))" : "")
    case .failedRun(let error): error.error.message
    case .noColumns: "the statement returns no rows, and Molt runs reading statements only"
    case .value(let error): error.message
    case .columnsChanged:
      "the statement's columns have changed since it was prepared; the next run prepares it again"
    case .refused(let refusal): refusal.error.message
    case .badEnvelope(let reason): reason
    case .timeout: "the deadline passed before the answer was complete"
    case .cancelled: "the run was cancelled"
    case .unsupportedValue(let row, let column):
      "row \(row) holds a value in column \(column) that cannot be written natively with the bytes "
        + "that Python would write"
    case .unsupportedColumnValue(let row, let column):
      "row \(row) holds a value in column \(column) that its type in Arrow does not have, such as an "
        + "infinity; cast the column to text, or leave such values out"
    case .malformedColumnValue(let row, let column):
      "row \(row) holds bytes in column \(column) that are not of the column's type"
    case .tooManyRows(let limit): "the answer has more than the allowed \(limit) rows"
    case .tooManyBytes(let limit): "the answer has more than the allowed \(limit) bytes"
    }
  }
}
