/// Decodes the values of a map by their keys.
struct TapeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let run: DecodingRun
  let map: KeyedMap

  init(_ run: DecodingRun, map place: Int, depth: Int) throws {
    self.run = run
    let index = run.untagged(place)
    guard run.memory.word(index).kind == .map else {
      throw run.mismatch([String: Any].self, at: index)
    }
    let isEnum = MemoryLayout<Key>.size <= 1
    map = unsafe KeyedMap(index, depth: depth, keys: isEnum ? run.keys(Key.self) : nil)
    try run.enter(map)
  }

  var codingPath: [any CodingKey] { run.path(to: map.index) }

  var allKeys: [Key] {
    guard !run.isOver else { return [] }
    var keys: [Key] = []
    var seen: Set<String> = []
    run.forEachKey(in: map.index) { text, number, _ in
      let key = number.map { Key(intValue: $0) } ?? text.flatMap { Key(stringValue: $0) }
      if let key, seen.insert(key.stringValue).inserted { keys.append(key) }
    }
    return keys
  }

  /// Where the value of a key stands; 0 when it is not there.
  @inline(__always)
  private func find(_ key: Key) throws -> Int {
    if _slowPath(run.isOver) { throw run.over() }
    return run.find(key, in: map)
  }

  /// Where the value of a key stands.
  @inline(__always)
  func require(_ key: Key) throws -> Int {
    let index = try find(key)
    if _fastPath(index != 0) { return index }
    throw run.missing(key, in: map.index)
  }

  /// Where the value of a key stands; 0 when it is not there or null.
  @inline(__always)
  func present(_ key: Key) throws -> Int {
    let index = try find(key)
    return index == 0 || run.isNull(index) ? 0 : index
  }

  func contains(_ key: Key) -> Bool { !run.isOver && run.find(key, in: map) != 0 }
  func decodeNil(forKey key: Key) throws -> Bool { run.isNull(try require(key)) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try run.decode(type, at: try require(key), depth: map.depth &+ 1)
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    let index = try present(key)
    return index == 0 ? nil : try run.decode(type, at: index, depth: map.depth &+ 1)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try TapeDecoder(run.state, at: try require(key), depth: map.depth + 1).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try TapeUnkeyedContainer(run, array: try require(key), depth: map.depth + 1)
  }

  func superDecoder() throws -> any Decoder {
    if run.isOver { throw run.over() }
    let key = TapeKey(stringValue: "super")
    let index = run.find(key, in: unsafe KeyedMap(map.index, depth: map.depth, keys: nil))
    guard index != 0 else { throw run.missing(key, in: map.index) }
    return TapeDecoder(run.state, at: index, depth: map.depth + 1)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    TapeDecoder(run.state, at: try require(key), depth: map.depth + 1)
  }
}
