/// A finished column, or the elements of one: it never changes.
public final class ColumnArray: Sendable {
  /// What the values are.
  public let type: ColumnType
  /// How many values there are, nulls among them.
  public let count: Int
  /// How many values are null.
  public let nullCount: Int
  /// Which values are there, one bit each; nil when all are.
  public let validity: ColumnMemory?
  /// One offset more than there are values; nil for types without offsets.
  public let offsets: ColumnMemory?
  /// The values, or their bytes; nil for lists.
  public let values: ColumnMemory?
  /// The elements of all lists; nil for other types.
  public let elements: ColumnArray?

  init(
    type: ColumnType,
    count: Int,
    nullCount: Int,
    validity: ColumnMemory?,
    offsets: ColumnMemory?,
    values: ColumnMemory?,
    elements: ColumnArray?
  ) {
    self.type = type
    self.count = count
    self.nullCount = nullCount
    self.validity = validity
    self.offsets = offsets
    self.values = values
    self.elements = elements
  }

  /// Whether a value is null.
  ///
  /// - Precondition: `index` lies between 0 and ``count``.
  public func isNull(_ index: Int) -> Bool {
    guard let validity else { return false }
    return validity.bytes[index / 8] >> UInt8(index % 8) & 1 == 0
  }
}

/// Columns of as many rows each.
public struct ColumnBatch: Sendable {
  /// How many rows there are.
  public let rowCount: Int
  /// The columns, in the order of their fields.
  public let columns: [ColumnArray]

  /// Creates a batch.
  ///
  /// - Precondition: Every column has `rowCount` values.
  public init(rowCount: Int, columns: [ColumnArray]) {
    precondition(columns.allSatisfy { $0.count == rowCount }, "columns differ in length")
    self.rowCount = rowCount
    self.columns = columns
  }
}
