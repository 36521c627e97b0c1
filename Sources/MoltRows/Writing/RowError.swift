/// Why a row could not be written with the bytes that Python would write.
///
/// The row's bytes are then incomplete; the answer must be thrown away.
public enum RowError: Error, Equatable, Sendable {
  /// Column `column` of row `row` (both from 0) holds a value that its type does not expect.
  case unsupportedValue(row: UInt64, column: Int)
}
