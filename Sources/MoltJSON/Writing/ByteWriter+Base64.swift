internal import MoltBytes

extension ByteWriter {
  /// Appends bytes in base64 with padding, or in base64url without (RFC 4648).
  mutating func appendBase64(_ bytes: Span<UInt8>, isURL: Bool) {
    let last: (UInt8, UInt8) = isURL ? (0x2D, 0x5F) : (0x2B, 0x2F)
    reserve((bytes.count + 2) / 3 * 4)
    var offset = 0
    while offset < bytes.count {
      let count = min(bytes.count - offset, 3)
      var group: UInt32 = 0
      for index in 0..<3 {
        group = group << 8 | (index < count ? UInt32(bytes[offset + index]) : 0)
      }
      for index in 0..<4 {
        if index <= count {
          append(base64Character(group >> (18 - 6 * UInt32(index)) & 63, last))
        } else if !isURL {
          append(0x3D)
        }
      }
      offset += 3
    }
  }
}

/// The character for six bits.
private func base64Character(_ bits: UInt32, _ last: (UInt8, UInt8)) -> UInt8 {
  let bits = UInt8(truncatingIfNeeded: bits)
  return switch bits {
  case 0..<26: bits + 0x41
  case 26..<52: bits + 0x47
  case 52..<62: bits &- 4
  case 62: last.0
  default: last.1
  }
}
