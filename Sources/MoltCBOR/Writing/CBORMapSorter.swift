internal import MoltBytes

/// Where the pairs of open maps start, so that a map whose keys are out of order can be put in order.
///
///     a2 61 62 01 61 61 02     pairs at 1 and 4: "b" stands before "a"
///     a2 61 61 02 61 62 01
@usableFromInline struct CBORMapSorter: ~Copyable {
  private struct Pair {
    var start: Int
    var keyEnd = 0
    var end = 0
  }

  /// Those of all open maps.
  private var pairs: [Pair] = []
  /// Where the pairs of each open map begin in `pairs`.
  private var open: [Int] = []
  private var scratch = ByteWriter(capacity: 64)

  @usableFromInline init() {}

  mutating func removeAll() {
    pairs.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
  }

  @usableFromInline mutating func begin() { open.append(pairs.count) }

  @usableFromInline mutating func beginPair(at offset: Int) { pairs.append(Pair(start: offset)) }

  /// Puts the pairs of the innermost map in order.
  ///
  /// - Throws: `duplicateKey`.
  /// - Complexity: O(bytes of the map), and O(n log n) comparisons if it is out of order
  mutating func end(_ writer: inout ByteWriter, _ order: CBORKeyOrder) throws(CBORWriteError) {
    guard let first = open.popLast() else { return }
    defer { pairs.removeSubrange(first...) }
    guard pairs.count > first + 1 else { return }
    measure(from: first, writer.span)
    if try isInOrder(from: first, writer.span, order) { return }
    try sort(from: first, writer.span, order)
    writer.truncate(to: pairs[first].start)
    writer.append(scratch.span)
  }

  /// Writes the pairs of a map in order to `scratch`.
  private mutating func sort(
    from first: Int,
    _ bytes: Span<UInt8>,
    _ order: CBORKeyOrder
  ) throws(CBORWriteError) {
    var sorted = Array(pairs[first...])
    sorted.sort { Self.compare($0, $1, bytes, order) < 0 }
    for index in 1..<sorted.count
    where Self.compare(sorted[index - 1], sorted[index], bytes, order) == 0 {
      throw .duplicateKey
    }
    scratch.removeAll()
    for pair in sorted { scratch.append(bytes.extracting(pair.start..<pair.end)) }
  }

  /// Fills in where each pair and its key end.
  private mutating func measure(from first: Int, _ bytes: Span<UInt8>) {
    var end = bytes.count
    for index in (first..<pairs.count).reversed() {
      pairs[index].end = end
      pairs[index].keyEnd = CBORSkip.endOfWritten(bytes, at: pairs[index].start)
      end = pairs[index].start
    }
  }

  private func isInOrder(
    from first: Int,
    _ bytes: Span<UInt8>,
    _ order: CBORKeyOrder
  ) throws(CBORWriteError) -> Bool {
    for index in (first + 1)..<pairs.count {
      let difference = Self.compare(pairs[index - 1], pairs[index], bytes, order)
      if difference == 0 { throw .duplicateKey }
      if difference > 0 { return false }
    }
    return true
  }

  private static func compare(
    _ left: Pair,
    _ right: Pair,
    _ bytes: Span<UInt8>,
    _ order: CBORKeyOrder
  ) -> Int {
    CBORKeyOrder.compare(
      bytes.extracting(left.start..<left.keyEnd),
      bytes.extracting(right.start..<right.keyEnd),
      order
    )
  }
}

extension CBORKeyOrder {
  /// Below zero when the first key belongs before the second, zero when they are equal.
  static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>, _ order: CBORKeyOrder) -> Int {
    if order == .lengthFirst, left.count != right.count { return left.count - right.count }
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
  }
}
