internal import CMoltIntrinsics

/// The keys of the objects that are open, to find one that stands twice in its object.
///
/// A key is known by its bytes in the output, where equal keys are written alike however they were
/// escaped in the document. The keys of an inner object lie after those of the outer ones:
///
///     {"a": 1, "b": {"c": 2, ...      keys: a b | c
///
/// In an object with up to 64 keys each new one is compared with the others by hash. In larger
/// ones the rest waits for the end of the object, where all are sorted; no choice of keys makes
/// that quadratic.
struct KeyTable: ~Copyable {
  /// How many keys are compared one by one.
  private static let scanLimit = 64

  /// What is known about the keys of one object.
  struct Object {
    /// Where its keys start in the table.
    fileprivate var start = 0
    /// A bit for six bits of each key's hash: a new bit means a new key.
    fileprivate var seen: UInt64 = 0
  }

  private struct Key {
    var hash: UInt64
    /// Which bytes of the output it is.
    var text: Range<Int>
    /// Where it starts in the document.
    var offset: Int
  }

  private var hashes: [UInt64] = []
  private var keys: [Key] = []

  /// Forgets all objects.
  mutating func removeAll() {
    if keys.isEmpty { return }
    hashes.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
  }

  /// Begins an object inside those that are open.
  func open() -> Object { Object(start: keys.count) }

  /// Enters a key of the innermost object.
  ///
  /// - Parameters:
  ///   - text: Where the key stands in `output`.
  ///   - offset: Where it starts in the document.
  ///   - output: What has been written.
  ///   - object: The innermost open object.
  /// - Returns: False when the object is known to have the key already.
  @inline(__always)
  mutating func insert(
    _ text: Range<Int>,
    at offset: Int,
    of output: Span<UInt8>,
    into object: inout Object
  ) -> Bool {
    let hash = hashValue(of: output.extracting(text))
    let bit: UInt64 = 1 << (hash & 63)
    if object.seen & bit != 0, hashes.count - object.start < Self.scanLimit,
      contains(hash, text, of: output, from: object.start)
    {
      return false
    }
    object.seen |= bit
    hashes.append(hash)
    keys.append(Key(hash: hash, text: text, offset: offset))
    return true
  }

  private func contains(
    _ hash: UInt64,
    _ text: Range<Int>,
    of output: Span<UInt8>,
    from start: Int
  ) -> Bool {
    var isSeen = false
    // No early way out: such a loop runs in vectors.
    for index in start..<hashes.count { isSeen = isSeen || hashes[index] == hash }
    guard isSeen else { return false }
    return keys[start...].contains { key in
      key.hash == hash
        && compare(output.extracting(key.text), output.extracting(text)) == 0
    }
  }

  /// Ends the innermost object and forgets its keys.
  ///
  /// - Parameters:
  ///   - object: The innermost open object.
  ///   - output: What has been written.
  /// - Returns: The offset of a key that the object has twice, if it was not found earlier.
  /// - Complexity: O(1) up to 64 keys, otherwise O(n log n)
  @inline(__always)
  mutating func close(_ object: Object, of output: Span<UInt8>) -> Int? {
    let repeated =
      keys.count - object.start > Self.scanLimit ? repeatedKey(from: object.start, output) : nil
    hashes.removeLast(hashes.count - object.start)
    keys.removeLast(keys.count - object.start)
    return repeated
  }

  @inline(never)
  private mutating func repeatedKey(from start: Int, _ output: Span<UInt8>) -> Int? {
    func order(_ first: Key, _ second: Key) -> Int {
      if first.hash != second.hash { return first.hash < second.hash ? -1 : 1 }
      return compare(output.extracting(first.text), output.extracting(second.text))
    }
    heapSort(from: start) { order($0, $1) < 0 }
    var result: Int?
    for index in (start + 1)..<keys.count where order(keys[index - 1], keys[index]) == 0 {
      let later = max(keys[index - 1].offset, keys[index].offset)
      result = min(result ?? later, later)
    }
    return result
  }

  /// Sorts the keys from `start` on in place, without memory of its own.
  private mutating func heapSort(from start: Int, by isBefore: (Key, Key) -> Bool) {
    func sift(_ keys: inout [Key], _ root: Int, _ count: Int) {
      var parent = root
      while parent * 2 + 1 < count {
        var child = parent * 2 + 1
        if child + 1 < count, isBefore(keys[start + child], keys[start + child + 1]) { child += 1 }
        guard isBefore(keys[start + parent], keys[start + child]) else { return }
        keys.swapAt(start + parent, start + child)
        parent = child
      }
    }
    let count = keys.count - start
    for root in stride(from: count / 2 - 1, through: 0, by: -1) { sift(&keys, root, count) }
    for end in stride(from: count - 1, to: 0, by: -1) {
      keys.swapAt(start, start + end)
      sift(&keys, 0, end)
    }
  }
}

/// Less than, equal to or greater than 0, as the first bytes are before, equal to or after.
private func compare(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Int {
  for index in 0..<min(first.count, second.count) where first[index] != second[index] {
    return Int(first[index]) - Int(second[index])
  }
  return first.count - second.count
}

/// A number that differs for most keys: of long ones it knows the beginning, middle and end.
///
/// It need not withstand an enemy: equal hashes only cost comparisons.
@inline(__always)
private func hashValue(of text: Span<UInt8>) -> UInt64 {
  let count = text.count
  return unsafe text.withUnsafeBufferPointer { bytes in
    guard let base = bytes.baseAddress, count > 0 else { return 0 }
    var first: UInt64
    var last: UInt64
    if count >= 8 {
      first = unsafe molt_load64(base)
      last = unsafe molt_load64(base + (count &- 8))
      if count > 16 {
        first ^= unsafe molt_load64(base + (count / 2 &- 4)) &* 0x9E37_79B9_7F4A_7C15
      }
    } else if count >= 4 {
      first = unsafe UInt64(molt_load32(base))
      last = unsafe UInt64(molt_load32(base + (count &- 4)))
    } else {
      first = unsafe UInt64(base[0])
      last = unsafe UInt64(base[count / 2]) << 8 | UInt64(base[count &- 1])
    }
    let product = (first ^ 0xA076_1D64_78BD_642F)
      .multipliedFullWidth(by: last ^ 0xE703_7ED1_A0B4_28DB ^ UInt64(truncatingIfNeeded: count))
    return product.high ^ product.low
  }
}
