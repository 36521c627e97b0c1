/// The decimal digits of numbers beyond 64 bits.
///
/// The bytes `01 00 00 00 00 00 00 00 00` are two limbs, 1 and 0. Divided by 10^19 they leave
/// 8446744073709551616, the last nineteen digits, and 1, which is the first.
@usableFromInline package enum DecimalText {
  /// The text of n, or of -1 - n.
  ///
  /// - Parameters:
  ///   - magnitude: The number n, most significant byte first.
  ///   - isNegative: Whether -1 - n is meant.
  /// - Returns: Digits, behind a minus sign if they need one.
  /// - Complexity: O(square of `magnitude.count`)
  @usableFromInline package static func integer(_ magnitude: Span<UInt8>, isNegative: Bool)
    -> [UInt8]
  {
    var limbs = limbs(of: magnitude)
    if isNegative { increment(&limbs) }
    return (isNegative ? [0x2D] : []) + digits(&limbs)
  }

  /// The text of `mantissa` times a power of ten.
  ///
  /// - Parameters:
  ///   - mantissa: The text of an integer.
  ///   - exponent: The power.
  /// - Returns: `27315` with -2 gives `273.15`; what would need many zeros has an exponent.
  package static func number(_ mantissa: [UInt8], exponent: Int64) -> [UInt8] {
    if exponent == 0 { return mantissa }
    guard exponent < 0, exponent >= -32 else {
      return mantissa + [0x65] + Array(String(exponent).utf8)
    }
    let sign = mantissa.prefix { $0 == 0x2D }
    var digits = Array(mantissa.dropFirst(sign.count))
    let scale = Int(-exponent)
    let missing = scale + 1 - digits.count
    if missing > 0 { digits = Array(repeating: 0x30, count: missing) + digits }
    return sign + digits.dropLast(scale) + [0x2E] + digits.suffix(scale)
  }

  /// Least significant first, without zeros at the end.
  private static func limbs(of magnitude: Span<UInt8>) -> [UInt64] {
    var limbs = [UInt64](repeating: 0, count: (magnitude.count + 7) / 8)
    for index in magnitude.indices {
      let place = magnitude.count - 1 - index
      limbs[place / 8] |= UInt64(magnitude[index]) << UInt64(place % 8 * 8)
    }
    while limbs.last == 0 { limbs.removeLast() }
    return limbs
  }

  private static func increment(_ limbs: inout [UInt64]) {
    for index in limbs.indices {
      limbs[index] &+= 1
      if limbs[index] != 0 { return }
    }
    limbs.append(1)
  }

  private static func digits(_ limbs: inout [UInt64]) -> [UInt8] {
    var reversed: [UInt8] = []
    while !limbs.isEmpty {
      var rest = divide(&limbs)
      for _ in 0..<19 {
        reversed.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      }
    }
    while reversed.last == 0x30 { reversed.removeLast() }
    return reversed.isEmpty ? [0x30] : reversed.reversed()
  }

  /// Divides by 10^19 and answers the remainder.
  private static func divide(_ limbs: inout [UInt64]) -> UInt64 {
    let divisor: UInt64 = 10_000_000_000_000_000_000
    var rest: UInt64 = 0
    for index in limbs.indices.reversed() {
      (limbs[index], rest) = divisor.dividingFullWidth((rest, limbs[index]))
    }
    while limbs.last == 0 { limbs.removeLast() }
    return rest
  }
}

extension TapeWalk {
  /// The decimal fraction of tag 4 whose array stands at `start` (RFC 8949, section 3.4.4).
  ///
  /// - Returns: Nil when the value is none, or beyond the size that is written as digits.
  @usableFromInline
  func decimalText(at start: Int) -> [UInt8]? {
    let array = memory.word(start)
    guard array.kind == .array, array.count == 2 else { return nil }
    let exponent = unsafe TapeValue(memory, at: start + 1)
    guard let power = try? exponent.int64() else { return nil }
    let place = memory.end(of: start + 1)
    let mantissa = unsafe TapeValue(memory, at: place)
    guard let tag = mantissa.tag else {
      guard mantissa.kind == .integer, let text = try? mantissa.numberString() else { return nil }
      return DecimalText.number(Array(text.utf8), exponent: power)
    }
    guard tag == 2 || tag == 3, let magnitude = try? mantissa.untagged.binary(),
      magnitude.count <= 2048
    else { return nil }
    let text = DecimalText.integer(magnitude, isNegative: tag == 3)
    return DecimalText.number(text, exponent: power)
  }
}
