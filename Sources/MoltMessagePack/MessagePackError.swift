/// Why bytes could not be read as MessagePack.
///
/// Offsets count from the first byte of the input.
public enum MessagePackError: Error, Equatable, Sendable {
  /// The value that starts at `offset` needs at least `needed` bytes, and fewer are left.
  case endOfInput(offset: Int, needed: Int)
  /// The value at `offset` is of another family than the caller asked for.
  case mismatch(offset: Int, expected: MessagePackKind, found: MessagePackKind)
  /// The integer at `offset` does not fit the type the caller asked for.
  case outOfRange(offset: Int)
  /// The str at `offset` holds bytes that are not UTF-8.
  case invalidUTF8(offset: Int)
  /// The value at `offset` is nested deeper than the caller's limit.
  case tooDeep(offset: Int)
  /// The byte at `offset` is 0xC1, which MessagePack never uses.
  case reserved(offset: Int)
  /// A value ended at `offset`, and more bytes follow.
  case trailingData(offset: Int)
  /// The input, or the str, bin or extension at `offset`, is longer than the caller's limit.
  case tooLong(offset: Int)
  /// The key at `offset` stands in its map a second time, and the caller's limits refuse that.
  case duplicateKey(offset: Int)

  /// Where the value that could not be read starts.
  public var offset: Int {
    switch self {
    case .endOfInput(let offset, _), .mismatch(let offset, _, _), .outOfRange(let offset),
      .invalidUTF8(let offset), .tooDeep(let offset), .reserved(let offset),
      .trailingData(let offset), .tooLong(let offset), .duplicateKey(let offset):
      offset
    }
  }

  /// What is wrong, as one sentence.
  public var message: String {
    switch self {
    case .endOfInput(let offset, let needed):
      "the MessagePack value at byte \(offset) needs at least \(needed) bytes, but the input ends"
    case .mismatch(let offset, let expected, let found):
      "at byte \(offset) stands \(found.name), where \(expected.name) is expected"
    case .outOfRange(let offset):
      "the integer at byte \(offset) is out of range"
    case .invalidUTF8(let offset):
      "the str at byte \(offset) is not valid UTF-8"
    case .tooDeep(let offset):
      "the value at byte \(offset) is nested too deeply"
    case .reserved(let offset):
      "the byte 0xC1 at \(offset) is not MessagePack"
    case .trailingData(let offset):
      "the value ends at byte \(offset), but more bytes follow"
    case .tooLong(let offset):
      "what starts at byte \(offset) is longer than the limit"
    case .duplicateKey(let offset):
      "the key at byte \(offset) stands in its map twice"
    }
  }
}
