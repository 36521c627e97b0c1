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
    var start = 0
    while start + 3 <= bytes.count {
      let group =
        UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2])
      text.append(character(group >> 18))
      text.append(character(group >> 12))
      text.append(character(group >> 6))
      text.append(character(group))
      start += 3
    }
    let rest = bytes.count - start
    guard rest > 0 else { return }
    let second = rest == 2 ? UInt32(bytes[start + 1]) : 0
    let group = UInt32(bytes[start]) << 16 | second << 8
    text.append(character(group >> 18))
    text.append(character(group >> 12))
    if rest == 2 { text.append(character(group >> 6)) }
    if isPadded { text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - rest)) }
  }

  /// The bytes of `text`, or the offset of the first character that cannot be.
  ///
  /// - Complexity: O(count)
  public func decode(_ text: Span<UInt8>) throws(Base64Error) -> [UInt8] {
    let count = try unpaddedCount(text)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count / 4 * 3 + 2)
    var value: UInt32 = 0
    for offset in 0..<count {
      guard let digit = digit(text[offset]) else { throw Base64Error(offset: offset) }
      value = value << 6 | digit
      guard offset % 4 == 3 else { continue }
      bytes.append(UInt8(truncatingIfNeeded: value >> 16))
      bytes.append(UInt8(truncatingIfNeeded: value >> 8))
      bytes.append(UInt8(truncatingIfNeeded: value))
    }
    try appendRest(value, digits: count % 4, at: count - 1, to: &bytes)
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

  private func character(_ value: UInt32) -> UInt8 {
    switch UInt8(truncatingIfNeeded: value & 63) {
    case let digit where digit < 26: return digit + 65
    case let digit where digit < 52: return digit + 71
    case let digit where digit < 62: return digit - 4
    case 62: return self == .url ? UInt8(ascii: "-") : UInt8(ascii: "+")
    default: return self == .url ? UInt8(ascii: "_") : UInt8(ascii: "/")
    }
  }

  private func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): return UInt32(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return UInt32(character) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(character) + 4
    case UInt8(ascii: "+"), UInt8(ascii: "/"):
      return self == .url ? nil : (character == UInt8(ascii: "+") ? 62 : 63)
    case UInt8(ascii: "-"), UInt8(ascii: "_"):
      return self == .url ? (character == UInt8(ascii: "-") ? 62 : 63) : nil
    default: return nil
    }
  }
}

/// A text that is not Base64, and where.
public struct Base64Error: Error, Equatable, Sendable {
  /// The offset of the first character that cannot be.
  public let offset: Int
}
