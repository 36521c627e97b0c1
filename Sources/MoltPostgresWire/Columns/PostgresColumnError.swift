/// Why rows cannot become columns.
///
/// Rows count from 0, from the first of the result.
public enum PostgresColumnError: Error, Equatable, Sendable {
  /// The rows are not the protocol.
  case wire(PostgresWireError)
  /// The bytes of a value are not of the column's type.
  case malformedValue(row: UInt64, column: Int)
  /// The column's type in Arrow has no such value: an infinity, a `NaN`, 24:00:00, an array of
  /// several dimensions.
  case unsupportedValue(row: UInt64, column: Int)
  /// A column of one batch does not fit offsets of four bytes.
  case tooLarge(column: Int)
}

/// What is wrong with a value, before its row is known.
enum ColumnFault: Error {
  case malformed(Int)
  case unsupported(Int)
  case tooLarge
}
