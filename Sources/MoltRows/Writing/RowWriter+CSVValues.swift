internal import MoltBytes
internal import MoltScalars

extension ByteWriter {
  /// Writes a value of a type that SQLite lacks as `str()` of what psycopg loads.
  ///
  /// That of a list or a document would be Python's own notation.
  @inline(never)
  mutating func appendCSVValue(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ zone: borrowing ZoneOffsets?
  ) -> Bool {
    switch format {
    case .asStored:
      if case .boolean = cell { return appendCSVValue(cell, .boolean, zone) }
      guard let format = ColumnFormat(of: cell, in: .csv) else { return false }
      return appendCSVValue(cell, format, zone)
    case .boolean:
      guard case .boolean(let value) = cell else { return false }
      append(value ? "True" : "False")
      return true
    case .integerCast:
      guard let value = cell.typedInteger else { return false }
      appendDecimal(value)
      return true
    case .floatCast:
      guard let value = cell.typedFloat else { return false }
      appendPythonRepr(value)
      return true
    case .duration: return appendCSVDuration(cell, format)
    case .textCast, .binary, .json, .list: return false
    default: return appendFormattedValue(cell, format, zone)
    }
  }
}
