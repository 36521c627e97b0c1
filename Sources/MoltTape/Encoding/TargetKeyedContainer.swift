/// A map that a value encodes itself to.
struct TargetKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let target: EncodingTarget
  let slot: Int
  let level: Int

  init(_ target: EncodingTarget, _ slot: Int, _ level: Int) {
    self.target = target
    self.slot = slot
    self.level = level
  }

  var codingPath: [any CodingKey] { target.path(slot, level) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try enter(key)
    do {
      if try target.encodeKnown(value) { return }
    } catch {
      throw target.located(error, value, key)
    }
    try target.encode(value, under: key)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    let slot = announce(key)
    target.open(slot, level + 1, isMap: true)
    return KeyedEncodingContainer(TargetKeyedContainer<NestedKey>(target, slot, level + 1))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let slot = announce(key)
    target.open(slot, level + 1, isMap: false)
    return TargetUnkeyedContainer(target, slot, level + 1)
  }

  func superEncoder() -> any Encoder { TargetEncoder(target, announce(SuperKey()), level + 1) }

  func superEncoder(forKey key: Key) -> any Encoder {
    TargetEncoder(target, announce(key), level + 1)
  }

  /// Writes a key.
  @inline(__always)
  private func enter(_ key: some CodingKey) throws {
    try target.enter(slot, level)
    try target.append(key: key.stringValue)
  }

  /// Writes a key and awaits its value.
  ///
  /// - Returns: The value's slot, 0 when the key could not be written.
  private func announce(_ key: some CodingKey) -> Int {
    do {
      try enter(key)
      return target.expect(key)
    } catch {
      target.fail(error, key)
      return 0
    }
  }

  /// Writes a key and the scalar that `body` writes.
  @inline(__always)
  private func put(
    _ value: some Encodable,
    _ key: Key,
    _ body: () throws -> Void
  ) throws {
    try enter(key)
    do { try body() } catch { throw target.located(error, value, key) }
  }
}

// One function for each scalar, as the protocol has it.
extension TargetKeyedContainer {
  func encodeNil(forKey key: Key) throws {
    try enter(key)
    try target.output.writeNull()
  }

  func encode(_ value: Bool, forKey key: Key) throws {
    try put(value, key) { try target.output.write(value) }
  }

  func encode(_ value: String, forKey key: Key) throws {
    try put(value, key) { try target.output.write(value) }
  }

  func encode(_ value: Double, forKey key: Key) throws {
    try put(value, key) { try target.encode(value) }
  }

  func encode(_ value: Float, forKey key: Key) throws {
    try put(value, key) { try target.encode(value) }
  }

  func encode(_ value: Int, forKey key: Key) throws {
    try put(value, key) { try target.output.write(Int64(value)) }
  }

  func encode(_ value: Int8, forKey key: Key) throws {
    try put(value, key) { try target.output.write(Int64(value)) }
  }

  func encode(_ value: Int16, forKey key: Key) throws {
    try put(value, key) { try target.output.write(Int64(value)) }
  }

  func encode(_ value: Int32, forKey key: Key) throws {
    try put(value, key) { try target.output.write(Int64(value)) }
  }

  func encode(_ value: Int64, forKey key: Key) throws {
    try put(value, key) { try target.output.write(value) }
  }

  func encode(_ value: UInt, forKey key: Key) throws {
    try put(value, key) { try target.output.write(UInt64(value)) }
  }

  func encode(_ value: UInt8, forKey key: Key) throws {
    try put(value, key) { try target.output.write(UInt64(value)) }
  }

  func encode(_ value: UInt16, forKey key: Key) throws {
    try put(value, key) { try target.output.write(UInt64(value)) }
  }

  func encode(_ value: UInt32, forKey key: Key) throws {
    try put(value, key) { try target.output.write(UInt64(value)) }
  }

  func encode(_ value: UInt64, forKey key: Key) throws {
    try put(value, key) { try target.output.write(value) }
  }

  func encode(_ value: Int128, forKey key: Key) throws {
    try put(value, key) { try target.encode(wide: value) }
  }

  func encode(_ value: UInt128, forKey key: Key) throws {
    try put(value, key) { try target.encode(wide: value) }
  }
}
