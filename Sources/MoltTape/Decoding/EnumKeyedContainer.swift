/// Decodes the values of a map by the keys that Swift derives for a type: an enum of one byte.
///
/// A container that is generic over its keys costs a look-up of its own type and of its conformance
/// for each map, and a copy of the key through its type's table for each value; together more than
/// the values themselves. So this one is not generic: its keys are bytes, and what is handed out as
/// `KeyedDecodingContainer<Key>` is a `KeyedDecodingContainer<ByteKey>`.
///
/// Safety: `KeyedDecodingContainer` holds one reference, to an object whose methods are generic over
/// the key and cast its bits to the type of the container inside
/// (`stdlib/public/core/Codable.swift`). The bits of a key of one byte are those of a ``ByteKey``.
/// Where it is not as expected, ``isPossible`` says so, and the generic container does the work.
@safe struct EnumKeyedContainer: MapContainer {
  typealias Key = ByteKey

  let run: DecodingRun
  let map: KeyedMap
  private let keyType: any CodingKey.Type

  private init(_ run: DecodingRun, _ map: KeyedMap, _ keyType: any CodingKey.Type) {
    self.run = run
    self.map = map
    self.keyType = keyType
  }

  /// A container for keys of one byte.
  @inline(__always)
  static func container<Key: CodingKey>(
    _ run: DecodingRun,
    map place: Int,
    depth: Int,
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    let map = unsafe KeyedMap(try run.map(place), depth: depth, keys: run.keys(type))
    try run.enter(map)
    let container = KeyedDecodingContainer(EnumKeyedContainer(run, map, type))
    return unsafe unsafeBitCast(container, to: KeyedDecodingContainer<Key>.self)
  }

  /// Whether a type's keys have one byte.
  @inline(__always)
  static func isPossible<Key: CodingKey>(_ type: Key.Type) -> Bool {
    MemoryLayout<Key>.size == 1
      && MemoryLayout<KeyedDecodingContainer<ByteKey>>.size == MemoryLayout<AnyObject>.size
  }

  var allKeys: [ByteKey] { bytes(keyType) }

  private func bytes<Other: CodingKey>(_ type: Other.Type) -> [ByteKey] {
    // Safety: keys of one byte.
    run.allKeys(type, in: map).map { key in unsafe unsafeBitCast(key, to: ByteKey.self) }
  }

  @inline(__always)
  func find(_ key: ByteKey) throws -> Int {
    if _slowPath(run.isOver) { throw run.over() }
    let found = run.find(key.byte, in: map)
    return _fastPath(found > 0) ? found : search(key)
  }

  @inline(never)
  private func search(_ key: ByteKey) -> Int {
    run.search(named(key), byte: key.byte, in: map)
  }

  func named(_ key: ByteKey) -> any CodingKey { named(key, keyType) }

  private func named<Other: CodingKey>(_ key: ByteKey, _ type: Other.Type) -> any CodingKey {
    // Safety: the byte came from a key of this type.
    unsafe unsafeBitCast(key, to: Other.self)
  }
}

/// A key of one byte, whatever its type.
struct ByteKey: CodingKey {
  let byte: UInt8

  // Only its own type knows what the byte stands for.
  var stringValue: String { "\(byte)" }
  var intValue: Int? { nil }
  init?(stringValue: String) { nil }
  init?(intValue: Int) { nil }
}
