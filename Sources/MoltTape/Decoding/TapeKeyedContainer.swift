/// Decodes the values of a map by keys of any kind.
struct TapeKeyedContainer<Key: CodingKey>: MapContainer {
  let run: DecodingRun
  let map: KeyedMap

  init(_ run: DecodingRun, map place: Int, depth: Int) throws {
    self.run = run
    map = unsafe KeyedMap(try run.map(place), depth: depth, keys: nil)
    try run.enter(map)
  }

  var allKeys: [Key] { run.allKeys(Key.self, in: map) }

  func find(_ key: Key) throws -> Int {
    if run.isOver { throw run.over() }
    return run.find(key, in: map)
  }

  func named(_ key: Key) -> any CodingKey { key }
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
