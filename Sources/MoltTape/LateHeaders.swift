package import MoltBytes

/// The headers of arrays and maps whose count is known only at their end.
///
/// A sink leaves one byte for such a header. Most counts fit it; the others need more bytes, for which
/// ``ByteWriter/open(_:)`` makes room once everything is written, so that nesting costs no second
/// move:
///
///     [7, [true]]     written: .. 07 .. C3     counts: 2 at 0, 1 at 2     finished: 92 07 91 C3
///
/// It also counts: `items` grows by one for each value and key. An array or map with a count takes its
/// elements off in advance, so that they cancel out and nothing has to be kept for it.
@usableFromInline package struct LateHeaders: ~Copyable {
  @usableFromInline
  struct Header {
    @usableFromInline var offset: Int
    @usableFromInline var isMap: Bool
    /// Values, or keys and values.
    @usableFromInline var items = 0

    @inlinable init(offset: Int, isMap: Bool) {
      self.offset = offset
      self.isMap = isMap
    }
  }

  @usableFromInline
  struct Waiting {
    @usableFromInline var header: Int
    /// What was counted, and how deep, around the array or map.
    @usableFromInline var items: Int
    @usableFromInline var depth: Int

    @inlinable init(header: Int, items: Int, depth: Int) {
      self.header = header
      self.items = items
      self.depth = depth
    }
  }

  /// In the order in which they stand in the document.
  @usableFromInline var headers: [Header] = []
  /// Those without an end, the innermost last.
  @usableFromInline var waiting: [Waiting] = []
  /// How many items the innermost array or map without a count has so far.
  @usableFromInline package var items = 0
  @usableFromInline var depth = 0
  /// The depth around the innermost array or map without a count.
  @usableFromInline var lateDepth = -1

  @inlinable package init() {}

  /// The header of one array or map whose items are counted already.
  package init(offset: Int, isMap: Bool, items: Int) {
    var header = Header(offset: offset, isMap: isMap)
    header.items = items
    headers.append(header)
  }

  /// Forgets everything and keeps the memory.
  @inlinable package mutating func removeAll() {
    headers.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
    items = 0
    depth = 0
    lateDepth = -1
  }

  /// Enters an array or map with a count.
  @inlinable @inline(__always)
  package mutating func begin(items count: Int) {
    items &+= 1 &- count
    depth &+= 1
  }

  /// Enters an array or map without a count, whose header's byte stands at `offset`.
  @inlinable @inline(never)
  package mutating func beginLate(at offset: Int, isMap: Bool) {
    waiting.append(Waiting(header: headers.count, items: items, depth: lateDepth))
    headers.append(Header(offset: offset, isMap: isMap))
    items = 0
    lateDepth = depth
    depth &+= 1
  }

  /// Leaves the innermost array or map.
  ///
  /// - Returns: Whether it is one without a count; ``endLate()`` must follow.
  @inlinable @inline(__always)
  package mutating func end() -> Bool {
    depth &-= 1
    return depth == lateDepth
  }

  /// Leaves an array or map without a count.
  @inlinable @inline(never)
  package mutating func endLate() {
    guard let last = waiting.popLast() else { return }
    headers[last.header].items = items
    items = last.items + 1
    lateDepth = last.depth
  }

  /// Leaves an array or map without a count, whose header is put in at once.
  ///
  /// - Returns: Where its header's byte stands, and how many values it has.
  package mutating func takeLate() -> (offset: Int, items: Int) {
    endLate()
    // Those inside it are taken before, so that it is the last.
    guard let header = headers.popLast() else { return (0, 0) }
    return (header.offset, header.items)
  }

  /// Puts the headers into what was written.
  ///
  /// - Parameters:
  ///   - writer: Holds one byte for each header.
  ///   - encode: The header of an array, or a map, with a count of elements or pairs: its first byte,
  ///     and how many big-endian bytes of the count follow, one of 0, 1, 2, 4 and 8.
  /// - Complexity: O(bytes written)
  package mutating func finish(
    _ writer: inout ByteWriter,
    _ encode: (_ isMap: Bool, _ count: Int) -> (first: UInt8, size: Int)
  ) {
    guard !headers.isEmpty else { return }
    var gaps: [ByteWriter.Gap] = []
    for header in headers {
      let size = encode(header.isMap, header.count).size
      if size > 0 { gaps.append(ByteWriter.Gap(offset: header.offset + 1, byteCount: size)) }
    }
    writer.open(gaps)
    var shift = 0
    for header in headers {
      let (first, size) = encode(header.isMap, header.count)
      writer.overwrite(first, at: header.offset + shift)
      let field = header.offset + shift + 1
      switch size {
      case 1: writer.overwrite(UInt8(truncatingIfNeeded: header.count), at: field)
      case 2: writer.overwrite(UInt16(truncatingIfNeeded: header.count), at: field)
      case 4: writer.overwrite(UInt32(truncatingIfNeeded: header.count), at: field)
      case 8: writer.overwrite(UInt64(truncatingIfNeeded: header.count), at: field)
      default: break
      }
      shift += size
    }
    headers.removeAll(keepingCapacity: true)
  }
}

extension LateHeaders.Header {
  /// Elements or pairs.
  fileprivate var count: Int { isMap ? items / 2 : items }
}
