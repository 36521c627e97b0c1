/// Decodes the values of a map by their keys.
///
/// Holds no reference: the standard library copies a container for each of its calls. The keys that
/// Swift derives for a type are an enum of at most one byte; these have numbers in a ``KeyTable``.
///
/// Safety: a cell stays where it is for as long as its container does.
@safe struct TapeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let cell: UnsafePointer<MapCell>

  /// Creates a container for the map of a cell.
  @unsafe
  init(_ cell: UnsafePointer<MapCell>) { unsafe self.cell = cell }

  @inline(__always) var run: DecodingRun { unsafe cell.pointee.run }
  @inline(__always) var map: KeyedMap { unsafe cell.pointee.map }

  var allKeys: [Key] { run.allKeys(Key.self, in: map) }
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
    try run.container(type, map: try require(key), depth: map.depth + 1)
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

  /// Where the value of a key stands; 0 when it is not there.
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
  /// A container for a map.
  @inline(__always)
  func container<Key: CodingKey>(
    _ type: Key.Type,
    map place: Int,
    depth: Int
  ) throws -> KeyedDecodingContainer<Key> {
    let index = try map(place)
    let keys = unsafe self.keys(type)
    let hasNumbers = MemoryLayout<Key>.size <= 1
    let map = unsafe KeyedMap(index, depth: depth, keys: hasNumbers ? keys : nil)
    try enter(map)
    return unsafe keys.pointee.shelf.container(type, MapCell(run: self, map: map))
  }

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
