/// A map that a value encodes itself to.
///
/// Counts no references: a cell stays where it is for as long as its container does.
@safe struct TargetKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  private let cell: UnsafePointer<KeyedCell>

  /// Creates a container for the map of a cell.
  @unsafe
  init(_ cell: UnsafePointer<KeyedCell>) { unsafe self.cell = cell }

  private var target: EncodingTarget { unsafe cell.pointee.target.takeUnretainedValue() }
  @inline(__always) var slot: Int { unsafe cell.pointee.slot }
  @inline(__always) var level: Int { unsafe cell.pointee.level }

  var codingPath: [any CodingKey] { target.path(slot, level) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    let name = try name(of: key)
    try unsafe cell.pointee.target._withUnsafeGuaranteedRef { target in
      try target.write(name, slot, level)
      try target.encode(value, target.plan(Value.self), under: key)
    }
  }

  func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) }
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    let slot = announce(key)
    target.open(slot, level + 1, isMap: true)
    return target.container(keyedBy, slot, level + 1)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let slot = announce(key)
    target.open(slot, level + 1, isMap: false)
    return TargetUnkeyedContainer(target, slot, level + 1)
  }

  func superEncoder() -> any Encoder {
    let key = SuperKey()
    let slot = announce(key) { () throws in
      try target.enter(self.slot, level)
      try target.output.write(key: target.converted(key.stringValue))
    }
    return TargetEncoder(target, slot, level + 1)
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    TargetEncoder(target, announce(key), level + 1)
  }

  /// The bytes of a key; none when the key had to be written at once.
  @inline(__always)
  private func name(of key: Key) throws -> WrittenKey {
    if MemoryLayout<Key>.size <= 1 {
      let byte = Self.byte(key)
      let name = unsafe cell.pointee.shelf._withUnsafeGuaranteedRef { $0.name(ofCase: byte) }
      if _fastPath(name.isKnown) { return name }
    }
    return try writeFirst(key)
  }

  /// Writes a key that was not written yet, or has no bytes that could be kept.
  @inline(never)
  private func writeFirst(_ key: Key) throws -> WrittenKey {
    let target = target
    try target.enter(slot, level)
    let name = target.converted(key.stringValue)
    if MemoryLayout<Key>.size <= 1, let bytes = target.output.bytes(ofKey: name) {
      let byte = Self.byte(key)
      unsafe cell.pointee.shelf._withUnsafeGuaranteedRef { $0.learn(bytes, case: byte) }
    }
    try target.output.write(key: name)
    return WrittenKey()
  }

  /// The byte that a key of at most one byte is.
  @inline(__always)
  private static func byte(_ key: Key) -> UInt8 {
    if MemoryLayout<Key>.size == 0 { return 0 }
    // Safety: the key has one byte.
    return unsafe unsafeBitCast(key, to: UInt8.self)
  }

  private func announce(_ key: Key) -> Int {
    announce(key) { () throws in try target.write(try name(of: key), slot, level) }
  }

  /// Writes a key and awaits its value.
  ///
  /// - Returns: The value's slot, 0 when the key could not be written.
  private func announce(_ key: some CodingKey, _ write: () throws -> Void) -> Int {
    do {
      try write()
      return target.expect(key)
    } catch {
      target.fail(error, key)
      return 0
    }
  }

  /// Writes a key and the scalar that `body` writes.
  @inline(__always)
  func put(
    _ value: some Encodable,
    _ key: Key,
    _ body: (EncodingTarget, WrittenKey) throws -> Void
  ) throws {
    let name = try name(of: key)
    try unsafe cell.pointee.target._withUnsafeGuaranteedRef { target in
      do { try body(target, name) } catch { throw target.located(error, value, key) }
    }
  }
}
