internal import CMoltIntrinsics

/// The powers of ten that conversions of floats multiply with.
///
/// `10^n` is `significand(n) * 2^(floor(log2(10^n)) - 127)`, exactly for n from 0 to 55 and less
/// than one unit more otherwise.
enum PowersOfTen {
  /// The exponent of the first power.
  static let lowestExponent = MOLT_LOWEST_POWER_OF_TEN
  /// The exponent of the last power.
  static let highestExponent = MOLT_HIGHEST_POWER_OF_TEN

  /// The leading 128 bits of 10^exponent.
  ///
  /// - Precondition: The exponent is none below the first power's and none above the last one's.
  @inline(__always)
  static func significand(_ exponent: Int) -> (high: UInt64, low: UInt64) {
    precondition(lowestExponent...highestExponent ~= exponent, "no such power of ten")
    let exponent = Int32(truncatingIfNeeded: exponent)
    return (molt_power_of_ten_high(exponent), molt_power_of_ten_low(exponent))
  }

  /// The leading 128 bits of 10^exponent, rounded up.
  @inline(__always)
  static func significandRoundedUp(_ exponent: Int) -> (high: UInt64, low: UInt64) {
    let (high, low) = significand(exponent)
    let isExact = 0...55 ~= exponent
    let (sum, carry) = low.addingReportingOverflow(isExact ? 0 : 1)
    return (high &+ (carry ? 1 : 0), sum)
  }
}
