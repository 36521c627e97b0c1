/// Why values cannot become a part of a column.
public enum ColumnError: Error, Equatable, Sendable {
  /// The bytes, or the elements, of a column do not fit offsets of four bytes any more.
  case tooLarge
  /// The value of a row, counted from the builder's first, is not UTF-8.
  case invalidText(row: Int)
}
