/// Base64 with padding, as SCRAM uses it.
///
/// Source: RFC 4648, section 4.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  /// The text of `bytes`.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0..<4 {
        let digit = value >> (18 - 6 * index) & 63
        text.append(index <= group.count ? alphabet[digit] : UInt8(ascii: "="))
      }
    }
    return text
  }

  /// The bytes of `text`; nil for anything that ``encode(_:)`` would not have written.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    var value = 0
    var digits = 0
    for byte in text where byte != UInt8(ascii: "=") {
      guard let digit = digit(byte) else { return nil }
      value = (value << 6 | digit) & 0xFF_FFFF
      digits += 1
      // 12, 18 and 24 bits are there after the second, third and fourth digit.
      let spare = (4 - digits % 4) * 2 % 8
      if digits % 4 != 1 { bytes.append(UInt8(truncatingIfNeeded: value >> spare)) }
    }
    return encode(bytes).elementsEqual(text) ? bytes : nil
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 97 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
