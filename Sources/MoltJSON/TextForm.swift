internal import CMoltIntrinsics

/// What becomes of the characters of a string in a document.
enum TextForm {
  /// JSON with the escapes of ``JSONEscapes``.
  case ascii, utf8, drf
  /// The text itself, as UTF-8.
  case raw

  init(_ escapes: JSONEscapes) {
    switch escapes {
    case .ascii: self = .ascii
    case .utf8: self = .utf8
    case .drf: self = .drf
    }
  }

  /// The byte that is special besides those that all forms look at; a quote where there is none.
  var extraSpecial: UInt8 { self == .ascii ? 0x7F : 0x22 }

  /// Whether a character above 0x7F becomes an escape.
  @inline(__always)
  func escapes(multibyte scalar: UInt32) -> Bool {
    self == .ascii || (self == .drf && scalar & ~1 == 0x2028)
  }

  /// Writes one character.
  ///
  /// - Parameters:
  ///   - scalar: A code point; half a surrogate pair only in ``ascii``.
  ///   - destination: Room for 14 bytes; those after the character are scratch.
  /// - Returns: How many bytes count.
  @inline(__always)
  func write(_ scalar: UInt32, to destination: UnsafeMutablePointer<UInt8>) -> Int {
    if scalar < 0x80 {
      let byte = UInt8(truncatingIfNeeded: scalar)
      if self != .raw && molt_is_special(byte, extraSpecial, false) {
        return unsafe writeASCIIEscape(byte, to: destination)
      }
      unsafe destination[0] = byte
      return 1
    }
    if escapes(multibyte: scalar) {
      return unsafe writeUnicodeEscapes(scalar: scalar, to: destination)
    }
    return unsafe writeUTF8(scalar, to: destination)
  }
}

/// Writes a code point above 0x7F as UTF-8.
///
/// - Parameters:
///   - scalar: The code point, no surrogate.
///   - destination: Room for 4 bytes.
/// - Returns: How many bytes it took.
private func writeUTF8(_ scalar: UInt32, to destination: UnsafeMutablePointer<UInt8>) -> Int {
  let low = UInt8(truncatingIfNeeded: scalar & 0x3F | 0x80)
  let second = UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F | 0x80)
  if scalar < 0x800 {
    unsafe destination[0] = UInt8(truncatingIfNeeded: scalar >> 6 | 0xC0)
    unsafe destination[1] = low
    return 2
  }
  if scalar < 0x10000 {
    unsafe destination[0] = UInt8(truncatingIfNeeded: scalar >> 12 | 0xE0)
    unsafe destination[1] = second
    unsafe destination[2] = low
    return 3
  }
  unsafe destination[0] = UInt8(truncatingIfNeeded: scalar >> 18 | 0xF0)
  unsafe destination[1] = UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F | 0x80)
  unsafe destination[2] = second
  unsafe destination[3] = low
  return 4
}
