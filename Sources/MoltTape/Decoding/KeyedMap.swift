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

  /// Where the value of a key stands; 0 when it is not there.
  @inline(__always)
  func find<Key: CodingKey>(_ key: Key, in map: KeyedMap) -> Int {
    if let keys = unsafe map.keys {
      let number = unsafe keys.pointee.number(ofCase: firstByte(key))
      if _fastPath(number != 0) {
        let found = unsafe frame(of: map).pointee.value(number)
        if _fastPath(found != 0) { return found }
      }
    }
    return search(key, in: map)
  }

  /// The byte that a key of one byte is.
  @inline(__always)
  private func firstByte<Key: CodingKey>(_ key: Key) -> UInt8 {
    if MemoryLayout<Key>.size == 0 { return 0 }
    // Safety: the key has one byte.
    return unsafe withUnsafePointer(to: key) { unsafe UnsafeRawPointer($0).load(as: UInt8.self) }
  }

  /// Finds a key that is not known yet, not there, or made at run time.
  @inline(never)
  private func search<Key: CodingKey>(_ key: Key, in map: KeyedMap) -> Int {
    let frame = unsafe frame(of: map)
    var found = 0
    if let keys = unsafe map.keys {
      let byte = firstByte(key)
      if unsafe keys.pointee.number(ofCase: byte) == 0 {
        let number = unsafe keys.pointee.resolve(key.stringValue, case: byte)
        found = unsafe number == 0 ? 0 : frame.pointee.value(number)
      }
      if unsafe found == 0 && !frame.pointee.isComplete { found = findLast(key.stringValue, map) }
    } else {
      found = unsafe frame.pointee.value(key.stringValue)
    }
    return found == 0 && memory.format != .json ? findInteger(key, in: map) : found
  }

  private func findLast(_ name: String, _ map: KeyedMap) -> Int {
    var found = 0
    forEachKey(in: map.index) { key, _, value in if key == name { found = value } }
    return found
  }

  @inline(never)
  private func findInteger<Key: CodingKey>(_ key: Key, in map: KeyedMap) -> Int {
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
