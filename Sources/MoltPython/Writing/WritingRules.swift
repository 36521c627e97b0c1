/// What a call of `…_dumps` asks for, from the bits that `_codecs.pyi` documents.
struct WritingRules: OptionSet {
  let rawValue: Int

  /// MessagePack without bin types.
  static let oldTypes = WritingRules(rawValue: 1)
  /// MessagePack with floats of 32 bits.
  static let singleFloats = WritingRules(rawValue: 2)

  static let spaced = WritingRules(rawValue: 4)
  static let sortKeys = WritingRules(rawValue: 8)
  static let skipKeys = WritingRules(rawValue: 16)
  static let nanNull = WritingRules(rawValue: 32)
  static let nanLiteral = WritingRules(rawValue: 64)
  static let resultBytes = WritingRules(rawValue: 128)
  static let newLine = WritingRules(rawValue: 256)
  static let djangoTypes = WritingRules(rawValue: 512)
  static let drfTypes = WritingRules(rawValue: 1024)
  static let isoTypes = WritingRules(rawValue: 2048)

  /// Whether NaN and the infinities can be written.
  static let nanValues: WritingRules = [.nanNull, .nanLiteral]

  /// Whether dates, decimals and the like are written as texts.
  static let textTypes: WritingRules = [.djangoTypes, .drfTypes, .isoTypes]

  /// Which characters of a text are escapes in JSON.
  var escapes: Int { rawValue & 3 }
  /// By how much each level is indented; nil for none.
  var indent: Int? {
    let shifted = rawValue >> 16 & 0xFF
    return shifted == 0 ? nil : shifted - 1
  }

  /// Whether any of the bits is set.
  @inline(__always)
  func hasAny(of rules: WritingRules) -> Bool { rawValue & rules.rawValue != 0 }
}
