/// Why bytes could not be read as CBOR.
///
/// Offsets count from the first byte of the input.
public enum CBORError: Error, Equatable, Sendable {
  /// The value that starts at `offset` needs at least `needed` bytes, and fewer are left.
  case endOfInput(offset: Int, needed: Int)
  /// The value at `offset` is of another family than the caller asked for.
  case mismatch(offset: Int, expected: CBORKind, found: CBORKind)
  /// The number at `offset` does not fit the type the caller asked for.
  case outOfRange(offset: Int)
  /// The text at `offset`, or one of its chunks, holds bytes that are not UTF-8.
  case invalidUTF8(offset: Int)
  /// The value at `offset` is nested deeper than the caller's limit.
  case tooDeep(offset: Int)
  /// The head at `offset` is one that RFC 8949 keeps for later versions.
  case reserved(offset: Int)
  /// The break at `offset` ends nothing, or stands where a value is missing.
  case unexpectedBreak(offset: Int)
  /// What stands at `offset` is no chunk of the string around it.
  case invalidChunk(offset: Int)
  /// The string at `offset` comes in chunks, which have no view as one.
  case inChunks(offset: Int)
  /// A value ended at `offset`, and more bytes follow.
  case trailingData(offset: Int)
  /// The input, or the string at `offset`, is longer than the caller's limit.
  case tooLong(offset: Int)
  /// The key at `offset` stands in its map a second time, and the caller's limits refuse that.
  case duplicateKey(offset: Int)
  /// What stands at `offset` is not encoded as the deterministic encoding asks (section 4.2).
  case notDeterministic(offset: Int, CBORDeviation)

  /// Where the fault stands.
  public var offset: Int {
    switch self {
    case .endOfInput(let offset, _), .mismatch(let offset, _, _), .outOfRange(let offset),
      .invalidUTF8(let offset), .tooDeep(let offset), .reserved(let offset),
      .unexpectedBreak(let offset), .invalidChunk(let offset), .inChunks(let offset),
      .trailingData(let offset), .tooLong(let offset), .duplicateKey(let offset),
      .notDeterministic(let offset, _):
      offset
    }
  }

  /// What is wrong, as one sentence.
  public var message: String {
    switch self {
    case .endOfInput(let offset, let needed):
      "the CBOR value at byte \(offset) needs at least \(needed) bytes, but the input ends"
    case .mismatch(let offset, let expected, let found):
      "at byte \(offset) stands \(found.name), where \(expected.name) is expected"
    case .outOfRange(let offset):
      "the number at byte \(offset) is out of range"
    case .invalidUTF8(let offset):
      "the text string at byte \(offset) is not valid UTF-8"
    case .tooDeep(let offset):
      "the value at byte \(offset) is nested too deeply"
    case .reserved(let offset):
      "the head at byte \(offset) is not CBOR"
    case .unexpectedBreak(let offset):
      "the break at byte \(offset) stands where a value is missing"
    case .invalidChunk(let offset):
      "at byte \(offset) stands no chunk of the string around it"
    case .inChunks(let offset):
      "the string at byte \(offset) comes in chunks, which have to be copied"
    case .trailingData(let offset):
      "the value ends at byte \(offset), but more bytes follow"
    case .tooLong(let offset):
      "what starts at byte \(offset) is longer than the limit"
    case .duplicateKey(let offset):
      "the key at byte \(offset) stands in its map twice"
    case .notDeterministic(let offset, let deviation):
      "at byte \(offset) \(deviation.message)"
    }
  }
}

/// What keeps an encoding from being deterministic.
///
/// Source: RFC 8949, section 4.2.
public enum CBORDeviation: Equatable, Sendable {
  /// A number, length or count takes more bytes than it needs.
  case longHead
  /// A float takes more bytes than it needs.
  case longFloat
  /// A string, array or map has no length.
  case indefiniteLength
  /// A big integer fits 64 bits, or starts with a zero.
  case longInteger
  /// A key stands behind one that it should precede.
  case keyOrder

  var message: String {
    switch self {
    case .longHead: "a number takes more bytes than it needs"
    case .longFloat: "a float takes more bytes than it needs"
    case .indefiniteLength: "something of indefinite length begins"
    case .longInteger: "a big integer takes more bytes than it needs"
    case .keyOrder: "a key is out of order"
    }
  }
}
