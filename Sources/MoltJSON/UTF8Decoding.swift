/// One character of valid UTF-8.
struct DecodedScalar {
  /// The code point.
  var value: UInt32
  /// How many bytes it takes; 0 when the bytes are not valid UTF-8.
  var byteCount: Int

  static let invalid = DecodedScalar(value: 0, byteCount: 0)
}

/// Reads the character that starts at `source[0]`, a byte of 0x80 or above.
///
/// Rejects overlong forms, surrogates, values above U+10FFFF and characters cut off by the end
/// (The Unicode Standard, table 3-7).
///
/// - Parameters:
///   - source: The character's first byte.
///   - available: How many bytes may be read; at least 1.
/// - Returns: The character, or ``DecodedScalar/invalid``.
@inline(__always)
func decodeMultibyte(_ source: UnsafePointer<UInt8>, available: Int) -> DecodedScalar {
  let first = unsafe UInt32(source[0])
  guard first >= 0xC2, available >= 2 else { return .invalid }
  let second = unsafe UInt32(source[1]) ^ 0x80
  guard second < 0x40 else { return .invalid }
  if first < 0xE0 {
    return DecodedScalar(value: (first & 0x1F) << 6 | second, byteCount: 2)
  }
  guard available >= 3 else { return .invalid }
  let third = unsafe UInt32(source[2]) ^ 0x80
  guard third < 0x40 else { return .invalid }
  if first < 0xF0 {
    let value = (first & 0x0F) << 12 | second << 6 | third
    let isValid = value >= 0x800 && value & 0xF800 != 0xD800
    return isValid ? DecodedScalar(value: value, byteCount: 3) : .invalid
  }
  guard first < 0xF5, available >= 4 else { return .invalid }
  let fourth = unsafe UInt32(source[3]) ^ 0x80
  let value = (first & 0x07) << 18 | second << 12 | third << 6 | fourth
  let isValid = fourth < 0x40 && value >= 0x10000 && value <= 0x10FFFF
  return isValid ? DecodedScalar(value: value, byteCount: 4) : .invalid
}
