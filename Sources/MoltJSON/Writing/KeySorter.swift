internal import MoltBytes

/// Sorts the pairs of objects that are already written, when their object ends.
///
/// The pairs of one object stand one behind the other, each with its separator, so that they can
/// change places:
///
///     {"b":1,"a":[2],        pairs at 1 and 7, with the keys b and a
///     {"a":[2],"b":1,        in order; then the end replaces the last separator
///
/// The keys are kept as they came, because escapes have another order. Pairs of inner objects are
/// forgotten when these end.
struct KeySorter: ~Copyable {
  private struct Pair {
    /// Where the pair begins in the output.
    var start: Int
    /// The key's bytes in ``keys``.
    var key: Range<Int>
  }

  private let order: JSONWriteOptions.KeyOrder
  private var pairs: [Pair] = []
  /// The first pair of each open object.
  private var objects: [Int] = []
  private var keys = ByteWriter(capacity: 256)
  private var sorted = ByteWriter(capacity: 256)

  init(_ order: JSONWriteOptions.KeyOrder) { self.order = order }

  /// Begins an object.
  mutating func open() { objects.append(pairs.count) }

  /// Notes a pair that will be written from `start` on.
  mutating func enter(_ key: Span<UInt8>, at start: Int) {
    let first = keys.count
    keys.append(key)
    pairs.append(Pair(start: start, key: first..<keys.count))
  }

  /// Notes a pair whose key is already written up to the end, behind a quote at `start`.
  mutating func enter(at start: Int, of writer: borrowing ByteWriter) {
    enter(writer.span.extracting((start + 1)...), at: start)
  }

  /// Ends an object whose pairs reach to the end of the output.
  ///
  /// - Returns: Where the second of two pairs with the same key began, if there are such pairs.
  /// - Complexity: O(n log n) in its pairs, and O(bytes) where they are not in order.
  mutating func close(in writer: inout ByteWriter) -> Int? {
    guard let first = objects.popLast(), first < pairs.count else { return nil }
    let start = pairs[first].start
    let keyStart = pairs[first].key.lowerBound
    var duplicate: Int?
    if !isInOrder(from: first, &duplicate) {
      let end = writer.count
      let ends = pairs[(first + 1)...].map(\.start) + [end]
      let ranks = sortedIndices(from: first, &duplicate)
      sorted.removeAll()
      for index in ranks {
        sorted.append(writer.span.extracting(pairs[index].start..<ends[index - first]))
      }
      writer.truncate(to: start)
      writer.append(sorted.span)
    }
    pairs.removeSubrange(first...)
    keys.truncate(to: keyStart)
    return duplicate
  }

  private func isInOrder(from first: Int, _ duplicate: inout Int?) -> Bool {
    for index in (first + 1)..<max(pairs.count, first + 1) {
      let order = compare(pairs[index - 1].key, pairs[index].key)
      if order > 0 { return false }
      if order == 0 { duplicate = duplicate ?? pairs[index].start }
    }
    return true
  }

  private func sortedIndices(from first: Int, _ duplicate: inout Int?) -> [Int] {
    // Equal keys keep their order: where they stand decides.
    var indices = Array(first..<pairs.count)
    indices.sort { left, right in
      let order = compare(pairs[left].key, pairs[right].key)
      return order == 0 ? left < right : order < 0
    }
    for (left, right) in zip(indices, indices.dropFirst())
    where compare(pairs[left].key, pairs[right].key) == 0 {
      duplicate = min(duplicate ?? .max, pairs[right].start)
    }
    return indices
  }

  /// Less than zero, zero or more, as the first key stands before the second or not.
  private func compare(_ left: Range<Int>, _ right: Range<Int>) -> Int {
    let span = keys.span
    let count = min(left.count, right.count)
    for index in 0..<count {
      let one = span[left.lowerBound + index]
      let other = span[right.lowerBound + index]
      if one != other { return Int(rank(one)) - Int(rank(other)) }
    }
    return left.count - right.count
  }

  /// A byte's place among those that can be the first difference of two texts.
  ///
  /// UTF-8 has the order of the code points. In UTF-16 those from U+10000 on begin with a surrogate,
  /// D800 to DFFF, and come before U+E000 to U+FFFF, whose UTF-8 begins with EE or EF. Where two
  /// texts first differ, both bytes begin a character or neither does, unless they are lead bytes.
  private func rank(_ byte: UInt8) -> UInt8 {
    guard order == .utf16, byte >= 0xEE else { return byte }
    return byte >= 0xF0 ? byte - 2 : byte + 7
  }
}
