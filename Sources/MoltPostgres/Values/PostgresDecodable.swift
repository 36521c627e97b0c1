/// A Swift type that values of rows can become.
public protocol PostgresDecodable {
  /// Reads a value.
  ///
  /// - Throws: ``PostgresCellError`` when the cell is null, of a type that this one does not read,
  ///   malformed or out of range.
  init(postgres cell: PostgresCell) throws(PostgresCellError)
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// Reads a value; nil for a null.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    self = cell.isNull ? nil : try Wrapped(postgres: cell)
  }
}
