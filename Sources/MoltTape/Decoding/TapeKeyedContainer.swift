/// Decodes the values of a map by their keys.
///
/// Holds no reference: the standard library copies a container for each of its calls. The keys that
/// Swift derives for a type are an enum of at most one byte; these have numbers in a ``KeyTable``.
struct TapeKeyedContainer<Key: CodingKey>: MapContainer {
  let run: DecodingRun
  let map: KeyedMap

  @inline(__always)
  init(_ run: DecodingRun, map place: Int, depth: Int) throws {
    self.run = run
    let keys = unsafe MemoryLayout<Key>.size <= 1 ? run.keys(Key.self) : nil
    map = unsafe KeyedMap(try run.map(place), depth: depth, keys: keys)
    try run.enter(map)
  }

  var allKeys: [Key] { run.allKeys(Key.self, in: map) }

  @inline(__always)
  func find(_ key: Key) throws -> Int {
    if _slowPath(run.isOver) { throw run.over() }
    guard unsafe map.keys != nil else { return run.find(key, in: map) }
    let byte = Self.byte(key)
    let found = run.find(byte, in: map)
    return _fastPath(found > 0) ? found : run.search(key, byte: byte, in: map)
  }

  /// The byte that a key of at most one byte is.
  @inline(__always)
  private static func byte(_ key: Key) -> UInt8 {
    if MemoryLayout<Key>.size == 0 { return 0 }
    // Safety: the key has one byte.
    return unsafe unsafeBitCast(key, to: UInt8.self)
  }
}

extension DecodingRun {
  /// The index of the value below any tags, which must be a map.
  @inline(__always)
  func map(_ place: Int) throws -> Int {
    let index = untagged(place)
    if _fastPath(memory.word(index).kind == .map) { return index }
    throw mismatch([String: Any].self, at: index)
  }

  /// The keys of a map that are keys of a type, each once.
  func allKeys<Key: CodingKey>(_ type: Key.Type, in map: KeyedMap) -> [Key] {
    guard !isOver else { return [] }
    var keys: [Key] = []
    var seen: Set<String> = []
    forEachKey(in: map.index) { text, number, _ in
      let key = number.map { Key(intValue: $0) } ?? text.flatMap { Key(stringValue: $0) }
      if let key, seen.insert(key.stringValue).inserted { keys.append(key) }
    }
    return keys
  }
}
