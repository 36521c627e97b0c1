extension Double {
  /// Creates the number nearest to `digits * 10^exponent`, ties to even.
  ///
  /// Digits and powers that are exact as doubles are multiplied or divided, which rounds right
  /// (William Clinger, "How to read floating point numbers accurately", 1990). For others it is
  /// the method of Eisel and Lemire ("Number parsing at a gigabyte per second", 2021): the leading
  /// 128 bits of the power of ten times the digits give the number's leading 64 bits and all that
  /// rounding needs, for every power and all digits (Mushtak and Lemire, "Fast number parsing
  /// without fallback", 2023). What is too large gives infinity.
  ///
  /// - Parameters:
  ///   - digits: The decimal digits as an integer.
  ///   - exponent: How many places their end stands left of the point.
  /// - Complexity: O(1)
  public init(nearestTo digits: UInt64, timesTenTo exponent: Int) {
    if digits <= 1 << 53, exponent.magnitude <= 22 {
      let power = exactPowersOfTen[Int(truncatingIfNeeded: exponent.magnitude)]
      // Both are computed, because which of them counts is as good as random.
      let small = Double(Int64(truncatingIfNeeded: digits))
      self = exponent < 0 ? small / power : small * power
      return
    }
    self = eiselLemire(digits, exponent)
  }
}

/// The powers of ten that are exact as `Double`.
private let exactPowersOfTen: [23 of Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

/// The number nearest to `digits * 10^exponent`, by one or two multiplications.
///
///     product    |--- high, 54 bits + 9 or 10 ---|--- low ---|
///
/// The 54 bits are the result's 53 and one that says where to round to. Only where the others are
/// all ones can the second word of the power still change them.
@inline(__always)
private func eiselLemire(_ digits: UInt64, _ exponent: Int) -> Double {
  guard digits != 0, exponent >= PowersOfTen.lowestExponent else { return 0 }
  guard exponent <= 308 else { return .infinity }
  let power = PowersOfTen.significand(exponent)
  let zeroCount = digits.leadingZeroBitCount
  let factor = digits &<< UInt64(truncatingIfNeeded: zeroCount)
  var (high, low) = factor.multipliedFullWidth(by: power.high)
  if _slowPath(high & 0x1FF == 0x1FF) {
    // Powers below one are rounded up, so that quotients that are integers come out as such.
    let second = factor.multipliedFullWidth(by: power.low &+ (exponent < 0 ? 1 : 0))
    let (sum, carry) = low.addingReportingOverflow(second.high)
    low = sum
    high &+= carry ? 1 : 0
  }
  // Both factors have their top bit set, the product has it in one of two places.
  let top = high &>> 63
  let shift = top &+ 9
  var significand = high &>> shift
  let biased =
    floorLog2OfPowerOf10(exponent) &+ 1086 &- zeroCount &+ Int(truncatingIfNeeded: top)
  if _slowPath(biased <= 0) { return subnormal(significand, biased) }
  // A tie that rounds up to an odd number has to go down. Only small powers have ties.
  if _slowPath(low <= 1 && -4...23 ~= exponent && significand & 3 == 1) {
    if significand &<< shift == high { significand &= ~1 }
  }
  // Rounding up may carry into the exponent, which is then right too, up to infinity.
  significand = (significand &+ (significand & 1)) &>> 1
  let bits = UInt64(truncatingIfNeeded: biased &- 1) &<< 52 &+ significand
  return bits < Double.infinity.bitPattern ? Double(bitPattern: bits) : .infinity
}

/// A number below the normal ones, from 54 bits and an exponent that is not positive.
@inline(never)
private func subnormal(_ significand: UInt64, _ biased: Int) -> Double {
  guard biased > -63 else { return 0 }
  // What is shifted out is no tie: those need powers that are not so small.
  let shifted = significand &>> UInt64(truncatingIfNeeded: 1 &- biased)
  // A carry makes it the smallest normal number.
  return Double(bitPattern: (shifted &+ (shifted & 1)) &>> 1)
}
