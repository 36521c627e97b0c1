public import MoltBytes

extension ByteWriter {
  /// Appends the text of the `Decimal` that psycopg makes of a `numeric`.
  ///
  /// - Parameters:
  ///   - number: The number; its decimal places stay.
  ///   - isPlain: Whether to write `format(decimal, "f")`, which has no exponent, instead of
  ///     `str(decimal)`, which has one for small numbers: 0.0000001 is `1E-7`.
  /// - Complexity: O(digits)
  public mutating func appendNumeric(_ number: borrowing PostgresNumeric, isPlain: Bool) {
    switch number.kind {
    case .notANumber: return append("NaN")
    case .infinite: return append(number.isNegative ? "-Infinity" : "Infinity")
    case .finite: break
    }
    if let coefficient = number.smallCoefficient {
      let text = DecimalText(
        coefficient: coefficient,
        zeros: 0,
        exponent: 0 &- number.places,
        isNegative: number.isNegative
      )
      return appendDecimalText(text, isPlain: isPlain)
    }
    if number.isNegative { append(0x2D) }
    if isPlain || number.left > -6 {
      appendPlain(number)
    } else {
      appendScientific(number)
    }
  }

  /// Appends all digits with a point among them.
  private mutating func appendPlain(_ number: borrowing PostgresNumeric) {
    if number.weight < 0 || number.count == 0 {
      append(0x30)
    } else {
      appendDecimal(number.digit(0))
      for index in stride(from: 1, through: number.weight, by: 1) {
        appendFourDigits(number.digit(index))
      }
    }
    guard number.places > 0 else { return }
    append(0x2E)
    let end = count + number.places
    var index = number.weight + 1
    while count < end {
      appendFourDigits(number.digit(index))
      index += 1
    }
    truncate(to: end)
  }

  /// Appends a number below 10^-6: one digit, the others behind a point, and an exponent.
  private mutating func appendScientific(_ number: borrowing PostgresNumeric) {
    let start = count
    let end = start + number.digitCount
    appendDecimal(number.digit(0))
    var index = 1
    while count < end {
      appendFourDigits(number.digit(index))
      index += 1
    }
    truncate(to: end)
    if number.digitCount > 1 { insertPoint(at: start + 1) }
    append("E-")
    appendDecimal(UInt64((number.left - 1).magnitude))
  }

  /// Appends a number below 10,000 with its leading zeros.
  private mutating func appendFourDigits(_ value: UInt64) {
    let digits = (DecimalDigits.eight(value) | DecimalDigits.ascii) >> 32
    // Safety: bytes 0 to 3 are written.
    unsafe append(reserving: 4) { output in
      unsafe output.store(UInt32(truncatingIfNeeded: digits))
      return 4
    }
  }
}
