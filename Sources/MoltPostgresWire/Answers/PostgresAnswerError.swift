public import MoltErrors

/// Why rows of PostgreSQL do not become the bytes of an answer.
public enum PostgresAnswerError: Error, Equatable, Sendable {
  /// The statement returns no rows at all.
  case noColumns
  /// The shape, or a parameter, does not fit the statement.
  case value(PostgresValueError)
  /// The statement's columns are not those that it was prepared with.
  case columnsChanged
  /// What came was not the protocol.
  case wire(PostgresWireError)
  /// The envelope's values do not fit the shape. `reason` is a sentence.
  case badEnvelope(reason: String)
  /// A value that cannot be written as Python would write it.
  case unsupportedValue(row: UInt64, column: Int)
  /// The answer has more rows than allowed.
  case tooManyRows(limit: UInt64)
  /// The answer has more bytes than allowed.
  case tooManyBytes(limit: UInt64)

  /// The error as the edges report it; its offset is that of the protocol's bytes, a row number, or
  /// -1.
  public var error: MoltError {
    switch self {
    case .wire(let error): error.error
    case .unsupportedValue(let row, _): MoltError(code, message, offset: Int(clamping: row))
    default: MoltError(code, message)
    }
  }

  private var code: ErrorCode {
    switch self {
    case .noColumns, .badEnvelope: .invalidInput
    case .wire(let error): error.error.code
    case .value(.tooFewColumns), .value(.wrongParameterCount): .invalidInput
    case .value, .columnsChanged, .unsupportedValue: .unsupported
    case .tooManyRows, .tooManyBytes: .tooLarge
    }
  }

  private var message: String {
    switch self {
    case .noColumns: "the statement returns no rows, and Molt runs reading statements only"
    case .value(let error): error.message
    case .columnsChanged:
      "the statement's columns have changed since it was prepared; the next run prepares it again"
    case .wire(let error): error.error.message
    case .badEnvelope(let reason): reason
    case .unsupportedValue(let row, let column):
      "row \(row) holds a value in column \(column) that cannot be written natively with the bytes "
        + "that Python would write"
    case .tooManyRows(let limit): "the answer has more than the allowed \(limit) rows"
    case .tooManyBytes(let limit): "the answer has more than the allowed \(limit) bytes"
    }
  }
}

extension PostgresServerError {
  /// The server's refusal to prepare a statement, as the edges report it.
  ///
  /// A function or a collation that it does not know may be one that Django would have avoided, so
  /// Python has to answer.
  ///
  /// - Parameter offset: The byte in the SQL, or -1.
  /// - Returns: A sentence with the server's reason.
  public func errorOfPreparing(offset: Int) -> MoltError {
    let place = offset >= 0 ? " (at byte \(offset))" : ""
    let code: ErrorCode =
      switch sqlState {
      case "42883", "42704": .unsupported
      default: error.code
      }
    return MoltError(
      code,
      "PostgreSQL refuses the SQL: \(message) (SQLSTATE \(sqlState))\(place)",
      offset: offset
    )
  }

  /// A run's failure, as the edges report it: Django's own query fails there too, and says it better.
  public var errorOfRunning: MoltError {
    let found = error
    return MoltError(found.code == .invalidInput ? .unsupported : found.code, found.message)
  }

  /// The byte of ``position``, which counts characters from 1, in a statement's text.
  ///
  /// - Returns: -1 where the server names no position.
  public func byteOffset(in statement: PostgresStatement) -> Int {
    guard let position, position > 0 else { return -1 }
    let scalars = statement.text.unicodeScalars.prefix(position - 1)
    return scalars.reduce(0) { $0 + $1.utf8.count }
  }
}

extension PostgresClosure {
  /// Whether a connection ended as one does that was idle while its server restarted.
  public var isDeadConnection: Bool {
    switch self {
    case .connectionLost: true
    case .server(let error): error.sqlState.hasPrefix("57") || error.sqlState == "08006"
    default: false
    }
  }
}
