internal import CMoltPython

/// What a call of `…_loads` asks for, from the bits that `_codecs.pyi` documents.
struct BuildingRules: OptionSet {
  let rawValue: Int

  /// `json_fallback` is asked about what strict JSON refuses.
  static let compatible = BuildingRules(rawValue: 1)
  /// The garbage collector stays on.
  static let keepCollecting = BuildingRules(rawValue: 2)
  /// A key may come once.
  static let uniqueKeys = BuildingRules(rawValue: 4)
  /// MessagePack's str and bin both become bytes.
  static let raw = BuildingRules(rawValue: 256)
  /// Arrays become tuples.
  static let tuples = BuildingRules(rawValue: 512)
  /// Keys are str or bytes.
  static let strictKeys = BuildingRules(rawValue: 1024)

  /// What a timestamp of MessagePack becomes.
  var timestamp: Int { rawValue >> 16 & 3 }
}
