extension PostgresNumeric {
  /// The number as a count of 10^-`places`, exactly.
  ///
  ///     12345.670 at 3 places   12345670
  ///     12345.670 at 2 places   1234567
  ///     12345.678 at 2 places   nil
  ///
  /// - Parameter places: How many decimal places are counted; not negative.
  /// - Returns: Nil for what is not finite, needs more places, or does not fit 128 bits.
  /// - Complexity: O(digits)
  public func coefficient(places: Int) -> Int128? {
    guard kind == .finite else { return nil }
    if places == self.places, let small = smallCoefficient {
      return isNegative ? -Int128(small) : Int128(small)
    }
    // Zeros at the end do not count, and need not fit.
    var used = count
    while used > 0 && digit(used - 1) == 0 { used -= 1 }
    guard used > 0 else { return 0 }
    var value: UInt128 = 0
    for index in 0..<used {
      // The last digit to the base 10,000 may reach behind the places.
      let exponent = 4 * (weight - index) + places
      let isCut = exponent < 0
      guard exponent > -4, !isCut || index == used - 1 else { return nil }
      let divisor = DecimalDigits.powers[isCut ? -exponent : 0]
      let (digit, rest) = digit(index).quotientAndRemainder(dividingBy: divisor)
      guard rest == 0 else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10_000 / UInt128(divisor))
      let (sum, hasOverflown) = product.addingReportingOverflow(UInt128(digit))
      if isTooLarge || hasOverflown { return nil }
      value = sum
    }
    return Self.scaled(value, by: 4 * (weight - used + 1) + places, isNegative: isNegative)
  }

  private static func scaled(_ value: UInt128, by exponent: Int, isNegative: Bool) -> Int128? {
    var value = value
    for _ in 0..<min(max(exponent, 0), 40) {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      if isTooLarge { return nil }
      value = product
    }
    guard let positive = Int128(exactly: value) else { return nil }
    return isNegative ? -positive : positive
  }
}
