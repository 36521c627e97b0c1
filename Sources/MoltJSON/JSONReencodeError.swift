/// Why a JSON document was not written.
///
/// Some of these are errors for Python too, others only mean that equal bytes are not certain; in
/// both cases the Python path has to answer. Offsets count bytes from the document's start.
public enum JSONReencodeError: Error, Equatable, Sendable {
  /// The document ends where more must follow.
  case unexpectedEnd(offset: Int)
  /// The byte at `offset` cannot stand there.
  case unexpectedByte(offset: Int)
  /// Something other than white space follows the document's value.
  case trailingData(offset: Int)
  /// A string holds a character below U+0020 as it is.
  case controlCharacter(offset: Int)
  /// The escape that starts at `offset` does not exist or is not complete.
  case invalidEscape(offset: Int)
  /// The bytes at `offset` are not UTF-8.
  case invalidUTF8(offset: Int)
  /// The escape at `offset` is half of a surrogate pair, which UTF-8 cannot hold.
  case loneSurrogate(offset: Int)
  /// The key at `offset` stood in the same object before; Python keeps the last of them.
  case duplicateKey(offset: Int)
  /// Arrays and objects are nested deeper than 200.
  case tooDeep(offset: Int)
  /// An integer of more than 4,300 digits, which Python refuses to convert.
  case integerTooLong(offset: Int)
  /// An integer outside 64 bits, or a document over 4 GiB, where MessagePack is written.
  case outOfRange(offset: Int)
  /// `NaN`, `Infinity` or a number that overflows, in a style without them.
  case notFinite(offset: Int)

  /// Where in the document it happened, in bytes.
  public var offset: Int {
    switch self {
    case .unexpectedEnd(let offset): offset
    case .unexpectedByte(let offset): offset
    case .trailingData(let offset): offset
    case .controlCharacter(let offset): offset
    case .invalidEscape(let offset): offset
    case .invalidUTF8(let offset): offset
    case .loneSurrogate(let offset): offset
    case .duplicateKey(let offset): offset
    case .tooDeep(let offset): offset
    case .integerTooLong(let offset): offset
    case .outOfRange(let offset): offset
    case .notFinite(let offset): offset
    }
  }

  /// One sentence about it.
  public var message: String {
    let what =
      switch self {
      case .unexpectedEnd: "the JSON document ends too early"
      case .unexpectedByte: "the JSON document has an unexpected character"
      case .trailingData: "the JSON document goes on after its value"
      case .controlCharacter: "a JSON string holds a control character"
      case .invalidEscape: "a JSON string holds an escape that does not exist"
      case .invalidUTF8: "the JSON document is not UTF-8"
      case .loneSurrogate: "a JSON string holds half a surrogate pair"
      case .duplicateKey: "a JSON object has the same key twice"
      case .tooDeep: "the JSON document is nested deeper than 200"
      case .integerTooLong: "a JSON integer has more than 4,300 digits"
      case .outOfRange: "a JSON integer does not fit in 64 bits"
      case .notFinite: "a JSON number is not finite"
      }
    return "\(what) at byte \(offset)"
  }
}
