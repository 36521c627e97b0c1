internal import MoltPostgresWire

/// Why a cell is not a value of some Swift type.
public enum PostgresCellError: Error, Equatable, Sendable {
  /// The value is null.
  case null
  /// The column's type is another one.
  case typeMismatch
  /// The bytes are not a value of the column's type.
  case malformed
  /// The value does not fit the Swift type.
  case outOfRange
}

/// Why a row is not a value of some Swift type.
public struct PostgresDecodingError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The cell is not what was asked for.
    case cell(PostgresCellError)
    /// The row has another number of columns.
    case columnCount(expected: Int, found: Int)
    /// No column has the name.
    case noColumn(String)
    /// A `Decodable` type asked for something that a row does not have, such as a nested list.
    case unsupported(String)
  }

  /// What is wrong.
  public var reason: Reason
  /// The column's index, from 0; -1 for the row as a whole.
  public var column: Int
  /// The column's name; empty for the row as a whole.
  public var columnName: String
  /// The OID of the column's type; 0 for the row as a whole.
  public var typeOID: UInt32

  /// Creates an error.
  public init(
    _ reason: Reason,
    column: Int = -1,
    columnName: String = "",
    typeOID: UInt32 = 0
  ) {
    self.reason = reason
    self.column = column
    self.columnName = columnName
    self.typeOID = typeOID
  }

  /// What is wrong, as one sentence.
  public var message: String {
    let type = PostgresType(oid: typeOID).name
    return switch reason {
    case .cell(.null): "column \(column) (\(columnName)) is null"
    case .cell(.typeMismatch): "column \(column) (\(columnName)) is of type \(type)"
    case .cell(.malformed): "column \(column) (\(columnName)) holds bytes that are no \(type)"
    case .cell(.outOfRange): "column \(column) (\(columnName)) has a value that does not fit"
    case .columnCount(let expected, let found):
      "the row has \(found) columns, and \(expected) are asked for"
    case .noColumn(let name): "the row has no column \(name)"
    case .unsupported(let what): "a row cannot be decoded as \(what)"
    }
  }
}
