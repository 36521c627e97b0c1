public import MoltBytes

extension ByteWriter {
  /// Appends the text of the `Decimal` that Django makes of a REAL value in SQLite.
  ///
  /// The number is rounded to 15 significant digits, then to `format.places`, half to even both
  /// times, as Django's SQLite backend does since REAL holds no more digits than that:
  ///
  ///     Context(prec=15).create_decimal_from_float(value)
  ///         .quantize(Decimal(1).scaleb(-places), context=Context(prec=digits))
  ///
  /// - Returns: False, and nothing is written, where that raises because the result has more than
  ///   `format.digits` digits, and for infinity and NaN.
  /// - Complexity: O(1) for numbers that were stored with up to 15 digits, otherwise O(`places`).
  public mutating func appendDjangoDecimal(_ value: Double, _ format: DecimalFormat) -> Bool {
    let magnitude = value.magnitude
    if let places = format.places, 0...15 ~= places {
      // A coefficient below 10^15 that gives the number back is the one that 15 digits give, and
      // it already has the right number of places.
      let power = DecimalDigits.powers[places]
      let scaled = magnitude * Double(power) + 0.5
      if scaled < 1e15 {
        let coefficient = Int64(scaled)
        if Double(coefficient) / Double(power) == magnitude {
          return appendDecimal(
            UInt64(truncatingIfNeeded: coefficient),
            places: places,
            isNegative: value.sign == .minus,
            format
          )
        }
      }
    }
    guard magnitude < .infinity else { return false }
    return append(RoundedDecimal(magnitude), isNegative: value.sign == .minus, format)
  }

  /// Appends the text of the `Decimal` that Django makes of an INTEGER value in SQLite.
  ///
  /// An integer of more than 15 digits is rounded to 15 like a REAL value before Django 6.1, and
  /// kept as it is since then, so that Python has to answer.
  ///
  /// - Returns: False, and nothing is written, for an integer of more than 15 digits, and where
  ///   Django raises because the result has more than `format.digits` digits.
  /// - Complexity: O(`format.places`)
  public mutating func appendDjangoDecimal(_ value: Int64, _ format: DecimalFormat) -> Bool {
    guard value.magnitude < RoundedDecimal.bound else { return false }
    return append(RoundedDecimal(value.magnitude), isNegative: value < 0, format)
  }

  /// Appends a coefficient of up to 15 digits that already has its number of places.
  @inline(__always)
  private mutating func appendDecimal(
    _ coefficient: UInt64,
    places: Int,
    isNegative: Bool,
    _ format: DecimalFormat
  ) -> Bool {
    let count = DecimalDigits.count(coefficient)
    guard count <= format.digits ?? DecimalFormat.defaultDigits else { return false }
    let text = DecimalText(
      coefficient: coefficient,
      zeros: 0,
      exponent: 0 &- places,
      isNegative: isNegative
    )
    appendDecimalText(text, isPlain: format.isPlain)
    return true
  }

  private mutating func append(
    _ number: RoundedDecimal,
    isNegative: Bool,
    _ format: DecimalFormat
  ) -> Bool {
    var text = DecimalText(
      coefficient: number.coefficient,
      zeros: 0,
      exponent: number.exponent,
      isNegative: isNegative
    )
    if let places = format.places {
      guard 0...DecimalFormat.mostPlaces ~= places else { return false }
      let digits = format.digits ?? DecimalFormat.defaultDigits
      guard let result = number.quantized(places: places, digits: digits) else { return false }
      text.coefficient = result.coefficient
      text.zeros = result.zeros
      text.exponent = 0 &- places
    }
    appendDecimalText(text, isPlain: format.isPlain)
    return true
  }
}
