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
  /// The rows do not become the bytes of an answer.
  case answer(PostgresAnswerError)
  /// A request that the protocol cannot carry.
  case refused(PostgresRefusal)
  /// The deadline passed.
  case timeout
  /// The run was cancelled.
  case cancelled
  /// A value that the column's type in Arrow does not have.
  case unsupportedColumnValue(row: UInt64, column: String)
  /// A value that is not of its column's type, or a text that is not UTF-8.
  case malformedColumnValue(row: UInt64, column: String)

  /// The code of the one table.
  public var code: ErrorCode {
    switch self {
    case .cannotConnect: .unavailable
    case .cannotLogIn(_, let closure), .closed(let closure): closure.error.code
    case .encryptionUnavailable, .unsupportedColumnValue, .malformedColumnValue: .unsupported
    case .badSQL(let error, let offset): error.errorOfPreparing(offset: offset).code
    case .failedRun(let error): error.errorOfRunning.code
    case .answer(let error): error.error.code
    case .refused(let refusal): refusal.error.code
    case .timeout: .timeout
    case .cancelled: .cancelled
    }
  }

  /// A byte offset in the SQL, a row number, or -1.
  public var offset: Int {
    switch self {
    case .badSQL(_, let offset): offset
    case .answer(let error): error.error.offset
    case .unsupportedColumnValue(let row, _), .malformedColumnValue(let row, _):
      Int(clamping: row)
    default: -1
    }
  }

  /// Whether the connection died, as one does that was idle while its server restarted.
  var isDeadConnection: Bool {
    switch self {
    case .closed(let closure): closure.isDeadConnection
    default: false
    }
  }
}

extension PostgresError {
  /// The error of rows that do not become an answer; bytes that are no protocol end the connection.
  init(_ error: PostgresAnswerError) {
    if case .wire(let error) = error { self = .closed(.wire(error)) } else { self = .answer(error) }
  }

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
    case .badSQL(let error, let offset): error.errorOfPreparing(offset: offset).message
    case .failedRun(let error): error.error.message
    case .answer(let error): error.error.message
    case .refused(let refusal): refusal.error.message
    case .timeout: "the deadline passed before the answer was complete"
    case .cancelled: "the run was cancelled"
    case .unsupportedColumnValue(let row, let column):
      "row \(row) holds a value in column \(column) that its type in Arrow does not have, such as an "
        + "infinity; cast the column to text, or leave such values out"
    case .malformedColumnValue(let row, let column):
      "row \(row) holds bytes in column \(column) that are not of the column's type"
    }
  }
}
