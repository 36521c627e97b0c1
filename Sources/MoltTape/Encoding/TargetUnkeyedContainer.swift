/// An array that a value encodes itself to.
struct TargetUnkeyedContainer: UnkeyedEncodingContainer {
  let target: EncodingTarget
  private let place: Place
  /// How many elements have been encoded.
  private(set) var count = 0

  /// Slot and level, together one word: with more than three words an existential would allocate.
  private struct Place {
    let slot: UInt32
    let level: UInt32
  }

  init(_ target: EncodingTarget, _ slot: Int, _ level: Int) {
    self.target = target
    place = Place(
      slot: UInt32(truncatingIfNeeded: slot),
      level: UInt32(truncatingIfNeeded: level)
    )
  }

  private var slot: Int { Int(place.slot) }
  private var level: Int { Int(place.level) }

  var codingPath: [any CodingKey] { target.path(slot, level) }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    try target.enter(slot, level)
    let index = count
    count += 1
    try target.encode(value, target.plan(Value.self), under: IndexKey(index))
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    let slot = announce()
    target.open(slot, level + 1, isMap: true)
    return target.container(keyedBy, slot, level + 1)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let slot = announce()
    target.open(slot, level + 1, isMap: false)
    return TargetUnkeyedContainer(target, slot, level + 1)
  }

  mutating func superEncoder() -> any Encoder { TargetEncoder(target, announce(), level + 1) }

  /// Awaits an element.
  ///
  /// - Returns: Its slot, 0 when it has no place any more.
  private mutating func announce() -> Int {
    let key = IndexKey(count)
    count += 1
    do {
      try target.enter(slot, level)
      return target.expect(key)
    } catch {
      target.fail(error, key)
      return 0
    }
  }

  /// Writes the scalar that `body` writes.
  @inline(__always)
  private mutating func put(_ value: some Encodable, _ body: () throws -> Void) throws {
    try target.enter(slot, level)
    do { try body() } catch { throw target.located(error, value, IndexKey(count)) }
    count += 1
  }
}

// One function for each scalar, as the protocol has it.
extension TargetUnkeyedContainer {
  mutating func encodeNil() throws {
    try target.enter(slot, level)
    try target.output.writeNull()
    count += 1
  }

  mutating func encode(_ value: Bool) throws {
    try put(value) { [target] () throws in try target.output.write(value) }
  }

  mutating func encode(_ value: String) throws {
    try put(value) { [target] () throws in try target.output.write(value) }
  }

  mutating func encode(_ value: Double) throws {
    try put(value) { [target] () throws in try target.encode(value) }
  }

  mutating func encode(_ value: Float) throws {
    try put(value) { [target] () throws in try target.encode(value) }
  }

  mutating func encode(_ value: Int) throws {
    try put(value) { [target] () throws in try target.output.write(Int64(value)) }
  }

  mutating func encode(_ value: Int8) throws {
    try put(value) { [target] () throws in try target.output.write(Int64(value)) }
  }

  mutating func encode(_ value: Int16) throws {
    try put(value) { [target] () throws in try target.output.write(Int64(value)) }
  }

  mutating func encode(_ value: Int32) throws {
    try put(value) { [target] () throws in try target.output.write(Int64(value)) }
  }

  mutating func encode(_ value: Int64) throws {
    try put(value) { [target] () throws in try target.output.write(value) }
  }

  mutating func encode(_ value: UInt) throws {
    try put(value) { [target] () throws in try target.output.write(UInt64(value)) }
  }

  mutating func encode(_ value: UInt8) throws {
    try put(value) { [target] () throws in try target.output.write(UInt64(value)) }
  }

  mutating func encode(_ value: UInt16) throws {
    try put(value) { [target] () throws in try target.output.write(UInt64(value)) }
  }

  mutating func encode(_ value: UInt32) throws {
    try put(value) { [target] () throws in try target.output.write(UInt64(value)) }
  }

  mutating func encode(_ value: UInt64) throws {
    try put(value) { [target] () throws in try target.output.write(value) }
  }

  mutating func encode(_ value: Int128) throws {
    try put(value) { [target] () throws in try target.encode(wide: value) }
  }

  mutating func encode(_ value: UInt128) throws {
    try put(value) { [target] () throws in try target.encode(wide: value) }
  }
}
