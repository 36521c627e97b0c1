/// Decodes the values of a map by the keys that Swift derives for a type: an enum of one byte, or of
/// none when there is one key.
///
/// A container that is generic over its keys costs a look-up of its own type and of its conformance
/// for each map, and a copy of the key through its type's table for each value; together more than
/// the values themselves. This one knows two types of keys, ``ByteKey`` and ``UnitKey``, and what is
/// handed out as a `KeyedDecodingContainer<Key>` is in truth one of those.
///
/// Safety: see ``KeyedContainerBits``. The slot lives as long as the container.
@safe struct ByteKeyedContainer: EnumKeyedContainer {
  let place: UnsafeMutablePointer<ContainerSlot>

  @unsafe
  init(_ place: UnsafeMutablePointer<ContainerSlot>) { unsafe self.place = place }

  var allKeys: [ByteKey] { bits() }

  @inline(__always)
  func find(_ key: ByteKey) throws -> Int {
    let run = run
    if _slowPath(run.isOver) { throw run.over() }
    let found = run.find(key.byte, in: map)
    return _fastPath(found > 0) ? found : search(key)
  }
}

/// The same for the only key of a type.
@safe struct UnitKeyedContainer: EnumKeyedContainer {
  let place: UnsafeMutablePointer<ContainerSlot>

  @unsafe
  init(_ place: UnsafeMutablePointer<ContainerSlot>) { unsafe self.place = place }

  var allKeys: [UnitKey] { bits() }

  @inline(__always)
  func find(_ key: UnitKey) throws -> Int {
    let run = run
    if _slowPath(run.isOver) { throw run.over() }
    let found = run.find(0, in: map)
    return _fastPath(found > 0) ? found : search(key)
  }
}

/// A container for keys of one size.
protocol EnumKeyedContainer: MapContainer where Key: KeyBits {
  /// Where it finds its map.
  @unsafe var place: UnsafeMutablePointer<ContainerSlot> { get }
  @unsafe init(_ place: UnsafeMutablePointer<ContainerSlot>)
}

extension EnumKeyedContainer {
  @inline(__always) var run: DecodingRun { unsafe place.pointee.run }
  @inline(__always) var map: KeyedMap { unsafe place.pointee.map }

  @inline(never)
  fileprivate func search(_ key: Key) -> Int { run.search(named(key), byte: key.byte, in: map) }

  func named(_ key: Key) -> any CodingKey { unsafe named(key, place.pointee.keyType) }

  private func named<Other: CodingKey>(_ key: Key, _ type: Other.Type) -> any CodingKey {
    // Safety: the bits came from a key of this type.
    unsafe unsafeBitCast(key, to: Other.self)
  }

  fileprivate func bits() -> [Key] { unsafe bits(place.pointee.keyType) }

  private func bits<Other: CodingKey>(_ type: Other.Type) -> [Key] {
    // Safety: a key of this type has as many bits.
    run.allKeys(type, in: map).map { key in unsafe unsafeBitCast(key, to: Key.self) }
  }
}

/// A key without its type.
protocol KeyBits: CodingKey {
  var byte: UInt8 { get }
}

extension KeyBits {
  // Only the key's own type knows its name, and nobody asks for it here.
  var stringValue: String { "\(byte)" }
  var intValue: Int? { nil }
  init?(stringValue: String) { nil }
  init?(intValue: Int) { nil }
}

/// A key of one byte.
struct ByteKey: KeyBits {
  let byte: UInt8
}

/// The only key of its type, which takes no memory.
struct UnitKey: KeyBits {
  var byte: UInt8 { 0 }
}

/// What has to hold of the standard library for ``EnumKeyedContainer``.
///
/// Safety: `KeyedDecodingContainer` holds one reference, to an object whose methods are generic over
/// the key and cast its bits to the type that the container inside has for its keys
/// (`stdlib/public/core/Codable.swift`). So the bits of a key reach the container whatever the types
/// are called, as long as they have the same size.
enum KeyedContainerBits {
  /// Whether it is one reference.
  @inline(__always) static var areKnown: Bool {
    MemoryLayout<KeyedDecodingContainer<ByteKey>>.size == MemoryLayout<AnyObject>.size
      && MemoryLayout<UnitKey>.size == 0 && MemoryLayout<ByteKey>.size == 1
  }
}
