/// Decodes the values of a map by their keys: everything but how a key is found.
protocol MapContainer: KeyedDecodingContainerProtocol {
  var run: DecodingRun { get }
  var map: KeyedMap { get }

  /// Where the value of a key stands; 0 when it is not there.
  func find(_ key: Key) throws -> Int
}

extension MapContainer {
  var codingPath: [any CodingKey] { run.path(to: map.index) }

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

  func contains(_ key: Key) -> Bool { (try? find(key)).map { $0 != 0 } ?? false }
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
