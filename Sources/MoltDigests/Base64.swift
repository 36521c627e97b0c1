/// Bytes in 64 characters, with either alphabet of RFC 4648, sections 4 and 5.
///
/// Reading accepts exactly what writing makes: nothing between the characters, no bits behind the
/// last byte.
public enum Base64: Sendable {
  /// `+` and `/`, and `=` to a multiple of four characters.
  case standard
  /// `+` and `/` without `=`, as password hashes write it.
  case standardWithoutPadding
  /// `-` and `_` without `=`, as tokens write it.
  case url

  private var isPadded: Bool {
    switch self {
    case .standard: true
    case .standardWithoutPadding, .url: false
    }
  }

  /// The characters of `bytes`.
  ///
  /// - Complexity: O(count)
  public func encode(_ bytes: Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    append(bytes, to: &text)
    return text
  }

  /// Appends the characters of `bytes`.
  ///
  /// - Complexity: O(count)
  public func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    let tables = self == .url ? Base64Tables.url : Base64Tables.standard
    let characters = tables.characters.span
    let rest = bytes.count % 3
    let restCount = rest == 0 ? 0 : isPadded ? 4 : rest + 1
    var place = text.count
    text.append(
      contentsOf: repeatElement(UInt8(ascii: "="), count: bytes.count / 3 * 4 + restCount)
    )
    var output = text.mutableSpan
    var start = 0
    while start &+ 3 <= bytes.count {
      let group =
        Int(bytes[start]) << 16 | Int(bytes[start &+ 1]) << 8 | Int(bytes[start &+ 2])
      output[place] = characters[group >> 18]
      output[place &+ 1] = characters[group >> 12 & 63]
      output[place &+ 2] = characters[group >> 6 & 63]
      output[place &+ 3] = characters[group & 63]
      place &+= 4
      start &+= 3
    }
    guard rest > 0 else { return }
    let second = rest == 2 ? Int(bytes[start + 1]) : 0
    let group = Int(bytes[start]) << 16 | second << 8
    output[place] = characters[group >> 18]
    output[place + 1] = characters[group >> 12 & 63]
    if rest == 2 { output[place + 2] = characters[group >> 6 & 63] }
  }

  /// The bytes of `text`.
  ///
  /// - Throws: ``Base64Error`` with the offset of the first character that cannot be.
  /// - Complexity: O(count)
  public func decode(_ text: Span<UInt8>) throws(Base64Error) -> [UInt8] {
    let tables = self == .url ? Base64Tables.url : Base64Tables.standard
    let digits = tables.digits.span
    let count = try unpaddedCount(text)
    var bytes = [UInt8](repeating: 0, count: count / 4 * 3)
    var (start, made) = (0, 0)
    var output = bytes.mutableSpan
    while start &+ 4 <= count {
      let (a, b) = (digits[Int(text[start])], digits[Int(text[start &+ 1])])
      let (c, d) = (digits[Int(text[start &+ 2])], digits[Int(text[start &+ 3])])
      guard (a | b | c | d) & Base64Tables.none == 0 else { break }
      output[made] = a << 2 | b >> 4
      output[made &+ 1] = b << 4 | c >> 2
      output[made &+ 2] = c << 6 | d
      start &+= 4
      made &+= 3
    }
    var value: UInt32 = 0
    for offset in start..<count {
      let digit = digits[Int(text[offset])]
      guard digit & Base64Tables.none == 0 else { throw Base64Error(offset: offset) }
      value = value << 6 | UInt32(digit)
    }
    try appendRest(value, digits: count - start, at: count - 1, to: &bytes)
    return bytes
  }

  /// The number of characters in front of the padding.
  private func unpaddedCount(_ text: Span<UInt8>) throws(Base64Error) -> Int {
    guard isPadded else { return text.count }
    guard text.count % 4 == 0 else { throw Base64Error(offset: text.count) }
    var count = text.count
    while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
    return count
  }

  private func appendRest(
    _ value: UInt32,
    digits: Int,
    at offset: Int,
    to bytes: inout [UInt8]
  ) throws(Base64Error) {
    switch digits {
    case 0: return
    case 2 where value & 0xF == 0:
      bytes.append(UInt8(truncatingIfNeeded: value >> 4))
    case 3 where value & 0x3 == 0:
      bytes.append(UInt8(truncatingIfNeeded: value >> 10))
      bytes.append(UInt8(truncatingIfNeeded: value >> 2))
    default: throw Base64Error(offset: offset)
    }
  }
}

/// The characters of an alphabet, and what each character stands for.
private struct Base64Tables {
  /// Stands in ``digits`` for characters that are none of the alphabet.
  static let none: UInt8 = 0x80

  static let standard = Base64Tables(last: "+/")
  static let url = Base64Tables(last: "-_")

  let characters: [UInt8]
  let digits: [UInt8]

  private init(last: String) {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    characters = Array(letters.utf8) + Array(last.utf8)
    var digits = [UInt8](repeating: Self.none, count: 256)
    for (value, character) in characters.enumerated() { digits[Int(character)] = UInt8(value) }
    self.digits = digits
  }
}

/// A text that is not Base64, and where.
public struct Base64Error: Error, Equatable, Sendable {
  /// The offset of the first character that cannot be.
  public let offset: Int
}
