internal import CMoltIntrinsics

/// Digits as bytes of a word, the first digit in the lowest byte: the way to read numbers without
/// vector instructions that not every CPU has.
///
/// Digits are read eight at a time: a load, a look for the first byte that is no digit, and three
/// multiplications for the value of what stands before it. For `43.420273000000009`
///
///     43.42027   2 digits, 43, and a point behind them
///     42027300   8 digits
///     0009,...   4 digits, so that the number is 43420273000009 * 10^-12
enum DigitBytes {
  /// Eight characters `0`.
  static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// A number without an exponent.
  struct Decimal {
    /// All digits, without the sign.
    var digits: UInt64
    /// How many bytes the number takes, with its sign and its point.
    var byteCount: Int
    /// How many of the digits stand behind the point.
    var fractionCount: Int
  }

  /// Reads a number of up to 19 digits.
  ///
  /// - Parameter start: The first byte; 32 bytes can be read.
  /// - Returns: Nil for every other number, and where there is none.
  @inline(never)
  static func decimal(_ start: UnsafePointer<UInt8>) -> Decimal? {
    let digits = unsafe start + (start[0] == 0x2D ? 1 : 0)
    var value: UInt64 = 0
    let wholeCount = unsafe readWhole(digits, &value)
    guard wholeCount > 0, unsafe wholeCount == 1 || digits[0] != 0x30 else { return nil }
    var next = unsafe digits + wholeCount
    var fractionCount = 0
    if unsafe next[0] == 0x2E {
      fractionCount = unsafe readFraction(next + 1, &value)
      guard fractionCount > 0, wholeCount &+ fractionCount <= 19 else { return nil }
      unsafe next += 1 + fractionCount
    }
    guard unsafe endsNumber(next[0]) else { return nil }
    return unsafe Decimal(digits: value, byteCount: next - start, fractionCount: fractionCount)
  }

  /// Reads up to 19 digits.
  ///
  /// - Returns: How many; 0 when there are more.
  @inline(__always)
  private static func readWhole(_ start: UnsafePointer<UInt8>, _ value: inout UInt64) -> Int {
    let first = unsafe molt_load64(start) ^ zeros
    let firstCount = count(first)
    if firstCount < 8 {
      value = molt_json_digits16(align(first, firstCount), 0) & 0xFFFF_FFFF
      return firstCount
    }
    let second = unsafe molt_load64(start + 8) ^ zeros
    let secondCount = count(second)
    let pair = molt_json_digits16(first, align(second, secondCount))
    value = (pair & 0xFFFF_FFFF) &* power(secondCount) &+ pair >> 32
    guard secondCount == 8 else { return 8 &+ secondCount }
    let third = unsafe molt_load64(start + 16) ^ zeros
    let thirdCount = count(third)
    guard thirdCount <= 3 else { return 0 }
    value = value &* power(thirdCount) &+ molt_json_digits16(align(third, thirdCount), 0)
    return 16 &+ thirdCount
  }

  /// Reads up to 16 digits behind those of `value`, without a branch: how many there are is hard to
  /// predict.
  ///
  /// - Returns: How many; if there are more, a digit follows.
  @inline(__always)
  private static func readFraction(_ start: UnsafePointer<UInt8>, _ value: inout UInt64) -> Int {
    let first = unsafe molt_load64(start) ^ zeros
    let second = unsafe molt_load64(start + 8) ^ zeros
    let firstCount = count(first)
    let secondCount = firstCount == 8 ? count(second) : 0
    let pair = molt_json_digits16(align(first, firstCount), align(second, secondCount))
    value =
      value &* power(firstCount &+ secondCount)
      &+ (pair & 0xFFFF_FFFF) &* power(secondCount) &+ pair >> 32
    return firstCount &+ secondCount
  }

  /// How many bytes stand before the first that is above 9.
  @inline(__always)
  static func count(_ word: UInt64) -> Int {
    // The top bit of such bytes; what a byte carries into the next one comes after it.
    let others = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
    return others.trailingZeroBitCount >> 3
  }

  /// The first digits, moved behind zeros that fill up the word.
  @inline(__always)
  static func align(_ word: UInt64, _ count: Int) -> UInt64 {
    // In two steps, because nothing shifts by 64.
    let half = UInt64(truncatingIfNeeded: 32 &- count &* 4)
    return (word &<< half) &<< half
  }

  /// The number that eight digits write, by joining neighbours three times.
  @inline(__always)
  static func value(_ word: UInt64) -> UInt64 {
    let pairs = (word &* 10 &+ word >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    return (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
  }

  /// Ten to the power of 0 to 16.
  @inline(__always)
  private static func power(_ exponent: Int) -> UInt64 { powers[exponent] }

  private static let powers: [17 of UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    1_000_000_000_000_000, 10_000_000_000_000_000,
  ]
}
