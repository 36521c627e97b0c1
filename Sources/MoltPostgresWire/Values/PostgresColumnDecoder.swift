public import MoltRows

/// Makes cells of one result column's bytes.
///
/// What the column's type decides is decided once, so that a value costs one `switch`.
public struct PostgresColumnDecoder: Equatable, Sendable {
  /// The column's number, from 0.
  public let column: Int
  /// The column's type.
  public let type: PostgresType
  /// In which format the values are asked for: 1 for binary, 0 for text.
  public let resultFormat: Int16
  /// How the values, or the elements of the arrays, are laid out.
  @usableFromInline let kind: PostgresKind
  @usableFromInline let isArray: Bool

  /// Creates a decoder for a column.
  ///
  /// - Parameters:
  ///   - column: The column's number, from 0.
  ///   - oid: Its type, from the row description.
  public init(column: Int, oid: UInt32) {
    self.column = column
    self.type = PostgresType(oid: oid)
    self.resultFormat = type.resultFormat
    switch type.loading {
    case .binary(let kind): (self.kind, self.isArray) = (kind, false)
    case .list(let kind): (self.kind, self.isArray) = (kind, true)
    case .text, .object: (self.kind, self.isArray) = (.text, false)
    }
  }

  /// Reads one value, which is not NULL.
  ///
  /// - Parameter bytes: The value without its length; the cell keeps them where they are.
  /// - Returns: The cell, good for as long as the bytes are.
  /// - Throws: ``PostgresValueError/malformedValue(column:oid:)`` when the bytes are not of the
  ///   column's type. The insides of `numeric` values, documents and arrays are looked at when
  ///   they are written.
  /// - Complexity: O(1)
  @inlinable @inline(__always)
  public func decode(_ bytes: CellBytes) throws(PostgresValueError) -> Cell {
    if _fastPath(!isArray) {
      if let cell = Cell(postgres: bytes, kind) { return cell }
    } else if let array = PostgresArray(bytes, of: kind) {
      return .array(array)
    }
    throw .malformedValue(column: column, oid: type.oid)
  }
}
