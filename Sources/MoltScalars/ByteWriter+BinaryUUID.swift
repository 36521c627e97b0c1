public import MoltBytes

extension ByteWriter {
  /// Appends a UUID that is given as 16 bytes, in lower case and with hyphens.
  ///
  /// - Returns: False, and nothing is written, for any other number of bytes.
  /// - Complexity: O(1)
  public mutating func appendUUID(bytes: Span<UInt8>) -> Bool {
    guard bytes.count == 16 else { return false }
    let first = hexadecimal(CalendarText.load(bytes, 0))
    let second = hexadecimal(CalendarText.load(bytes, 8))
    // Safety: bytes 0 to 35 are written.
    unsafe append(reserving: 36) { output in
      unsafe output.store(UInt64(truncatingIfNeeded: first))
      unsafe output[8] = 0x2D
      unsafe output.store(UInt32(truncatingIfNeeded: first >> 64), at: 9)
      unsafe output[13] = 0x2D
      unsafe output.store(UInt32(truncatingIfNeeded: first >> 96), at: 14)
      unsafe output[18] = 0x2D
      unsafe output.store(UInt32(truncatingIfNeeded: second), at: 19)
      unsafe output[23] = 0x2D
      unsafe output.store(UInt64(truncatingIfNeeded: second >> 32), at: 24)
      unsafe output.store(UInt32(truncatingIfNeeded: second >> 96), at: 32)
      return 36
    }
    return true
  }
}

/// The sixteen hexadecimal digits of eight bytes, both with the first one lowest.
@inline(__always)
private func hexadecimal(_ word: UInt64) -> UInt128 {
  UInt128(
    _low: eightDigits(UInt32(truncatingIfNeeded: word)),
    _high: eightDigits(UInt32(truncatingIfNeeded: word >> 32))
  )
}

/// The eight hexadecimal digits of four bytes.
@inline(__always)
private func eightDigits(_ half: UInt32) -> UInt64 {
  // One byte in each 16 bits, then its upper half in front of its lower one.
  let pairs = (UInt64(half) | UInt64(half) << 16) & 0x0000_FFFF_0000_FFFF
  let bytes = (pairs | pairs << 8) & 0x00FF_00FF_00FF_00FF
  let nibbles = (bytes >> 4 | bytes << 8) & 0x0F0F_0F0F_0F0F_0F0F
  // Adding 6 carries ten and more into bit 4; letters lie 39 behind what digits would give.
  let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
  return nibbles &+ DecimalDigits.ascii &+ letters &* 39
}
