package import MoltBytes

/// Finds keys that stand twice in a map.
///
/// Each key goes in as bytes that are the same for equal keys. Those of a map are sorted when it ends,
/// which takes as long for keys that somebody chose with care as for any others.
package struct RepeatedKeys: ~Copyable {
  private struct Key {
    var start: Int
    var end: Int
    /// Where it stands in the input.
    var offset: Int
  }

  private var bytes = ByteWriter(capacity: 256)
  /// Those of all open maps.
  private var keys: [Key] = []
  /// Where the keys of each open map begin in `keys`.
  private var maps: [Int] = []

  package init() {}

  /// Begins a map.
  package mutating func beginMap() { maps.append(keys.count) }

  /// Adds a key of the innermost map.
  ///
  /// - Parameters:
  ///   - offset: Where it stands in the input.
  ///   - append: Appends bytes that are the same for equal keys, and only for those.
  package mutating func add(at offset: Int, _ append: (inout ByteWriter) -> Void) {
    let start = bytes.count
    append(&bytes)
    keys.append(Key(start: start, end: bytes.count, offset: offset))
  }

  /// Ends the innermost map.
  ///
  /// - Returns: Where the first key stands that equals an earlier one.
  /// - Complexity: O(n log n) comparisons for n keys
  package mutating func endMap() -> Int? {
    guard let first = maps.popLast(), first < keys.count else { return nil }
    let sorted = sort(keys[first...], bytes.span)
    var repeated: Int?
    for (left, right) in zip(sorted, sorted.dropFirst())
    where compare(left, right, bytes.span) == 0 {
      repeated = min(repeated ?? .max, right.offset)
    }
    bytes.truncate(to: keys[first].start)
    keys.removeSubrange(first...)
    return repeated
  }

  private func sort(_ keys: ArraySlice<Key>, _ bytes: Span<UInt8>) -> [Key] {
    let order = keys.indices.sorted { left, right in
      let difference = compare(keys[left], keys[right], bytes)
      return difference == 0 ? left < right : difference < 0
    }
    return order.map { keys[$0] }
  }

  private func compare(_ left: Key, _ right: Key, _ bytes: Span<UInt8>) -> Int {
    let (leftCount, rightCount) = (left.end - left.start, right.end - right.start)
    for index in 0..<min(leftCount, rightCount) {
      let difference = Int(bytes[left.start + index]) - Int(bytes[right.start + index])
      if difference != 0 { return difference }
    }
    return leftCount - rightCount
  }
}
