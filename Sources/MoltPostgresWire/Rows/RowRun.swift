/// Rows that lie one behind the other in a connection's input, each complete.
///
/// The machine only hopped over their lengths. ``DataRowReader`` walks them; after the next call of
/// the machine they are gone.
public struct RowRun: Equatable, Sendable {
  /// Whose rows they are.
  public let operation: PostgresOperation
  /// How many there are; at least one.
  public let rowCount: Int
  /// How many of the input's unread bytes they take, from the first on.
  public let byteCount: Int

  /// Creates a run; the machine does, and tests may.
  public init(operation: PostgresOperation, rowCount: Int, byteCount: Int) {
    self.operation = operation
    self.rowCount = rowCount
    self.byteCount = byteCount
  }
}

/// How far complete rows reach.
struct RowScan: Equatable {
  var rowCount = 0
  var byteCount = 0

  /// Hops over the complete `DataRow` messages that `bytes` begin with.
  ///
  /// Stops before any other message, an incomplete one, and one whose length is for the caller to
  /// refuse.
  ///
  /// - Complexity: O(rows)
  init(_ bytes: Span<UInt8>, limit: Int) {
    while bytes.count &- byteCount >= BackendMessageHeader.byteCount,
      bytes[byteCount] == BackendMessageType.dataRow.rawValue
    {
      let length = Int(Int32(truncatingIfNeeded: bytes.bigEndian32(at: byteCount &+ 1)))
      guard length >= 6, length <= limit, bytes.count &- byteCount > length else { return }
      byteCount &+= length &+ 1
      rowCount &+= 1
    }
  }
}
