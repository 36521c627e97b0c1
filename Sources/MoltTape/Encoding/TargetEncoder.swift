/// What a value encodes itself to: a slot of an ``EncodingTarget``.
struct TargetEncoder: Encoder {
  let target: EncodingTarget
  let slot: Int
  /// How many levels are open above the value.
  let level: Int

  init(_ target: EncodingTarget, _ slot: Int, _ level: Int) {
    self.target = target
    self.slot = slot
    self.level = level
  }

  var codingPath: [any CodingKey] { target.path(slot, level) }
  var userInfo: [CodingUserInfoKey: Any] { target.options.userInfo }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
    target.open(slot, level, isMap: true)
    return target.container(keyedBy, slot, level)
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    target.open(slot, level, isMap: false)
    return TargetUnkeyedContainer(target, slot, level)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    TargetSingleValueContainer(target: target, slot: slot, level: level)
  }
}

/// A place in an array, as a key.
struct IndexKey: CodingKey {
  let index: Int

  init(_ index: Int) { self.index = index }
  init?(intValue: Int) { index = intValue }
  init?(stringValue: String) { nil }

  var intValue: Int? { index }
  var stringValue: String { "Index \(index)" }
}

/// The key under which a super encoder encodes.
struct SuperKey: CodingKey {
  init() {}
  init?(intValue: Int) { nil }
  init?(stringValue: String) { if stringValue != "super" { return nil } }

  var intValue: Int? { nil }
  var stringValue: String { "super" }
}
