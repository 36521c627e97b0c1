internal import CMoltIntrinsics
internal import MoltScalars
internal import MoltTape

/// The words of the numbers of a document.
///
/// Digits are read eight at a time: a load, a look for the first byte that is no digit, and three
/// multiplications for the value of what stands before it. For `43.420273000000009`
///
///     43.42027   2 digits, 43, and a point behind them
///     42027300   8 digits
///     0009,...   4 digits, so that the number is 43420273000009 * 10^-12
///
/// Up to 19 digits make a number of 64 bits, and Eisel and Lemire's method the nearest `Double`.
/// Longer ones and those with an exponent go the long way, ``longNumber(_:count:at:)``.
enum NumberWord {
  /// Reads the number at `start`, of which 64 bytes can be read, and writes its words.
  ///
  /// - Parameters:
  ///   - start: The first byte, a minus sign or whatever else is not another value's first byte.
  ///   - offset: Where the number stands in the document.
  ///   - out: Where the words go; moved behind them.
  /// - Returns: False when the number is none, or has to go the long way.
  @inline(__always)
  static func read(
    _ start: UnsafePointer<UInt8>,
    at offset: Int,
    to out: inout UnsafeMutablePointer<UInt64>
  ) -> Bool {
    let isNegative = unsafe start[0] == 0x2D
    let digits = unsafe start + (isNegative ? 1 : 0)
    let eight = unsafe molt_load64(digits) ^ DigitBytes.zeros
    let stop = DigitBytes.others(eight)
    var value: UInt64
    var next: UnsafePointer<UInt8>
    if stop != 0 {
      let count = stop.trailingZeroBitCount
      // No digit at all, or a zero before others.
      guard count > 7, count < 16 || eight & 0xFF != 0 else { return false }
      value = DigitBytes.value(eight << UInt64(truncatingIfNeeded: 64 &- (count & 0x38)))
      unsafe next = digits + count >> 3
    } else {
      guard eight & 0xFF != 0 else { return false }
      value = DigitBytes.value(eight)
      unsafe next = digits + 8
      guard unsafe DigitBytes.readMore(&value, &next) else { return false }
    }
    let follower = unsafe next[0]
    if follower == 0x2E {
      return unsafe readFraction(
        value, digits, next + 1, isNegative, start: start, at: offset, to: &out)
    }
    // Minus zero and what needs more than 60 bits are rare.
    guard endsNumber(follower), value &- (isNegative ? 1 : 0) < 1 << 59 else { return false }
    let sign: UInt64 = isNegative ? .max : 0
    unsafe out[0] = TapeWord(integer: Int64(bitPattern: (value ^ sign) &- sign)).bits
    unsafe out += 1
    return true
  }

  /// Reads what follows the point of a number, and writes the words of a `Double`.
  @inline(__always)
  private static func readFraction(
    _ whole: UInt64,
    _ digits: UnsafePointer<UInt8>,
    _ fraction: UnsafePointer<UInt8>,
    _ isNegative: Bool,
    start: UnsafePointer<UInt8>,
    at offset: Int,
    to out: inout UnsafeMutablePointer<UInt64>
  ) -> Bool {
    var value = whole
    var next = unsafe fraction
    let eight = unsafe molt_load64(next) ^ DigitBytes.zeros
    let stop = DigitBytes.others(eight)
    if stop != 0 {
      let count = stop.trailingZeroBitCount
      guard count > 7 else { return false }
      value = value &* DigitBytes.power(count >> 3)
        &+ DigitBytes.value(eight << UInt64(truncatingIfNeeded: 64 &- (count & 0x38)))
      unsafe next += count >> 3
    } else {
      value = value &* 100_000_000 &+ DigitBytes.value(eight)
      unsafe next += 8
      guard unsafe DigitBytes.readMore(&value, &next) else { return false }
    }
    // The point is not a digit. Leading zeros count here, which only sends more the long way.
    guard unsafe next - digits <= 20, endsNumber(unsafe next[0]) else { return false }
    let exponent = unsafe fraction - next
    guard let number = nearest(to: value, timesTenTo: exponent) else { return false }
    let bits = number.bitPattern | (isNegative ? 1 << 63 : 0)
    unsafe out[0] = TapeWord(.double, count: next - start, at: offset).bits
    unsafe out[1] = bits
    unsafe out += 2
    return true
  }

  @inline(__always)
  private static func nearest(to digits: UInt64, timesTenTo exponent: Int) -> Double? {
    if digits == 0 { return 0 }
    return Double(nearestTo: digits, timesTenTo: exponent)
  }
}

/// Whether a byte may stand behind a number or literal; a colon may not, nor a text.
@inline(__always)
func endsNumber(_ byte: UInt8) -> Bool {
  if byte == 0x2C { return true }
  // Tab, line feed, carriage return and space; then both closing brackets.
  if byte <= 0x20 { return 0x1_0000_2600 >> UInt64(byte) & 1 != 0 }
  return byte | 0x20 == 0x7D
}

/// Digits as bytes of a word, the first digit in the lowest byte.
enum DigitBytes {
  /// Eight characters `0`.
  static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// The top bit of the bytes that are above 9, exact up to the first of them.
  @inline(__always)
  static func others(_ word: UInt64) -> UInt64 {
    ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
  }

  /// The number that eight digits make, by joining neighbours three times.
  @inline(__always)
  static func value(_ word: UInt64) -> UInt64 {
    let pairs = (word &* 10 &+ word >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    return (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
  }

  /// Reads the digits behind eight others.
  ///
  /// - Returns: False when there are sixteen or more of them.
  @inline(__always)
  static func readMore(_ value: inout UInt64, _ next: inout UnsafePointer<UInt8>) -> Bool {
    let eight = unsafe molt_load64(next) ^ zeros
    let stop = others(eight)
    if stop != 0 {
      let count = stop.trailingZeroBitCount
      // In two steps, because there may be none, and nothing shifts by 64.
      let shifted = (eight << 8) << UInt64(truncatingIfNeeded: 56 &- (count & 0x38))
      value = value &* power(count >> 3) &+ self.value(shifted)
      unsafe next += count >> 3
      return true
    }
    value = value &* 100_000_000 &+ self.value(eight)
    unsafe next += 8
    let last = unsafe molt_load64(next) ^ zeros
    let end = others(last)
    guard end != 0 else { return false }
    let count = end.trailingZeroBitCount
    // Three more make 19, and the caller counts again.
    guard count < 32 else { return false }
    let shifted = (last << 8) << UInt64(truncatingIfNeeded: 56 &- (count & 0x38))
    value = value &* power(count >> 3) &+ self.value(shifted)
    unsafe next += count >> 3
    return true
  }

  /// Ten to the power of 0 to 8.
  @inline(__always)
  static func power(_ exponent: Int) -> UInt64 { powers[exponent] }

  private static let powers: [9 of UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
}
