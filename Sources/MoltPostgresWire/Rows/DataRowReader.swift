/// Walks the rows of a run without allocating: row by row, and in a row column by column.
///
///     44 00 00 00 13  00 02  00 00 00 01 37  FF FF FF FF
///     D  length 17    two    one byte, "7"   null
///
///     while try rows.nextRow() {                       // true, then columnCount is 2
///       while rows.columnsLeft > 0 {
///         let value = try rows.nextColumn()            // 11..<12, then nil
///       }
///     }
///
/// A row's columns must fill its message exactly; that is checked where the next row begins. Values
/// that were not read are skipped by their lengths.
public struct DataRowReader: ~Escapable {
  @usableFromInline let bytes: Span<UInt8>
  @usableFromInline let streamOffset: Int
  @usableFromInline var position = 0
  @usableFromInline var rowEnd = 0
  @usableFromInline var unreadColumns = 0

  /// How many columns of the row were not read yet.
  @inlinable public var columnsLeft: Int { unreadColumns }

  /// Where the row ends, and the next one begins, from the start of the run.
  @inlinable public var rowEndOffset: Int { rowEnd }

  /// Where in the stream the row's first column begins, until a column is read.
  @inlinable public var streamOffsetOfRow: Int { streamOffset &+ position }

  /// Creates a reader before the first row of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - unread: The input's unread bytes; column ranges count from their start.
  ///   - streamOffset: The input's stream offset, for errors.
  /// - Precondition: The run lies in `unread`.
  @_lifetime(copy unread)
  @inlinable
  public init(_ run: RowRun, in unread: Span<UInt8>, streamOffset: Int = 0) {
    self.bytes = unread.extracting(0..<run.byteCount)
    self.streamOffset = streamOffset
  }

  /// Goes to the next row.
  ///
  /// - Returns: False at the end of the run.
  /// - Throws: ``PostgresWireError`` when the row before, or the new one's beginning, is malformed.
  ///   The reader must not be used again.
  /// - Complexity: O(1) when every column was read, otherwise O(columns left)
  @_lifetime(self: copy self)
  @inlinable
  public mutating func nextRow() throws(PostgresWireError) -> Bool {
    while unreadColumns > 0 { _ = try nextColumn() }
    guard position == rowEnd else { throw .trailingBytes(offset: streamOffset &+ position) }
    guard position < bytes.count else { return false }
    let left = bytes.count &- position
    guard left >= 7, bytes[position] == 0x44 else {
      throw .malformed(offset: streamOffset &+ position)
    }
    let length = Int(Int32(truncatingIfNeeded: bytes.bigEndian32(at: position &+ 1)))
    guard length >= 6, length < left else {
      throw .badLength(offset: streamOffset &+ position, byteCount: length)
    }
    let count = Int16(truncatingIfNeeded: bytes.bigEndian16(at: position &+ 5))
    guard count >= 0 else { throw .malformed(offset: streamOffset &+ position &+ 5) }
    rowEnd = position &+ 1 &+ length
    position &+= 7
    unreadColumns = Int(count)
    return true
  }

  /// Reads the next column of the row.
  ///
  /// - Returns: Where the value's bytes lie in the input's unread bytes; nil for null.
  /// - Throws: ``PostgresWireError`` when the value runs over its row, or no column is left. The
  ///   reader must not be used again.
  /// - Complexity: O(1)
  @_lifetime(self: copy self)
  @inlinable @inline(__always)
  public mutating func nextColumn() throws(PostgresWireError) -> Range<Int>? {
    guard unreadColumns > 0, rowEnd &- position >= 4 else {
      throw .truncated(offset: streamOffset &+ position)
    }
    let byteCount = Int(Int32(truncatingIfNeeded: bytes.bigEndian32(at: position)))
    let start = position &+ 4
    guard byteCount <= rowEnd &- start else { throw .truncated(offset: streamOffset &+ position) }
    unreadColumns &-= 1
    if byteCount < 0 {
      guard byteCount == -1 else { throw .malformed(offset: streamOffset &+ position) }
      position = start
      return nil
    }
    position = start &+ byteCount
    return unsafe Range(uncheckedBounds: (start, position))
  }
}
