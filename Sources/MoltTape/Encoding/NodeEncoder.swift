/// What a value encodes itself to where the result is a tree.
struct NodeEncoder: Encoder {
  let node: EncodedNode
  let codingPath: [any CodingKey]
  let target: EncodingTarget

  var userInfo: [CodingUserInfoKey: Any] { target.options.userInfo }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
    node.becomeMap()
    return KeyedEncodingContainer(NodeKeyedContainer(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    _ = node.elementCount()
    return NodeUnkeyedContainer(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    NodeSingleValueContainer(encoder: self)
  }

  /// Encodes the value.
  func encode(_ value: some Encodable) throws {
    guard let dictionary = value as? any NamedValues else { return try value.encode(to: self) }
    try dictionary.encode(toTree: self)
  }

  /// The encoder of a value inside of this one.
  func inner(_ node: EncodedNode, _ key: any CodingKey) -> NodeEncoder {
    NodeEncoder(node: node, codingPath: codingPath + [key], target: target)
  }
}

/// A map in a tree.
private struct NodeKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: NodeEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try inner(key).encode(value)
  }

  func encodeNil(forKey key: Key) {
    inner(key).node.content = .scalar { target in try target.output.writeNull() }
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> { inner(key).container(keyedBy: keyedBy) }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    inner(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { inner(SuperKey()) }
  func superEncoder(forKey key: Key) -> any Encoder { inner(key) }

  private func inner(_ key: some CodingKey) -> NodeEncoder {
    let name = encoder.target.converted(key.stringValue)
    return encoder.inner(encoder.node.value(of: name), key)
  }
}

/// An array in a tree.
private struct NodeUnkeyedContainer: UnkeyedEncodingContainer {
  let encoder: NodeEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int { encoder.node.elementCount() ?? 0 }

  func encode<Value: Encodable>(_ value: Value) throws { try inner().encode(value) }

  func encodeNil() { inner().node.content = .scalar { target in try target.output.writeNull() } }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> { inner().container(keyedBy: keyedBy) }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { inner().unkeyedContainer() }

  func superEncoder() -> any Encoder { inner() }

  private func inner() -> NodeEncoder {
    let key = IndexKey(count)
    return encoder.inner(encoder.node.append(), key)
  }
}

/// A scalar in a tree, or another value that takes its place.
private struct NodeSingleValueContainer: SingleValueEncodingContainer {
  let encoder: NodeEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  func encode<Value: Encodable>(_ value: Value) throws { try encoder.encode(value) }

  func encodeNil() { put { target in try target.output.writeNull() } }

  private func put(_ write: @escaping (EncodingTarget) throws -> Void) {
    encoder.node.content = .scalar(write)
  }

  func encode(_ value: Bool) { put { target in try target.output.write(value) } }

  func encode(_ value: String) { put { target in try target.output.write(value) } }

  func encode(_ value: Double) { put { target in try target.encode(value) } }

  func encode(_ value: Float) { put { target in try target.encode(value) } }

  func encode(_ value: Int) { put { target in try target.output.write(Int64(value)) } }

  func encode(_ value: Int8) { put { target in try target.output.write(Int64(value)) } }

  func encode(_ value: Int16) { put { target in try target.output.write(Int64(value)) } }

  func encode(_ value: Int32) { put { target in try target.output.write(Int64(value)) } }

  func encode(_ value: Int64) { put { target in try target.output.write(value) } }

  func encode(_ value: UInt) { put { target in try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt8) { put { target in try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt16) { put { target in try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt32) { put { target in try target.output.write(UInt64(value)) } }

  func encode(_ value: UInt64) { put { target in try target.output.write(value) } }

  func encode(_ value: Int128) { put { target in try target.encode(wide: value) } }

  func encode(_ value: UInt128) { put { target in try target.encode(wide: value) } }
}

/// A dictionary whose keys are texts, which are written as they are.
private protocol NamedValues {
  func encode(toTree encoder: NodeEncoder) throws
}

extension Dictionary: NamedValues where Key == String, Value: Encodable {
  func encode(toTree encoder: NodeEncoder) throws {
    encoder.node.becomeMap()
    for (name, value) in self {
      try encoder.inner(encoder.node.value(of: name), NameKey(name)).encode(value)
    }
  }
}
