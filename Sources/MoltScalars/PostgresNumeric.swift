/// PostgreSQL's `numeric` as it is sent in binary: digits to the base 10,000.
///
/// 12345.670 comes as
///
///     00 03         three digits
///     00 01         the first one counts 10000^1
///     00 00         positive; 40 00 is negative, C0 00 NaN, D0 00 and F0 00 the infinities
///     00 03         three decimal places are shown
///     00 01 09 29 1A 2C   1, 2345, 6700
///
/// Source: `numeric_send` of PostgreSQL.
public struct PostgresNumeric: ~Escapable {
  /// What kind of number it is.
  public enum Kind: Equatable, Sendable {
    /// A number with digits, zero among them.
    case finite
    /// `NaN`
    case notANumber
    /// `Infinity` or `-Infinity`
    case infinite
  }

  /// What kind of number it is.
  public let kind: Kind
  /// Whether there is a minus.
  public let isNegative: Bool
  /// How many decimal places are shown; for a finite number the negated exponent of Python's
  /// `Decimal`.
  public let places: Int
  /// The power of 10,000 that the first digit counts.
  let weight: Int
  /// The digits to the base 10,000, two bytes each.
  private let digits: Span<UInt8>

  /// Looks at the bytes of a number; nil if they are not one that PostgreSQL sends.
  ///
  /// - Complexity: O(digits)
  @_lifetime(copy bytes)
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count >= 8 else { return nil }
    let count = Self.load(bytes, 0)
    let sign = Self.load(bytes, 4)
    guard bytes.count == 8 + 2 * Int(count), sign & 0x0FFF == 0 else { return nil }
    switch sign >> 12 {
    case 0x0, 0x4: kind = .finite
    case 0xC: kind = .notANumber
    case 0xD, 0xF: kind = .infinite
    default: return nil
    }
    isNegative = sign == 0x4000 || sign == 0xF000
    weight = Int(Int16(bitPattern: Self.load(bytes, 2)))
    places = Int(Self.load(bytes, 6) & 0x3FFF)
    digits = bytes.extracting(8...)
    guard isNormal else { return nil }
  }

  /// How many digits to the base 10,000 there are.
  var count: Int { digits.count / 2 }

  /// A digit to the base 10,000; 0 outside those that were sent.
  @inline(__always)
  func digit(_ index: Int) -> UInt64 {
    index >= 0 && index < count ? UInt64(Self.load(digits, 2 &* index)) : 0
  }

  /// How many decimal digits stand before the point, or minus the zeros between it and the first
  /// digit that is not zero; 1 for zero.
  var left: Int { count == 0 ? 1 : weight * 4 + DecimalDigits.count(digit(0)) }

  /// How many digits the coefficient of Python's `Decimal` has.
  ///
  /// - Complexity: O(1)
  public var digitCount: Int { count == 0 ? 1 : left + places }

  /// Whether no digit is too large, the first one is not zero, and one of its decimal digits shows.
  private var isNormal: Bool {
    guard count > 0 else { return true }
    return digit(0) != 0 && left + places > 0
      && (0..<count).allSatisfy { digit($0) < 10_000 }
  }

  private static func load(_ bytes: Span<UInt8>, _ offset: Int) -> UInt16 {
    UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }
}

extension PostgresNumeric {
  /// The coefficient of Python's `Decimal` if it is below 10^15.
  ///
  /// - Complexity: O(1)
  @inline(__always)
  var smallCoefficient: UInt64? {
    guard count <= 4, digitCount <= 15 else { return nil }
    var value: UInt64 = 0
    for index in 0..<count { value = value &* 10_000 &+ digit(index) }
    // The last digit to the base 10,000 has zeros behind the places that show, or lacks some.
    let missing = count == 0 ? 0 : places &+ 4 &* (weight &- count &+ 1)
    return missing >= 0
      ? value &* DecimalDigits.powers[min(missing, 19)]
      : value / DecimalDigits.powers[min(0 &- missing, 19)]
  }

  /// Python's `int()` of the number, nil where that raises or does not fit 64 bits.
  ///
  /// - Complexity: O(1)
  public var integer: Int64? {
    guard kind == .finite, weight < 5 else { return nil }
    var value: Int64 = 0
    for index in 0..<max(count == 0 ? 0 : weight + 1, 0) {
      let digit = Int64(digit(index))
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10_000)
      let (sum, hasOverflown) = product.addingReportingOverflow(isNegative ? -digit : digit)
      if isTooLarge || hasOverflown { return nil }
      value = sum
    }
    return value
  }
}
