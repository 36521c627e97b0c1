/// Decodes the values of a map by their keys.
struct TapeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let state: DecodingState
  let map: KeyedMap

  init(_ state: DecodingState, map place: Int, depth: Int) throws {
    self.state = state
    let index = state.untagged(place)
    let word = state.memory.word(index)
    guard word.kind == .map else { throw state.mismatch([String: Any].self, at: index) }
    let isLarge = word.count > LargeKeyIndex.threshold
    map = unsafe KeyedMap(
      index: index,
      end: word.offset,
      depth: depth,
      names: state.names(Key.self),
      largeIndex: isLarge
        ? LargeKeyIndex(map: index, count: word.count, state.memory) : nil
    )
    try state.enter(map)
  }

  var codingPath: [any CodingKey] { state.path(to: map.index) }

  var allKeys: [Key] {
    var keys: [Key] = []
    state.forEachKey(in: map.index) { text, number in
      let key =
        number.flatMap(Key.init(intValue:)) ?? text.flatMap(Key.init(stringValue:))
      if let key { keys.append(key) }
    }
    return keys
  }

  /// Where the value of a key stands; 0 when it is not there.
  @inline(__always)
  func find(_ key: Key) -> Int { state.find(key, in: map) }

  /// Where the value of a key stands.
  @inline(__always)
  func require(_ key: Key) throws -> Int {
    let index = find(key)
    if _fastPath(index != 0) { return index }
    throw state.missing(key, in: map.index)
  }

  /// Where the value of a key stands; 0 when it is not there or null.
  @inline(__always)
  func present(_ key: Key) -> Int {
    let index = find(key)
    return index == 0 || state.isNull(index) ? 0 : index
  }

  func contains(_ key: Key) -> Bool { find(key) != 0 }
  func decodeNil(forKey key: Key) throws -> Bool { state.isNull(try require(key)) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try state.decode(type, at: try require(key), depth: map.depth &+ 1)
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    let index = present(key)
    return index == 0 ? nil : try state.decode(type, at: index, depth: map.depth &+ 1)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try TapeDecoder(state, at: try require(key), depth: map.depth + 1).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try TapeUnkeyedContainer(state, array: try require(key), depth: map.depth + 1)
  }

  func superDecoder() throws -> any Decoder {
    let index = state.find(TapeKey(stringValue: "super"), in: map.withoutNames)
    guard index != 0 else { throw state.missing(TapeKey(stringValue: "super"), in: map.index) }
    return TapeDecoder(state, at: index, depth: map.depth + 1)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    TapeDecoder(state, at: try require(key), depth: map.depth + 1)
  }
}
