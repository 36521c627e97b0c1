public import MoltBytes

extension ByteWriter {
  /// Appends a stored UUID, 32 hexadecimal digits, in lower case and with hyphens.
  ///
  /// - Returns: False, and nothing is written, for any other text. Python's `uuid.UUID` reads
  ///   braces, hyphens and more, or raises.
  /// - Complexity: O(1)
  public mutating func appendUUID(_ hexadecimal: Span<UInt8>) -> Bool {
    guard hexadecimal.count == 32 else { return false }
    let first = CalendarText.load(hexadecimal, 0)
    let second = CalendarText.load(hexadecimal, 8)
    let third = CalendarText.load(hexadecimal, 16)
    let fourth = CalendarText.load(hexadecimal, 24)
    let isValid =
      areHexadecimal(first) && areHexadecimal(second) && areHexadecimal(third)
      && areHexadecimal(fourth)
    guard isValid else { return false }
    // Digits have bit 5 set already, and capitals become small letters by it.
    let small: UInt64 = 0x2020_2020_2020_2020
    // Safety: bytes 0 to 35 are written.
    unsafe append(reserving: 36) { output in
      unsafe output.store(first | small)
      unsafe output[8] = 0x2D
      unsafe output.store(UInt32(truncatingIfNeeded: second | small), at: 9)
      unsafe output[13] = 0x2D
      unsafe output.store(UInt32(truncatingIfNeeded: (second | small) >> 32), at: 14)
      unsafe output[18] = 0x2D
      unsafe output.store(UInt32(truncatingIfNeeded: third | small), at: 19)
      unsafe output[23] = 0x2D
      unsafe output.store(UInt32(truncatingIfNeeded: (third | small) >> 32), at: 24)
      unsafe output.store(fourth | small, at: 28)
      return 36
    }
    return true
  }
}

/// Whether all eight characters are hexadecimal digits.
@inline(__always)
private func areHexadecimal(_ word: UInt64) -> Bool {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let ascii = word & (ones &* 0x7F)
  let small = ascii | (ones &* 0x20)
  // Bit 7 of a byte tells whether the character is at least the one subtracted from 0x80.
  let digits = (ascii &+ ones &* (0x80 - 0x30)) & ~(ascii &+ ones &* (0x80 - 0x3A))
  let letters = (small &+ ones &* (0x80 - 0x61)) & ~(small &+ ones &* (0x80 - 0x67))
  return (digits | letters) & ~word & (ones &* 0x80) == ones &* 0x80
}
