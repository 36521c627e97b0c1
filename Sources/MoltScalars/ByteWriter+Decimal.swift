public import MoltBytes

extension ByteWriter {
  /// Appends an integer in decimal digits, with `-` in front of a negative one.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendDecimal(_ value: Int64) {
    // Safety: at most 20 bytes count; the digits take 20 bytes from offset 1 on.
    unsafe append(reserving: 24) { output in
      unsafe output[0] = 0x2D
      let start = value < 0 ? 1 : 0
      return unsafe start &+ storeDigits(value.magnitude, to: output + start)
    }
  }

  /// Appends an integer in decimal digits.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendDecimal(_ value: UInt64) {
    // Safety: the digits take 20 bytes.
    unsafe append(reserving: 20) { unsafe storeDigits(value, to: $0) }
  }
}

/// Writes the digits of a number.
///
/// - Parameters:
///   - value: Any number; 0 has one digit.
///   - output: At least 20 bytes, all of which may be written.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
func storeDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  if value < 100_000_000 { return unsafe storeFirstDigits(value, to: output) }
  return unsafe storeManyDigits(value, to: output)
}

@inline(never) @unsafe
private func storeManyDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  let high = value / 100_000_000
  let low = DecimalDigits.eight(value &- high &* 100_000_000) | DecimalDigits.ascii
  if high < 100_000_000 {
    let count = unsafe storeFirstDigits(high, to: output)
    unsafe output.store(low, at: count)
    return count &+ 8
  }
  let top = high / 100_000_000
  let middle = DecimalDigits.eight(high &- top &* 100_000_000) | DecimalDigits.ascii
  // What is left has one to four digits, and 20 bytes are enough for the three words.
  let count = unsafe storeFirstDigits(top, to: output)
  unsafe output.store(middle, at: count)
  unsafe output.store(low, at: count &+ 8)
  return count &+ 16
}

/// Writes the digits of a number below 10^8.
///
/// - Parameters:
///   - value: The number.
///   - output: At least eight bytes, all of which are written.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeFirstDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  let digits = DecimalDigits.eight(value)
  // The bit set in the last byte keeps one digit of zero.
  let zeros = (digits | 1 << 56).trailingZeroBitCount >> 3
  unsafe output.store((digits | DecimalDigits.ascii) &>> UInt64(truncatingIfNeeded: zeros &* 8))
  return 8 &- zeros
}
