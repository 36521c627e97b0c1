extension Double {
  /// Creates the number nearest to `digits * 10^exponent`, ties to even.
  ///
  /// The method of Eisel and Lemire ("Number parsing at a gigabyte per second", 2021): the leading
  /// 128 bits of the power of ten times the digits give the number's leading 64 bits and all that
  /// rounding needs. The power is cut off, so that the product is too small by less than `digits`
  /// units of its last 64 bits:
  ///
  ///     product    |--- high, 53 bits + 11 ---|--- middle ---|--- low ---|
  ///     true       the same, or one more in middle
  ///
  /// Where that one unit, or an exact tie, could change the answer there is none: nil. The same for
  /// results that are zero or subnormal, and for exponents outside ``PowersOfTen``. What is too
  /// large gives infinity.
  ///
  /// - Parameters:
  ///   - digits: The decimal digits as an integer.
  ///   - exponent: How many places their end stands left of the point.
  /// - Complexity: O(1)
  public init?(nearestTo digits: UInt64, timesTenTo exponent: Int) {
    guard digits != 0, exponent >= PowersOfTen.lowestExponent,
      exponent <= PowersOfTen.highestExponent
    else { return nil }
    let power = PowersOfTen.significand(exponent)
    let zeroCount = digits.leadingZeroBitCount
    var (high, middle) = leading128(of: digits << UInt64(zeroCount), times: power)
    // Both factors have their top bit set, the product has it in one of two places.
    let shift = high.leadingZeroBitCount
    if shift == 1 {
      high = high << 1 | middle >> 63
      middle <<= 1
    }
    let rest = high & 0x7FF
    let mayCarry = middle >= 0xFFFF_FFFF_FFFF_FFF0 && rest & 0x3FF == 0x3FF
    guard !mayCarry, rest != 0x400 || middle != 0 else { return nil }
    let binaryExponent = floorLog2OfPowerOf10(exponent) &+ 64 &- zeroCount &- shift
    guard binaryExponent >= -1022 else { return nil }
    guard binaryExponent <= 1023 else {
      self = .infinity
      return
    }
    // Rounding up may carry into the exponent, which is then right too, up to infinity.
    let fraction = (high >> 11) & ((1 << 52) - 1)
    let rounding: UInt64 = rest >= 0x400 ? 1 : 0
    self.init(bitPattern: (UInt64(binaryExponent &+ 1023) << 52) &+ fraction &+ rounding)
  }
}

/// The leading 128 of the 192 bits of a product.
@inline(__always)
private func leading128(
  of factor: UInt64,
  times power: (high: UInt64, low: UInt64)
) -> (high: UInt64, middle: UInt64) {
  let first = factor.multipliedFullWidth(by: power.high)
  let second = factor.multipliedFullWidth(by: power.low)
  let (middle, carry) = first.low.addingReportingOverflow(second.high)
  return (first.high &+ (carry ? 1 : 0), middle)
}
