/// What is left of a number after `decimal.Context(prec=15).create_decimal_from_float(number)`.
///
/// Python first takes the exact value: 0.5 is 5 * 10^-1, and 0.1 is a number of 55 digits. More
/// than 15 digits are then rounded half to even to exactly 15, which keeps trailing zeros:
///
///     0.5   5 * 10^-1                  0.5
///     0.1   100000000000000 * 10^-15   0.100000000000000
struct RoundedDecimal {
  /// Less than 10^15.
  var coefficient: UInt64
  /// The power of ten that the coefficient is multiplied with.
  var exponent: Int

  /// How many significant digits are kept.
  static let precision = 15

  /// 10^15, the first coefficient that is too large.
  static let bound: UInt64 = 1_000_000_000_000_000

  /// Takes an integer as it is.
  ///
  /// - Parameter magnitude: Less than 10^15.
  init(_ magnitude: UInt64) {
    self.coefficient = magnitude
    self.exponent = 0
  }

  /// Rounds a finite number that is not negative.
  init(_ magnitude: Double) {
    let bits = magnitude.bitPattern
    let fraction = bits & (1 << 52 - 1)
    let biased = Int(truncatingIfNeeded: bits >> 52 & 0x7FF)
    let significand = fraction | (biased == 0 ? 0 : 1 << 52)
    let power = max(biased, 1) &- 1075
    self =
      significand == 0
      ? RoundedDecimal(0 as UInt64)
      : RoundedDecimal(exactly: significand, power) ?? RoundedDecimal(rounding: significand, power)
  }

  /// Takes `significand * 2^power` as it is, if it has at most 15 digits.
  private init?(exactly significand: UInt64, _ power: Int) {
    let zeros = significand.trailingZeroBitCount
    let odd = significand >> UInt64(zeros)
    let power = power &+ zeros
    if power >= 0 {
      guard power &+ 64 &- odd.leadingZeroBitCount <= 50 else { return nil }
      self.coefficient = odd << UInt64(power)
      self.exponent = 0
    } else {
      // odd / 2^n = odd * 5^n / 10^n
      guard -power < Self.powersOfFive.count else { return nil }
      let product = odd.multipliedFullWidth(by: Self.powersOfFive[-power])
      guard product.high == 0 else { return nil }
      self.coefficient = product.low
      self.exponent = power
    }
    guard coefficient < Self.bound else { return nil }
  }

  /// Rounds `significand * 2^power` to 15 digits, half to even.
  ///
  /// The number times a power of ten is an integer of 15 digits and a fraction of 128 bits, cut
  /// off, and too small by less than 2^-74. No fraction but an exact half lies that close to a
  /// half; `Scripts/generate_powers_of_ten.py` checks that for each power of two.
  private init(rounding significand: UInt64, _ power: Int) {
    let zeros = significand.leadingZeroBitCount
    let factor = significand << UInt64(zeros)
    let power = power &- zeros
    // 10^estimate ≤ number < 2 * 10^(estimate + 1)
    let estimate = floorLog10OfPowerOf2(power &+ 63)
    var scale = Self.precision &- 1 &- estimate
    var (whole, rest) = Self.scaled(factor, power, scale)
    if whole >= Self.bound {
      scale &-= 1
      (whole, rest) = Self.scaled(factor, power, scale)
    }
    let half = UInt128(1) << 127
    let slack = UInt128(1) << 54
    let isHalf = rest &- half &+ slack <= slack << 1
    let isUp = isHalf ? whole & 1 == 1 : rest > half
    self.coefficient = whole &+ (isUp ? 1 : 0)
    self.exponent = 0 &- scale
    keepBelowBound()
  }

  /// Computes `factor * 2^power * 10^scale`, which must be between 2^46 and 2^53.
  ///
  /// - Parameters:
  ///   - factor: At least 2^63.
  ///   - power: The power of two.
  ///   - scale: The power of ten.
  /// - Returns: The integer part and the fraction.
  private static func scaled(
    _ factor: UInt64,
    _ power: Int,
    _ scale: Int
  ) -> (whole: UInt64, rest: UInt128) {
    let ten = PowersOfTen.significand(scale)
    let (high, middle) = multiplyHigh(factor, ten.high, ten.low)
    let low = factor &* ten.low
    // The 192 bits are the result times 2^(128 + shift).
    let shift = UInt64(truncatingIfNeeded: 0 &- 1 &- power &- floorLog2OfPowerOf10(scale))
    let rest = UInt128(
      _low: middle &<< (64 &- shift) | low &>> shift,
      _high: high &<< (64 &- shift) | middle &>> shift
    )
    return (high &>> shift, rest)
  }

  /// Drops the last digits of a number, rounding half to even.
  private static func shorten(_ value: UInt64, by count: Int) -> UInt64 {
    guard count < 20 else { return 0 }
    let unit = DecimalDigits.powers[count]
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: unit)
    let missing = unit &- remainder
    let isUp = remainder > missing || (remainder == missing && quotient & 1 == 1)
    return quotient &+ (isUp ? 1 : 0)
  }

  /// Rounding up can make 999…9 a number of one digit more.
  private mutating func keepBelowBound() {
    if coefficient == Self.bound {
      coefficient = Self.bound / 10
      exponent &+= 1
    }
  }

  /// The number rounded half to even to as many places as given, or nil if it gets too long.
  ///
  /// - Parameters:
  ///   - places: From 0 to 1,000.
  ///   - digits: The most digits that the result may have.
  /// - Returns: The coefficient and how many zeros follow it; the exponent is `-places`.
  func quantized(places: Int, digits: Int) -> (coefficient: UInt64, zeros: Int)? {
    let zeros = exponent &+ places
    if zeros < 0 {
      let result = Self.shorten(coefficient, by: 0 &- zeros)
      return DecimalDigits.count(result) <= digits ? (result, 0) : nil
    }
    if coefficient == 0 { return digits >= 1 ? (0, 0) : nil }
    let count = DecimalDigits.count(coefficient) &+ zeros
    guard count <= digits else { return nil }
    if count <= Self.precision { return (coefficient &* DecimalDigits.powers[zeros], 0) }
    return (coefficient, zeros)
  }

  /// The powers of five below 2^50.
  private static let powersOfFive: [22 of UInt64] = [
    1, 5, 25, 125, 625, 3125, 15625, 78125, 390_625, 1_953_125, 9_765_625, 48_828_125,
    244_140_625, 1_220_703_125, 6_103_515_625, 30_517_578_125, 152_587_890_625,
    762_939_453_125, 3_814_697_265_625, 19_073_486_328_125, 95_367_431_640_625,
    476_837_158_203_125,
  ]
}
