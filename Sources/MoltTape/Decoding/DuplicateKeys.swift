extension DecodingState {
  /// Whether a key stands in a map more than once.
  ///
  /// Each key sets one of 1,024 bits; only where it was set already, the keys are compared. Used for
  /// maps of at most ``LargeKeyIndex/threshold`` pairs.
  ///
  /// - Complexity: O(pairs of the map), unless somebody chose the keys so that their bits collide.
  @inline(never)
  func hasDuplicates(in map: KeyedMap) -> Bool {
    var bits = [16 of UInt64](repeating: 0)
    var index = map.index &+ 1
    while index < map.end {
      let word = memory.word(index)
      if _fastPath(word.kind == .text || word.kind == .arenaText) {
        let start = unsafe word.kind == .text ? memory.input : memory.arena
        let hash = unsafe digest(start + word.offset, word.count)
        let bit: UInt64 = 1 << (hash & 63)
        let slot = Int(truncatingIfNeeded: hash >> 6 & 15)
        if _slowPath(bits[slot] & bit != 0), stands(at: index, before: map) { return true }
        bits[slot] |= bit
      }
      index = memory.end(of: memory.end(of: index))
    }
    return false
  }

  /// Whether the key at an index also stands earlier in the map.
  @inline(never)
  private func stands(at index: Int, before map: KeyedMap) -> Bool {
    let word = memory.word(index)
    let bytes = unsafe memory.bytes(of: word)
    guard let start = bytes.baseAddress else { return false }
    let name = unsafe KeyName(bytes: start, count: bytes.count)
    var earlier = map.index &+ 1
    while earlier < index {
      if unsafe isKey(name, at: earlier) { return true }
      earlier = memory.end(of: memory.end(of: earlier))
    }
    return false
  }

  /// Ten bits of a text's length and its first and last bytes.
  @inline(__always) @unsafe
  private func digest(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    let bytes = unsafe UnsafeRawPointer(text)
    let ends: UInt64
    if count >= 8 {
      let first = unsafe bytes.loadUnaligned(as: UInt64.self)
      let last = unsafe bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      ends = first ^ (last << 23 | last >> 41)
    } else if count >= 4 {
      let first = unsafe bytes.loadUnaligned(as: UInt32.self)
      let last = unsafe bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      ends = UInt64(first) | UInt64(last) << 32
    } else if count > 0 {
      let middle = unsafe text[count >> 1]
      ends = unsafe UInt64(text[0]) | UInt64(middle) << 8 | UInt64(text[count &- 1]) << 16
    } else {
      ends = 0
    }
    return ((ends &+ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15) >> 54
  }
}

/// Where the keys of a map with many pairs stand: a table by the hash of their bytes.
///
/// The hash is Swift's own, whose seed differs from process to process, so that nobody can choose
/// keys that collide.
@safe final class LargeKeyIndex {
  /// The most pairs of a map that is searched without a table.
  static let threshold = 64

  private var slots: [UInt32]
  /// Whether a key stands in the map more than once; the table has the last one.
  private(set) var hasDuplicates = false

  init(map: Int, count: Int, _ memory: TapeMemory) {
    var capacity = 256
    while capacity < count * 2 { capacity *= 2 }
    slots = Array(repeating: 0, count: capacity)
    var index = map + 1
    let end = memory.word(map).offset
    while index < end {
      let word = memory.word(index)
      if word.kind == .text || word.kind == .arenaText {
        let slot = unsafe slot(of: memory.bytes(of: word), memory)
        hasDuplicates = hasDuplicates || slots[slot] != 0
        slots[slot] = UInt32(truncatingIfNeeded: index)
      }
      index = memory.end(of: memory.end(of: index))
    }
  }

  /// Where the value of a key stands, the last one; 0 when it is not there.
  @unsafe
  func find(_ name: KeyName, _ memory: TapeMemory) -> Int {
    let bytes = unsafe UnsafeBufferPointer(start: name.bytes, count: name.count)
    let key = Int(slots[unsafe slot(of: bytes, memory)])
    return key == 0 ? 0 : key + 1
  }

  /// The slot with a key of these bytes, or the free slot where it would be.
  @unsafe
  private func slot(of bytes: UnsafeBufferPointer<UInt8>, _ memory: TapeMemory) -> Int {
    var hasher = Hasher()
    unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] != 0 {
      if unsafe memory.isText(bytes, at: Int(slots[slot])) { return slot }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }
}
