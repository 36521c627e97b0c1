internal import MoltColumns

/// One column of a result: its layout, and the builder that its cells go to.
///
/// A class, so that a result can keep any number of builders; it is entered once per block.
final class ResultColumn {
  let layout: ColumnLayout
  var builder: ColumnBuilder
  /// The column of the elements; nil for other columns than lists.
  private let elements: ResultColumn?
  /// Where the elements of a block lie, and how many each list has.
  private var elementCells: [ByteSlice] = []
  private var listCounts: [Int32] = []

  init(_ layout: ColumnLayout, rowCount: Int) {
    self.layout = layout
    builder = ColumnBuilder(layout.type, rowCount: rowCount)
    elements = layout.elements.map { ResultColumn($0, rowCount: 0) }
  }

  /// About how many bytes the values take.
  var byteCount: Int { builder.byteCount + (elements?.byteCount ?? 0) }

  /// Appends a block of cells.
  ///
  /// - Parameters:
  ///   - cells: Where they lie.
  ///   - bytes: In what they lie.
  /// - Throws: ``ColumnFault`` with the number of a cell; the column must not be used again.
  /// - Complexity: O(cells + bytes of the values)
  func append(_ cells: Span<ByteSlice>, in bytes: Span<UInt8>) throws(ColumnFault) {
    switch layout.kind {
    case .bytes: try appendBytes(cells, in: bytes, skipping: 0)
    case .jsonb:
      try check(cells, in: bytes, firstByte: 1)
      try appendBytes(cells, in: bytes, skipping: 1)
    case .boolean: try appendBooleans(cells, in: bytes)
    case .list(_, let oid): try appendLists(cells, in: bytes, elementOID: oid)
    default: try appendFixed(cells, in: bytes)
    }
  }

  /// Ends the column and is empty again.
  func finish() throws(ColumnError) -> ColumnArray {
    let finished = try elements?.finish()
    return try builder.finish(elements: finished)
  }

  private func appendBytes(
    _ cells: Span<ByteSlice>,
    in bytes: Span<UInt8>,
    skipping: Int
  ) throws(ColumnFault) {
    do throws(ColumnError) { try builder.append(cells, in: bytes, skipping: skipping) } catch {
      throw .tooLarge
    }
  }

  /// Sees that every value begins with a byte.
  private func check(
    _ cells: Span<ByteSlice>,
    in bytes: Span<UInt8>,
    firstByte: UInt8
  ) throws(ColumnFault) {
    for index in cells.indices where !cells[index].isNull {
      guard cells[index].count >= 1, bytes[Int(cells[index].start)] == firstByte else {
        throw .malformed(index)
      }
    }
  }

  private func appendBooleans(
    _ cells: Span<ByteSlice>,
    in bytes: Span<UInt8>
  ) throws(ColumnFault) {
    var index = 0
    while index < cells.count {
      let end = min(index &+ 64, cells.count)
      var bits: UInt64 = 0
      for place in index..<end {
        let cell = cells[place]
        if cell.isNull { continue }
        guard cell.count == 1 else { throw .malformed(place) }
        let value = bytes[Int(cell.start)]
        guard value <= 1 else { throw .malformed(place) }
        bits |= UInt64(value) << UInt64(truncatingIfNeeded: place &- index)
      }
      builder.appendBooleans(bits: bits, count: end &- index)
      index = end
    }
    builder.appendValidity(cells)
  }

  private func appendLists(
    _ cells: Span<ByteSlice>,
    in bytes: Span<UInt8>,
    elementOID: UInt32
  ) throws(ColumnFault) {
    guard let elements else { return }
    listCounts.removeAll(keepingCapacity: true)
    elementCells.removeAll(keepingCapacity: true)
    for index in cells.indices {
      let before = elementCells.count
      if !cells[index].isNull {
        let array = ArrayCells(elementOID: elementOID)
        do throws(ColumnFault) { try array.read(cells[index], bytes, into: &elementCells) } catch {
          throw error.moved(to: index)
        }
      }
      listCounts.append(Int32(truncatingIfNeeded: elementCells.count - before))
    }
    let (counts, places) = (listCounts, elementCells)
    do throws(ColumnError) { try builder.append(listCounts: counts.span) } catch {
      throw .tooLarge
    }
    builder.appendValidity(cells)
    do throws(ColumnFault) { try elements.append(places.span, in: bytes) } catch {
      throw error.moved(toListOf: counts)
    }
  }
}

extension ColumnFault {
  /// The same fault of another cell.
  func moved(to index: Int) -> ColumnFault {
    switch self {
    case .malformed: .malformed(index)
    case .unsupported: .unsupported(index)
    case .tooLarge: .tooLarge
    }
  }

  /// The fault of an element as one of its list.
  func moved(toListOf counts: [Int32]) -> ColumnFault {
    let place =
      switch self {
      case .malformed(let place), .unsupported(let place): place
      case .tooLarge: 0
      }
    var end = 0
    for index in counts.indices {
      end += Int(counts[index])
      if place < end { return moved(to: index) }
    }
    return self
  }
}
