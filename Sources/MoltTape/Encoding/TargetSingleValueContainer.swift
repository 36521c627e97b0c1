/// A scalar that a value encodes itself to, or another value that takes its place.
struct TargetSingleValueContainer: SingleValueEncodingContainer {
  let target: EncodingTarget
  let slot: Int
  let level: Int

  var codingPath: [any CodingKey] { target.path(slot, level) }

  func encode<Value: Encodable>(_ value: Value) throws {
    let key = target.awaitedKey
    try target.enterValue(slot)
    let plan = target.plan(Value.self)
    if plan.kind != .byItself { return try target.encode(value, plan, under: key) }
    target.expect(slot, key)
    try value.encode(to: TargetEncoder(target, slot, level))
  }

  /// Writes the scalar that `body` writes.
  @inline(__always)
  private func put(_ value: some Encodable, _ body: () throws -> Void) throws {
    let key = target.awaitedKey
    try target.enterValue(slot)
    do { try body() } catch { throw target.located(error, value, key) }
  }
}

// One function for each scalar, as the protocol has it.
extension TargetSingleValueContainer {
  func encodeNil() throws {
    try target.enterValue(slot)
    try target.output.writeNull()
  }

  func encode(_ value: Bool) throws { try put(value) { try target.output.write(value) } }

  func encode(_ value: String) throws { try put(value) { try target.output.write(value) } }

  func encode(_ value: Double) throws { try put(value) { try target.encode(value) } }

  func encode(_ value: Float) throws { try put(value) { try target.encode(value) } }

  func encode(_ value: Int) throws { try put(value) { try target.output.write(Int64(value)) } }

  func encode(_ value: Int8) throws { try put(value) { try target.output.write(Int64(value)) } }

  func encode(_ value: Int16) throws { try put(value) { try target.output.write(Int64(value)) } }

  func encode(_ value: Int32) throws { try put(value) { try target.output.write(Int64(value)) } }

  func encode(_ value: Int64) throws { try put(value) { try target.output.write(value) } }

  func encode(_ value: UInt) throws { try put(value) { try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt8) throws { try put(value) { try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt16) throws { try put(value) { try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt32) throws { try put(value) { try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt64) throws { try put(value) { try target.output.write(value) } }

  func encode(_ value: Int128) throws { try put(value) { try target.encode(wide: value) } }

  func encode(_ value: UInt128) throws { try put(value) { try target.encode(wide: value) } }
}
