public import MoltPostgresWire

/// Walks the columns of one row.
@usableFromInline
struct PostgresRowCursor {
  @usableFromInline let storage: PostgresRowStorage
  @usableFromInline let end: Int
  @usableFromInline let columnCount: Int
  @usableFromInline var offset: Int
  @usableFromInline var index = 0

  @inlinable
  init(_ row: PostgresRow) {
    storage = row.storage
    end = row.range.upperBound
    // Type, length, then the count in two bytes; the machine has checked that they are there.
    let start = row.range.lowerBound
    let count = Int(storage.bytes[start + 5]) << 8 | Int(storage.bytes[start + 6])
    // A server that sends other columns than it described gets no further.
    columnCount = min(count, storage.columns.list.count)
    offset = start + 7
  }

  /// Where the next value lies; nil for null.
  @inlinable
  mutating func nextRange() throws(PostgresCellError) -> Range<Int>? {
    guard index < columnCount, end - offset >= 4 else { throw .malformed }
    let bytes = storage.bytes
    let length = Int32(
      truncatingIfNeeded: UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16
        | UInt32(bytes[offset + 2]) << 8 | UInt32(bytes[offset + 3])
    )
    let start = offset + 4
    guard length >= -1, Int(length) <= end - start else { throw .malformed }
    offset = start + max(Int(length), 0)
    return length < 0 ? nil : start..<offset
  }

  @inlinable
  mutating func skip() throws(PostgresCellError) {
    _ = try nextRange()
    index += 1
  }

  @inlinable
  mutating func next<Value: PostgresDecodable>(
    _ type: Value.Type
  ) throws(PostgresCellError) -> Value {
    let range = try nextRange()
    let column = storage.columns.list[index]
    let bytes = storage.bytes
    let cell = PostgresCell(
      bytes.span.extracting(range ?? offset..<offset),
      isNull: range == nil,
      typeOID: column.typeOID,
      format: column.format
    )
    let value = try Value(postgres: cell)
    index += 1
    return value
  }

  /// The error for the column at which the cursor stands.
  @usableFromInline
  func failure(_ error: PostgresCellError) -> PostgresDecodingError {
    guard index < storage.columns.list.count else { return PostgresDecodingError(.cell(error)) }
    let column = storage.columns.list[index]
    return PostgresDecodingError(
      .cell(error),
      column: index,
      columnName: column.name,
      typeOID: column.typeOID
    )
  }

  /// The error for the row as a whole when as many columns are not there, else for the column.
  @usableFromInline
  func failure<each Value>(
    _ error: PostgresCellError,
    as type: (repeat each Value).Type
  ) -> PostgresDecodingError {
    var expected = 0
    for _ in repeat (each Value).self { expected += 1 }
    if expected == columnCount { return failure(error) }
    return PostgresDecodingError(.columnCount(expected: expected, found: columnCount))
  }
}
