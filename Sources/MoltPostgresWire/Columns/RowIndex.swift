internal import MoltColumns

/// Where the cells of a block of rows lie, column by column.
///
/// The rows are walked once; after that each column has its places in one run of memory, and a loop
/// over one type reads its values.
///
///     rows       a0 b0 | a1 b1 | a2 b2
///     places     a0 a1 a2 … | b0 b1 b2 …
struct RowIndex {
  /// The most rows of a block: the places of ten columns stay in the first cache.
  static let mostRows = 256
  /// After how many bytes a block takes no more rows, so that places fit 32 bits.
  private static let mostBytes = 1 << 20

  let columnCount: Int
  private var places: [ByteSlice]
  /// How many rows the block has.
  private(set) var rowCount = 0

  init(columnCount: Int) {
    self.columnCount = columnCount
    places = Array(repeating: .null, count: columnCount * Self.mostRows)
  }

  /// The places of a column's cells.
  @_lifetime(borrow self)
  func cells(of column: Int) -> Span<ByteSlice> {
    let start = column * Self.mostRows
    return places.span.extracting(start..<(start + rowCount))
  }

  /// Walks rows until the block is full.
  ///
  /// - Parameters:
  ///   - rows: The rows; it stands at the end of the block's last one afterwards.
  ///   - start: Where in the rows' bytes the block begins; places count from there.
  ///   - most: The most rows.
  /// - Throws: ``PostgresWireError`` for a row that is malformed or has another number of cells.
  @_lifetime(rows: copy rows)
  mutating func fill(
    from rows: inout DataRowReader,
    start: Int,
    atMost most: Int
  ) throws(PostgresWireError) {
    let columnCount = columnCount
    let last = min(most, Self.mostRows)
    var row = 0
    var places = places.mutableSpan
    while row < last, rows.rowEndOffset &- start < Self.mostBytes, try rows.nextRow() {
      guard rows.columnsLeft == columnCount else {
        throw .malformed(offset: rows.streamOffsetOfRow)
      }
      for column in 0..<columnCount {
        let place = column &* Self.mostRows &+ row
        if let range = try rows.nextColumn() {
          places[place] = ByteSlice(
            start: UInt32(truncatingIfNeeded: range.lowerBound &- start),
            count: Int32(truncatingIfNeeded: range.upperBound &- range.lowerBound)
          )
        } else {
          places[place] = .null
        }
      }
      row &+= 1
    }
    rowCount = row
  }
}
