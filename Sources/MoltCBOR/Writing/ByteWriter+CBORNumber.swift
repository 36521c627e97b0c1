public import MoltBytes

extension ByteWriter {
  /// Appends an integer of any size: n, or -1 - n.
  ///
  /// Major types 0 and 1 where 64 bits hold n, otherwise tag 2 or 3 without leading zeros (RFC 8949,
  /// section 3.4.3).
  ///
  /// - Parameters:
  ///   - magnitude: The number n, most significant byte first.
  ///   - isNegative: Whether -1 - n is meant.
  public mutating func appendCBOR(bigInteger magnitude: Span<UInt8>, isNegative: Bool) {
    var zeros = 0
    while zeros < magnitude.count, magnitude[zeros] == 0 { zeros += 1 }
    let bytes = magnitude.extracting(zeros...)
    guard bytes.count <= 8 else {
      appendCBOR(tag: isNegative ? 3 : 2)
      return appendCBOR(binary: bytes)
    }
    var value: UInt64 = 0
    for index in bytes.indices { value = value << 8 | UInt64(bytes[index]) }
    appendCBORHead(isNegative ? 0x20 : 0x00, value)
  }

  /// Appends a number in JSON's grammar without losing a digit.
  ///
  ///     18446744073709551616     c2 49 01 00 00 00 00 00 00 00 00
  ///     1.50                     c4 82 21 18 96, the decimal fraction 150 * 10^-2
  ///
  /// - Throws: `numberOutOfRange` for more than 16,384 digits, an exponent beyond 64 bits, and what
  ///   is no number.
  mutating func appendCBOR(number: Span<UInt8>) throws(CBORWriteError) {
    guard let parts = NumberParts(number), let exponent = parts.exponent else {
      throw .numberOutOfRange
    }
    if parts.isFraction {
      appendCBOR(tag: 4)
      appendCBORArrayHeader(2)
      appendCBOR(exponent)
    }
    var magnitude = parts.magnitude
    let isNegative = parts.isNegative && magnitude.contains { $0 != 0 }
    if isNegative { decrement(&magnitude) }
    appendCBOR(bigInteger: magnitude.span, isNegative: isNegative)
  }

  private func decrement(_ bytes: inout [UInt8]) {
    for index in bytes.indices.reversed() {
      bytes[index] &-= 1
      if bytes[index] != 0xFF { return }
    }
  }
}

/// What the text of a number consists of.
private struct NumberParts {
  static let digitLimit = 16_384

  var isNegative = false
  /// Those of the integer and the fraction.
  var digits: [UInt8] = []
  /// Whether there is a point or an exponent.
  var isFraction = false
  /// The power of ten of the last digit; nil beyond 64 bits.
  var exponent: Int64? = 0

  init?(_ text: Span<UInt8>) {
    var index = 0
    if index < text.count, text[index] == 0x2D {
      isNegative = true
      index += 1
    }
    index = appendDigits(text, from: index)
    let integerCount = digits.count
    if index < text.count, text[index] == 0x2E {
      isFraction = true
      index = appendDigits(text, from: index + 1)
    }
    let fractionCount = digits.count - integerCount
    if index < text.count, text[index] | 0x20 == 0x65 {
      isFraction = true
      exponent = Self.integer(text.extracting((index + 1)...))
      index = text.count
    }
    let (sum, isOver) = (exponent ?? 0).subtractingReportingOverflow(Int64(fractionCount))
    if exponent != nil { exponent = isOver ? nil : sum }
    guard index == text.count, !digits.isEmpty, digits.count <= Self.digitLimit else {
      return nil
    }
  }

  private mutating func appendDigits(_ text: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < text.count, text[index] &- 0x30 < 10, digits.count <= Self.digitLimit {
      digits.append(text[index] &- 0x30)
      index += 1
    }
    return index
  }

  private static func integer(_ text: Span<UInt8>) -> Int64? {
    Int64(String(decoding: text.indices.map { text[$0] }, as: UTF8.self))
  }

  /// The digits as bytes, most significant first.
  var magnitude: [UInt8] {
    // Least significant first, each of 32 bits; nine digits go in at once.
    var limbs: [UInt32] = []
    var index = digits.count % 9
    var chunk = digits[..<index]
    while true {
      var carry = chunk.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
      for place in limbs.indices {
        let product = UInt64(limbs[place]) * 1_000_000_000 + carry
        limbs[place] = UInt32(truncatingIfNeeded: product)
        carry = product >> 32
      }
      if carry > 0 { limbs.append(UInt32(carry)) }
      guard index < digits.count else { break }
      chunk = digits[index..<(index + 9)]
      index += 9
    }
    return limbs.reversed().flatMap { limb in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: limb >> UInt32($0)) }
    }
  }
}
