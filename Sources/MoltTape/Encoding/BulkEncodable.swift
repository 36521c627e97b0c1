/// A type of the standard library that is encoded without a container of its own.
///
/// `Array.encode(to:)` hands each element to a container through three dynamic calls.
protocol BulkEncodable: Encodable {
  /// Encodes a value whose key has been written, or whose place in an array has come.
  static func encode(_ value: Self, to target: EncodingTarget, under key: (any CodingKey)?) throws
}

extension Optional: BulkEncodable where Wrapped: Encodable {
  static func encode(_ value: Self, to target: EncodingTarget, under key: (any CodingKey)?) throws {
    guard let value else { return try target.output.writeNull() }
    try target.encode(value, target.plan(Wrapped.self), under: key)
  }
}

extension Array: BulkEncodable where Element: Encodable {
  static func encode(_ value: Self, to target: EncodingTarget, under key: (any CodingKey)?) throws {
    let plan = target.plan(Element.self)
    let level = try target.beginBulk(under: key, isMap: false, count: value.count)
    // Not over the indices, whose types the runtime would look for.
    var index = 0
    while index < value.count {
      try target.encode(value[index], plan, under: IndexKey(index))
      index &+= 1
    }
    try target.endBulk(level)
  }
}

extension Dictionary: BulkEncodable where Key: Encodable, Value: Encodable {
  static func encode(_ value: Self, to target: EncodingTarget, under key: (any CodingKey)?) throws {
    guard Key.self == String.self else { return try target.encode(byItself: value, under: key) }
    // Safety: the keys are strings, as was just found.
    let pairs = unsafe unsafeBitCast(value, to: [String: Value].self)
    let plan = target.plan(Value.self)
    let level = try target.beginBulk(under: key, isMap: true, count: value.count)
    for (name, value) in pairs {
      try target.output.write(key: name)
      try target.encode(value, plan, under: NameKey(name))
    }
    try target.endBulk(level)
  }
}

/// A dictionary's key.
struct NameKey: CodingKey {
  let stringValue: String

  init(_ name: String) { stringValue = name }
  init?(intValue: Int) { nil }
  init?(stringValue: String) { self.stringValue = stringValue }

  var intValue: Int? { nil }
}
