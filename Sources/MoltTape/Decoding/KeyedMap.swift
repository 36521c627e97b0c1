/// A map that is being decoded.
///
/// Safety: the table belongs to the document's core.
@safe struct KeyedMap {
  let index: Int
  let depth: Int
  /// The table of the keys' type; nil for keys that are made at run time.
  let keys: UnsafeMutablePointer<KeyTable>?

  @unsafe
  init(_ index: Int, depth: Int, keys: UnsafeMutablePointer<KeyTable>?) {
    self.index = index
    self.depth = depth
    unsafe self.keys = keys
  }
}

extension DecodingRun {
  /// Begins a map.
  @inline(__always)
  func enter(_ map: KeyedMap) throws {
    let frame = unsafe frame(map.depth)
    unsafe enter(map, frame)
    if _slowPath(unsafe frame.pointee.hasDuplicates), options.duplicateKeys == .refused {
      throw repeated(in: map.index)
    }
  }

  @inline(__always) @unsafe
  private func enter(_ map: KeyedMap, _ frame: UnsafeMutablePointer<MapFrame>) {
    if let keys = unsafe map.keys {
      unsafe frame.pointee.enter(map.index, keys, nextStamp(), memory)
    } else {
      unsafe frame.pointee.enter(map.index, self)
    }
  }

  /// The frame that holds a map.
  @inline(__always) @unsafe
  private func frame(of map: KeyedMap) -> UnsafeMutablePointer<MapFrame> {
    let frame = unsafe frame(map.depth)
    if _slowPath(unsafe !frame.pointee.holds(map.index, map.keys)) { unsafe enter(map, frame) }
    return unsafe frame
  }

  /// Where the value of a key of one byte stands; 0 when it is not there, or not known yet.
  @inline(__always)
  func find(_ byte: UInt8, in map: KeyedMap) -> Int {
    guard let keys = unsafe map.keys else { return 0 }
    let number = unsafe keys.pointee.number(ofCase: byte)
    return unsafe number == 0 ? 0 : frame(of: map).pointee.value(number)
  }

  /// Finds a key of one byte that is not known yet, or not there.
  @inline(never)
  func search(_ key: any CodingKey, byte: UInt8, in map: KeyedMap) -> Int {
    guard let keys = unsafe map.keys else { return 0 }
    let frame = unsafe frame(of: map)
    var found = 0
    if unsafe keys.pointee.number(ofCase: byte) == 0 {
      let number = unsafe keys.pointee.resolve(key.stringValue, case: byte)
      found = unsafe number == 0 ? 0 : frame.pointee.value(number)
    }
    if unsafe found == 0 && !frame.pointee.isComplete { found = findLast(key.stringValue, map) }
    return found == 0 && memory.format != .json ? findInteger(key, in: map) : found
  }

  /// Where the value of a key stands that is made at run time; 0 when it is not there.
  func find<Key: CodingKey>(_ key: Key, in map: KeyedMap) -> Int {
    let found = unsafe frame(of: map).pointee.value(key.stringValue)
    return found == 0 && memory.format != .json ? findInteger(key, in: map) : found
  }

  private func findLast(_ name: String, _ map: KeyedMap) -> Int {
    var found = 0
    forEachKey(in: map.index) { key, _, value in if key == name { found = value } }
    return found
  }

  @inline(never)
  private func findInteger(_ key: any CodingKey, in map: KeyedMap) -> Int {
    guard let number = key.intValue else { return 0 }
    var found = 0
    forEachKey(in: map.index) { _, other, value in if other == number { found = value } }
    return found
  }

  /// The keys of a map in their order: the text, as types name it, or the number; and the value's
  /// index.
  func forEachKey(in map: Int, _ body: (String?, Int?, Int) -> Void) {
    let isSnake = options.keys == .fromSnakeCase
    var index = map + 1
    let end = memory.word(map).offset
    while index < end {
      let key = value(at: index)
      let place = memory.end(of: index)
      if let text = try? key.string() {
        body(isSnake ? DecodingOptions.Keys.camelCase(text) : text, nil, place)
      } else if let number = try? key.integer(Int.self) {
        body(nil, number, place)
      }
      index = memory.end(of: place)
    }
  }
}
