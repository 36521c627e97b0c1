internal import MoltColumns

/// Finds the elements of an array of one dimension.
///
/// `ARRAY[7, NULL]::integer[]` comes as
///
///     00 00 00 01   one dimension; an empty array has none
///     00 00 00 01   there are nulls
///     00 00 00 17   the elements' type, 23
///     00 00 00 02   two of them
///     00 00 00 01   the first one's number
///     00 00 00 04  00 00 00 07   FF FF FF FF
///
/// Source: `array_send` of PostgreSQL.
struct ArrayCells {
  let elementOID: UInt32

  /// Appends where the elements lie.
  ///
  /// - Throws: ``ColumnFault`` of cell 0: malformed, or unsupported for more dimensions.
  func read(
    _ cell: ByteSlice,
    _ bytes: Span<UInt8>,
    into cells: inout [ByteSlice]
  ) throws(ColumnFault) {
    let end = Int(cell.start) + Int(cell.count)
    guard cell.count >= 12 else { throw .malformed(0) }
    var position = Int(cell.start)
    let dimensions = bytes.bigEndian32(at: position)
    guard bytes.bigEndian32(at: position + 8) == elementOID else { throw .malformed(0) }
    position += 12
    guard dimensions == 1 else {
      if dimensions == 0 && position == end { return }
      throw dimensions > 1 && dimensions <= 6 ? .unsupported(0) : .malformed(0)
    }
    guard end - position >= 8 else { throw .malformed(0) }
    let count = Int(Int32(bitPattern: bytes.bigEndian32(at: position)))
    position += 8
    // Each element has a length at least.
    guard count >= 0, count <= (end - position) / 4 else { throw .malformed(0) }
    for _ in 0..<count {
      guard end - position >= 4 else { throw .malformed(0) }
      let byteCount = Int32(bitPattern: bytes.bigEndian32(at: position))
      position += 4
      guard byteCount >= -1, Int(byteCount) <= end - position else { throw .malformed(0) }
      cells.append(ByteSlice(start: UInt32(truncatingIfNeeded: position), count: byteCount))
      position += max(Int(byteCount), 0)
    }
    guard position == end else { throw .malformed(0) }
  }
}
