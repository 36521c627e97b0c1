internal import CMoltIntrinsics

/// Writes `\uXXXX` for one UTF-16 unit.
///
/// - Parameters:
///   - unit: The unit, 16 bits.
///   - destination: Room for 8 bytes; the last two are scratch.
/// - Returns: 6, the number of bytes that count.
@inline(__always)
func writeUnicodeEscape(_ unit: UInt32, to destination: UnsafeMutablePointer<UInt8>) -> Int {
  // One nibble per byte, the highest in the lowest byte, which is written first.
  let nibbles =
    (unit >> 12 & 0xF) | (unit >> 8 & 0xF) << 8 | (unit >> 4 & 0xF) << 16 | (unit & 0xF) << 24
  // A nibble of 10 or more carries into bit 4 when 6 is added; it then needs 39 more to be a letter.
  let letters = (nibbles &+ 0x0606_0606) >> 4 & 0x0101_0101
  let digits = nibbles &+ 0x3030_3030 &+ letters &* 39
  unsafe molt_store64(destination, (UInt64(digits) << 16 | 0x755C).littleEndian)
  return 6
}

/// Writes a code point above 0x7F as one or two `\uXXXX`.
///
/// - Parameters:
///   - scalar: The code point.
///   - destination: Room for 14 bytes; the last two are scratch.
/// - Returns: The number of bytes that count.
@inline(__always)
func writeUnicodeEscapes(scalar: UInt32, to destination: UnsafeMutablePointer<UInt8>) -> Int {
  guard scalar >= 0x10000 else { return unsafe writeUnicodeEscape(scalar, to: destination) }
  let offset = scalar &- 0x10000
  _ = unsafe writeUnicodeEscape(0xD800 | offset >> 10, to: destination)
  return unsafe 6 + writeUnicodeEscape(0xDC00 | offset & 0x3FF, to: destination + 6)
}

/// Writes the escape of an ASCII character that cannot stand for itself.
///
/// - Parameters:
///   - byte: The character.
///   - destination: Room for 8 bytes; those after the escape are scratch.
/// - Returns: The number of bytes that count.
@inline(__always)
func writeASCIIEscape(_ byte: UInt8, to destination: UnsafeMutablePointer<UInt8>) -> Int {
  let letter: UInt8 =
    switch byte {
    case 0x22: 0x22
    case 0x5C: 0x5C
    case 0x0A: 0x6E
    case 0x0D: 0x72
    case 0x09: 0x74
    case 0x08: 0x62
    case 0x0C: 0x66
    default: 0
    }
  guard letter != 0 else { return unsafe writeUnicodeEscape(UInt32(byte), to: destination) }
  unsafe destination[0] = 0x5C
  unsafe destination[1] = letter
  return 2
}
