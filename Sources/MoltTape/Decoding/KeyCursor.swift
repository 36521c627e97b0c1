/// Where the decoding of a map stands: behind the key that was asked for last.
///
/// Types ask for their keys in the order of their declaration, documents have them mostly in the same
/// order, so that the next key asked for is the next key there. With the map
///
///     {"id":1,"name":"x","unknown":[…],"size":2}
///
/// the requests `id` and `name` cost one comparison each, and `size` two.
struct KeyCursor {
  /// The map's index on the tape; ``none`` when it stands in no map.
  var map = Self.none
  /// The index of the next key.
  var next: UInt32 = 0
  /// Whether a key stands in the map more than once, so that each request looks at all keys.
  var hasDuplicates = false

  static let none = UInt32.max
}

extension DecodingState {
  /// Where the value of a key stands; 0 when it is not there.
  @inline(__always)
  func find<Key: CodingKey>(_ key: Key, in map: KeyedMap) -> Int {
    if let names = unsafe map.names {
      return unsafe find(names.name(key, options.keys), key, in: map)
    }
    return findByText(key, in: map)
  }

  @inline(never)
  private func findByText<Key: CodingKey>(_ key: Key, in map: KeyedMap) -> Int {
    var text = options.keys.written(key.stringValue)
    return text.withUTF8 { bytes in
      let start = unsafe bytes.baseAddress ?? memory.input
      return unsafe find(KeyName(bytes: start, count: bytes.count), key, in: map)
    }
  }

  @inline(__always) @unsafe
  private func find<Key: CodingKey>(_ name: KeyName, _ key: Key, in map: KeyedMap) -> Int {
    let cursor = unsafe cursor(map.depth)
    if _slowPath(unsafe cursor.pointee.map != UInt32(truncatingIfNeeded: map.index)) {
      unsafe enter(map, cursor)
    }
    let next = unsafe Int(cursor.pointee.next)
    if unsafe next < map.end && isKey(name, at: next) && !cursor.pointee.hasDuplicates {
      let value = next &+ 1
      unsafe cursor.pointee.next = UInt32(truncatingIfNeeded: memory.end(of: value))
      return value
    }
    let found = unsafe search(name, in: map, cursor)
    return found != 0 ? found : findOtherwise(key, in: map)
  }

  @inline(never) @unsafe
  private func search(
    _ name: KeyName,
    in map: KeyedMap,
    _ cursor: UnsafeMutablePointer<KeyCursor>
  ) -> Int {
    let found: Int
    if let index = map.largeIndex {
      found = unsafe index.find(name, memory)
    } else if unsafe cursor.pointee.hasDuplicates {
      return unsafe lastValue(of: name, in: map)
    } else {
      let next = unsafe Int(cursor.pointee.next)
      let later = unsafe value(of: name, from: next, to: map.end)
      found = unsafe later != 0 ? later : value(of: name, from: map.index &+ 1, to: next)
    }
    if found != 0 { unsafe cursor.pointee.next = UInt32(truncatingIfNeeded: memory.end(of: found)) }
    return found
  }

  @inline(__always) @unsafe
  private func value(of name: KeyName, from start: Int, to end: Int) -> Int {
    var index = start
    while index < end {
      if unsafe isKey(name, at: index) { return index &+ 1 }
      index = memory.end(of: memory.end(of: index))
    }
    return 0
  }

  @unsafe
  private func lastValue(of name: KeyName, in map: KeyedMap) -> Int {
    var index = map.index &+ 1
    var found = 0
    while index < map.end {
      if unsafe isKey(name, at: index) { found = index &+ 1 }
      index = memory.end(of: memory.end(of: index))
    }
    return found
  }

  /// Whether the value at an index is a text with the bytes of a name.
  @inline(__always) @unsafe
  func isKey(_ name: KeyName, at index: Int) -> Bool {
    let word = memory.word(index)
    guard unsafe word.count == name.count else { return false }
    if _fastPath(word.kind == .text) { return unsafe name.equals(memory.input + word.offset) }
    return unsafe word.kind == .arenaText && name.equals(memory.arena + word.offset)
  }

  /// Begins a map.
  @inline(__always)
  func enter(_ map: KeyedMap) throws {
    let cursor = unsafe cursor(map.depth)
    unsafe enter(map, cursor)
    if _slowPath(unsafe cursor.pointee.hasDuplicates), options.duplicateKeys == .refused {
      throw repeated(in: map.index)
    }
  }

  /// Puts a cursor before the first key of a map.
  @inline(__always) @unsafe
  private func enter(_ map: KeyedMap, _ cursor: UnsafeMutablePointer<KeyCursor>) {
    unsafe cursor.pointee = KeyCursor(
      map: UInt32(truncatingIfNeeded: map.index),
      next: UInt32(truncatingIfNeeded: map.index &+ 1),
      hasDuplicates: map.largeIndex?.hasDuplicates ?? hasDuplicates(in: map)
    )
  }
}

/// A map that is being decoded.
///
/// Safety: the names belong to the state that the map's container holds.
@safe struct KeyedMap {
  let index: Int
  let end: Int
  let depth: Int
  let names: KeyNames?
  /// Where the keys stand, in a map with many.
  let largeIndex: LargeKeyIndex?

  /// The same for keys of another type.
  var withoutNames: KeyedMap {
    unsafe KeyedMap(index: index, end: end, depth: depth, names: nil, largeIndex: largeIndex)
  }
}
