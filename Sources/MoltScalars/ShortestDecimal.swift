/// The shortest decimal number that reads back as a given `Double`, the closest one among those.
///
/// The method is Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles", 2021).
/// `x = c * 2^q` owns the numbers nearer to it than to its neighbours: half a unit of c to each side.
/// With the power of ten chosen so that a unit of c is between 1 and 10 in the last digit, there is
/// at most one number with a digit less in there, and if there is none then the nearest number wins.
///
/// For 0.3 = 5404319552844595 * 2^-54 the power is 10^16, and multiplying by a tenth of it gives
///
///     x * 10^15 = 299999999999999.98889…   c's half unit is 0.02775…
///
/// the fraction and the half unit reach over 1, so 300000000000000 is inside: 3 * 10^-1.
///
/// One multiplication of 64 by 128 bits gives integer part and fraction of that number, cut off
/// below 2^-64, and nearly always the digits: `molt_store_double` writes them. Wherever the cut could
/// change a decision, this type decides, with three multiplications: that is about one number in
/// 2^60, ties, subnormal numbers, and powers of two, whose neighbours are unequally far away, unless
/// they have 16 digits or fewer.
struct ShortestDecimal {
  /// Sixteen digits, the first of them not zero.
  var leading: UInt64
  /// The seventeenth digit, 0 to 9.
  var last: UInt64
  /// Where the decimal point stands: the value is `0.digits * 10^point`.
  var point: Int

  /// Converts a positive finite number.
  init(_ value: Double) {
    let bits = value.bitPattern
    let biased = Int(truncatingIfNeeded: bits >> 52)
    let significand = bits & (1 << 52 - 1) | (biased == 0 ? 0 : 1 << 52)
    let (digits, scale) = Self.digits(
      of: significand,
      max(biased, 1) &- 1075,
      isRegular: significand != 1 << 52 || biased <= 1,
      ownsEnds: significand & 1 == 0
    )
    self.init(digits, anyDigits: scale)
  }

  /// The shortest digits of a number of single precision that do not lie exactly between two of
  /// its kind; they may end in zeros.
  ///
  /// - Parameters:
  ///   - significand: From 1 to 2^24 - 1.
  ///   - exponent: The power of two that the significand is multiplied with, -149 to 104.
  /// - Returns: The number is `digits * 10^scale`.
  static func digits(
    ofSingle significand: UInt64,
    _ exponent: Int
  ) -> (digits: UInt64, scale: Int) {
    digits(
      of: significand,
      exponent,
      isRegular: significand != 1 << 23 || exponent == -149,
      ownsEnds: false
    )
  }

  /// The shortest digits of `significand * 2^exponent`.
  ///
  /// The interval's ends and x are taken times four, rounded to odd: an inexact number becomes an
  /// odd one, so that comparing with multiples of four gives what the exact numbers would give.
  ///
  /// - Parameters:
  ///   - significand: From 1 to 2^53 - 1.
  ///   - exponent: The power of two.
  ///   - isRegular: Whether both neighbours are equally far away.
  ///   - ownsEnds: Whether the numbers exactly between the neighbours read back as this one.
  /// - Returns: The number is `digits * 10^scale`.
  @inline(__always)
  private static func digits(
    of significand: UInt64,
    _ exponent: Int,
    isRegular: Bool,
    ownsEnds: Bool
  ) -> (digits: UInt64, scale: Int) {
    let scale =
      isRegular
      ? floorLog10OfPowerOf2(exponent) : floorLog10OfThreeQuartersOfPowerOf2(exponent)
    let power = PowersOfTen.significandRoundedUp(0 &- scale)
    let shift = UInt64(
      truncatingIfNeeded: exponent &+ floorLog2OfPowerOf10(0 &- scale) &+ 1
    )
    let four = significand << 2
    let odd: UInt64 = ownsEnds ? 0 : 1
    let lower = multiplyToOdd((four &- (isRegular ? 2 : 1)) &<< shift, power) &+ odd
    let center = multiplyToOdd(four &<< shift, power)
    let upper = multiplyToOdd((four &+ 2) &<< shift, power) &- odd

    let nearby = center >> 2
    let tens = nearby / 10
    let hasLowerTen = nearby >= 10 && lower <= 40 &* tens
    let hasUpperTen = nearby >= 10 && 40 &* tens &+ 40 <= upper
    if hasLowerTen != hasUpperTen { return (tens &+ (hasUpperTen ? 1 : 0), scale &+ 1) }
    let hasLower = lower <= 4 &* nearby
    let hasUpper = 4 &* nearby &+ 4 <= upper
    if hasLower != hasUpper { return (nearby &+ (hasUpper ? 1 : 0), scale) }
    let middle = 4 &* nearby &+ 2
    let isUp = center > middle || (center == middle && nearby & 1 == 1)
    return (nearby &+ (isUp ? 1 : 0), scale)
  }

  /// Lines up `digits * 10^scale` for any positive number of digits up to 17.
  private init(_ digits: UInt64, anyDigits scale: Int) {
    let count = DecimalDigits.count(digits)
    self.point = scale &+ count
    if count > 16 {
      self.leading = digits / 10
      self.last = digits % 10
    } else {
      self.leading = digits &* DecimalDigits.powers[16 &- count]
      self.last = 0
    }
  }
}

/// 1 for true, 0 for false.
@inline(__always)
func flag(_ condition: Bool) -> UInt64 { condition ? 1 : 0 }

/// The upper 128 of the 192 bits of `factor * (high * 2^64 + low)`.
@inline(__always)
func multiplyHigh(
  _ factor: UInt64,
  _ high: UInt64,
  _ low: UInt64
) -> (high: UInt64, middle: UInt64) {
  let upper = factor.multipliedFullWidth(by: high)
  let lower = factor.multipliedFullWidth(by: low)
  let (middle, carry) = upper.low.addingReportingOverflow(lower.high)
  return (upper.high &+ (carry ? 1 : 0), middle)
}

/// The upper 64 of the 192 bits of a product, with the lowest bit set if the rest is not zero.
///
/// The power is rounded up, which can leave a 1 in the next word of an exact product; inexact
/// products are farther away than that (section 9.9 of Giulietti's paper).
@inline(__always)
private func multiplyToOdd(_ factor: UInt64, _ power: (high: UInt64, low: UInt64)) -> UInt64 {
  let (high, middle) = multiplyHigh(factor, power.high, power.low)
  return high | (middle > 1 ? 1 : 0)
}

/// floor(log10(2^exponent)), for exponents from -1100 to 1024.
@inline(__always)
func floorLog10OfPowerOf2(_ exponent: Int) -> Int { (exponent &* 315653) >> 20 }

/// floor(log10(3/4 * 2^exponent)), for exponents from -1100 to 1024.
@inline(__always)
private func floorLog10OfThreeQuartersOfPowerOf2(_ exponent: Int) -> Int {
  (exponent &* 315653 &- 131072) >> 20
}

/// floor(log2(10^exponent)), for every exponent in ``PowersOfTen``.
@inline(__always)
func floorLog2OfPowerOf10(_ exponent: Int) -> Int { (exponent &* 1_741_647) >> 19 }
