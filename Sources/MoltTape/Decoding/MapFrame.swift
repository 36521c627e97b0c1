/// Where the values of one map stand, by the keys' numbers in their ``KeyTable``.
///
/// Each depth has one, which the maps of that depth use one after the other. A slot holds the stamp
/// of the map that wrote it above the index of a value, so that nothing has to be cleared.
@safe struct MapFrame {
  /// The map's index on the tape; ``none`` when there is no map.
  private(set) var map = Self.none
  /// The numbers of the keys are those of this table.
  private var table: UnsafeMutablePointer<KeyTable>?
  private var stamp: UInt32 = 0
  private var slots: UnsafeMutablePointer<UInt64>?
  private var capacity = 0
  /// Where the values of a map stand whose keys are made at run time.
  private var names: [String: Int] = [:]
  /// Whether the slots have all keys of the map that are texts.
  private(set) var isComplete = true
  /// Whether a key stands in the map more than once.
  private(set) var hasDuplicates = false

  private static let none = -1

  /// Whether the frame is about a map and has it by the keys of a table.
  @inline(__always) @unsafe
  func holds(_ map: Int, _ table: UnsafeMutablePointer<KeyTable>?) -> Bool {
    unsafe self.map == map && self.table == table
  }

  /// Where the value of a key stands, the last of several; 0 when it is not there.
  @inline(__always) @unsafe
  func value(_ key: Int) -> Int {
    guard key < capacity, let slots = unsafe slots else { return 0 }
    let slot = unsafe slots[key]
    return slot >> 32 == UInt64(stamp) ? Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) : 0
  }

  /// Goes through a map and takes down where the values of its keys stand.
  ///
  /// One key mostly follows the other as in the last map that had them, so that one comparison
  /// recognises a key.
  ///
  /// - Complexity: O(pairs of the map)
  @unsafe
  mutating func enter(
    _ map: Int,
    _ table: UnsafeMutablePointer<KeyTable>,
    _ stamp: UInt32,
    _ memory: TapeMemory
  ) {
    self.map = map
    unsafe self.table = table
    self.stamp = stamp
    isComplete = true
    hasDuplicates = false
    let end = memory.word(map).offset
    let high = UInt64(stamp) << 32
    var index = map &+ 1
    var previous = 0
    while index < end {
      let word = memory.word(index)
      var value = index &+ 1
      if _fastPath(word.kind == .text || word.kind == .arenaText) {
        let start = unsafe (word.kind == .text ? memory.input : memory.arena) + word.offset
        let key = unsafe table.pointee.number(start, word.count, after: previous)
        previous = key
        let slot = unsafe table.pointee.slot(key)
        if _slowPath(slot >= capacity) { unsafe grow(table.pointee.capacity) }
        if let slots = unsafe slots {
          hasDuplicates = unsafe hasDuplicates || slots[slot] >> 32 == UInt64(stamp)
          unsafe slots[slot] = high | UInt64(truncatingIfNeeded: value)
        }
      } else {
        value = memory.end(of: index)
      }
      index = memory.end(of: value)
    }
    // What the table has no room for has the number 0.
    isComplete = unsafe self.value(0) == 0
  }

  /// Goes through a map for keys that are made at run time, so that numbers would not help.
  ///
  /// - Complexity: O(bytes of the map's keys)
  mutating func enter(_ map: Int, _ run: DecodingRun) {
    self.map = map
    unsafe table = nil
    isComplete = true
    hasDuplicates = false
    names.removeAll(keepingCapacity: true)
    run.forEachKey(in: map) { key, number, value in
      if let key { hasDuplicates = names.updateValue(value, forKey: key) != nil || hasDuplicates }
    }
  }

  /// Where the value of a key stands that is made at run time, the last of several; 0 when it is not
  /// there.
  func value(_ name: String) -> Int { names[name] ?? 0 }

  @inline(never)
  private mutating func grow(_ size: Int) {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: size)
    unsafe larger.initialize(repeating: 0, count: size)
    if let slots = unsafe slots {
      unsafe larger.update(from: slots, count: capacity)
      unsafe slots.deallocate()
    }
    unsafe slots = larger
    capacity = size
  }

  /// Forgets the map.
  mutating func leave() {
    map = Self.none
    if !names.isEmpty { names = [:] }
  }

  /// Clears all slots.
  mutating func clear() {
    leave()
    unsafe slots?.update(repeating: 0, count: capacity)
  }

  /// Gives the memory back.
  mutating func release() {
    unsafe slots?.deallocate()
    unsafe slots = nil
    capacity = 0
    names = [:]
  }
}
