/// Decimal digits as bytes of a word, the first digit in the lowest byte.
///
/// The lowest byte goes to the lowest address, so a word stored in memory reads as text. For 1234:
///
///     eight(1234)          00 00 00 00 01 02 03 04
///     eight(1234) | ascii  "00001234"
enum DecimalDigits {
  /// What turns eight digits into eight characters.
  static let ascii: UInt64 = 0x3030_3030_3030_3030

  /// What turns sixteen digits into sixteen characters.
  static let ascii16 = UInt128(0x3030_3030_3030_3030_3030_3030_3030_3030)

  /// Cuts a number into eight digits, leading zeros included.
  ///
  /// Splits the number in halves three times, all halves of a step at once in one word; a division
  /// by 100 or 10 becomes a multiplication and a shift that are exact for the numbers at hand.
  ///
  /// - Parameter value: Less than 10^8.
  /// - Returns: Bytes from 0 to 9.
  @inline(__always)
  static func eight(_ value: UInt64) -> UInt64 {
    let high = value / 10_000
    let fours = high | (value &- high &* 10_000) << 32
    let hundreds = (fours &* 10486) >> 20 & 0x0000_007F_0000_007F
    let twos = hundreds | (fours &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (twos &- tens &* 10) << 8
  }

  /// Cuts a number into four digits, leading zeros included.
  ///
  /// - Parameter value: Less than 10^4.
  /// - Returns: Four bytes from 0 to 9.
  @inline(__always)
  static func four(_ value: UInt64) -> UInt64 {
    let hundreds = (value &* 5243) >> 19
    let twos = hundreds | (value &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F
    return tens | (twos &- tens &* 10) << 8
  }

  /// Cuts a number into sixteen digits, leading zeros included.
  ///
  /// - Parameter value: Less than 10^16.
  /// - Returns: Bytes from 0 to 9.
  @inline(__always)
  static func sixteen(_ value: UInt64) -> UInt128 {
    let high = value / 100_000_000
    return UInt128(
      _low: eight(high),
      _high: eight(value &- high &* 100_000_000)
    )
  }

  /// How many digits a number has; one for zero.
  @inline(__always)
  static func count(_ value: UInt64) -> Int {
    // A number of b bits has floor(b * log10(2)) digits, or one more.
    let bits = 64 &- (value | 1).leadingZeroBitCount
    let estimate = (bits &* 1233) >> 12
    return estimate &+ (value | 1 >= powers[estimate] ? 1 : 0)
  }

  /// The powers of ten that fit.
  static let powers: [20 of UInt64] = [
    1, 10, 100, 1000, 10000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
    100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
    100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]

  /// Opens a gap in sixteen characters and writes a point into it.
  ///
  /// - Parameters:
  ///   - characters: Sixteen characters; the last one falls out.
  ///   - index: Where the point goes, 0 to 15.
  /// - Returns: Sixteen characters.
  @inline(__always)
  static func insertPoint(into characters: UInt128, at index: Int) -> UInt128 {
    let bits = UInt128(truncatingIfNeeded: index &* 8)
    let before = (UInt128(1) &<< bits) &- 1
    return characters & before | UInt128(0x2E) &<< bits | (characters & ~before) &<< 8
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Writes the bytes of `word` at `offset`, lowest byte first.
  @inline(__always) @unsafe
  func store<Word: FixedWidthInteger & BitwiseCopyable>(_ word: Word, at offset: Int = 0) {
    unsafe UnsafeMutableRawPointer(self + offset)
      .storeBytes(of: word.littleEndian, as: Word.self)
  }
}
