public import MoltBytes

extension ByteWriter {
  /// Appends an integer in decimal digits, with `-` in front of a negative one.
  ///
  /// - Complexity: O(1), without a loop.
  @inline(__always)
  public mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(0x2D) }
    appendDecimal(value.magnitude)
  }

  /// Appends an integer in decimal digits.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendDecimal(_ value: UInt64) {
    // Safety: at most 20 digits count; whole words are stored, the last of them at offset 12.
    unsafe append(reserving: 24) { output in
      if value < 100_000_000 { return unsafe storeFirstDigits(value, to: output) }
      let high = value / 100_000_000
      let low = DecimalDigits.eight(value &- high &* 100_000_000) | DecimalDigits.ascii
      if high < 100_000_000 {
        let count = unsafe storeFirstDigits(high, to: output)
        unsafe output.store(low, at: count)
        return count &+ 8
      }
      let top = high / 100_000_000
      let middle = DecimalDigits.eight(high &- top &* 100_000_000) | DecimalDigits.ascii
      let count = unsafe storeFirstDigits(top, to: output)
      unsafe output.store(middle, at: count)
      unsafe output.store(low, at: count &+ 8)
      return count &+ 16
    }
  }
}

/// Writes a number of at most eight digits without leading zeros; 0 is one digit.
///
/// - Returns: How many of the eight bytes written count.
@inline(__always) @unsafe
func storeFirstDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  let digits = DecimalDigits.eight(value)
  // The bit set in the last byte keeps one digit of zero.
  let zeros = (digits | 1 << 56).trailingZeroBitCount >> 3
  unsafe output.store((digits | DecimalDigits.ascii) &>> UInt64(truncatingIfNeeded: zeros &* 8))
  return 8 &- zeros
}
