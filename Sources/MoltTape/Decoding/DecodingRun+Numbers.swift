extension DecodingRun {
  @inline(__always)
  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type, _ index: Int) throws -> Integer {
    let word = memory.word(index)
    if _fastPath(word.kind == .integer), let value = Integer(exactly: word.integer) { return value }
    return try otherInteger(type, untagged(index))
  }

  @inline(never)
  private func otherInteger<Integer: FixedWidthInteger>(
    _ type: Integer.Type,
    _ index: Int
  ) throws -> Integer {
    let word = memory.word(index)
    let value: Integer?
    switch word.kind {
    case .integer: value = Integer(exactly: word.integer)
    case .int64: value = Integer(exactly: Int64(bitPattern: memory.operand(index)))
    case .uint64: value = Integer(exactly: memory.operand(index))
    case .double:
      let float = Double(bitPattern: memory.operand(index))
      // Beyond 2^53 neighbouring integers share a Double; the text still tells them apart.
      let isExact = memory.format != .json || float.magnitude < 0x1p53
      value = unsafe isExact ? Integer(exactly: float) : wholeNumber(memory.bytes(of: word))
    case .number: value = unsafe wholeNumber(memory.bytes(of: word))
    default: throw mismatch(type, at: index)
    }
    guard let value else { throw unfit(type, at: index) }
    return value
  }

  @inline(__always)
  func double(_ index: Int) throws -> Double {
    let word = memory.word(index)
    if _fastPath(word.kind == .double) { return Double(bitPattern: memory.operand(index)) }
    if word.kind == .integer { return Double(word.integer) }
    return try otherDouble(untagged(index))
  }

  @inline(never)
  private func otherDouble(_ index: Int) throws -> Double {
    let word = memory.word(index)
    switch word.kind {
    case .integer: return Double(word.integer)
    case .int64: return Double(Int64(bitPattern: memory.operand(index)))
    case .uint64: return Double(memory.operand(index))
    case .double: return Double(bitPattern: memory.operand(index))
    case .number: return try finite(Double(numberText(word)), at: index)
    default: return try named(Double.self, at: index)
    }
  }

  @inline(never)
  func float(_ place: Int) throws -> Float {
    let index = untagged(place)
    let word = memory.word(index)
    switch word.kind {
    case .integer: return Float(word.integer)
    case .int64: return Float(Int64(bitPattern: memory.operand(index)))
    case .uint64: return Float(memory.operand(index))
    case .double: return try narrowed(Double(bitPattern: memory.operand(index)), at: index)
    case .number: return try finite(Float(numberText(word)), at: index)
    default: return try named(Float.self, at: index)
    }
  }

  private func narrowed(_ value: Double, at index: Int) throws -> Float {
    guard value.isFinite else { return Float(value) }
    // Exactly between two floats the text decides: rounded twice it could go the wrong way.
    let isBetween = value.bitPattern & (1 << 29 - 1) == 1 << 28
    guard isBetween, memory.format == .json else { return try finite(Float(value), at: index) }
    return try finite(Float(numberText(memory.word(index))), at: index)
  }

  private func finite<Number: BinaryFloatingPoint>(
    _ value: Number?,
    at index: Int
  ) throws -> Number {
    guard let value, value.isFinite else { throw unfit(Number.self, at: index) }
    return value
  }

  private func numberText(_ word: TapeWord) -> String {
    unsafe String(decoding: memory.bytes(of: word), as: UTF8.self)
  }

  /// A float that stands as a text.
  private func named<Number: BinaryFloatingPoint>(
    _ type: Number.Type,
    at index: Int
  ) throws -> Number {
    let kind = memory.word(index).kind
    guard kind == .text || kind == .arenaText,
      case .texts(let infinity, let negativeInfinity, let nan) = options.nonConformingFloats
    else { throw mismatch(type, at: index) }
    switch try string(index) {
    case infinity: return .infinity
    case negativeInfinity: return -.infinity
    case nan: return .nan
    default: throw mismatch(type, at: index)
    }
  }
}

/// The integer that a number of JSON is, if it is one that the type holds: `1.50e2` is 150.
///
/// - Complexity: O(bytes of the number), whatever its exponent is.
@unsafe
private func wholeNumber<Integer: FixedWidthInteger>(
  _ text: UnsafeBufferPointer<UInt8>
) -> Integer? {
  let text = unsafe Array(text)
  let isNegative = text.first == 0x2D
  let mantissaEnd = text.firstIndex { $0 | 0x20 == 0x65 } ?? text.count
  let mantissa = text[(isNegative ? 1 : 0)..<mantissaEnd]
  let digits = mantissa.filter { $0 != 0x2E }
  let integerCount =
    mantissa.firstIndex(of: 0x2E).map { $0 - mantissa.startIndex } ?? digits.count
  guard let exponent = exponent(text[mantissaEnd...]) else {
    return digits.allSatisfy { $0 == 0x30 } ? 0 : nil
  }
  // Behind its last digit other than zero a number is all zeros, which count for nothing.
  let significantCount = (digits.lastIndex { $0 != 0x30 } ?? -1) + 1
  guard significantCount > 0 else { return 0 }
  let wholeCount = integerCount + exponent
  guard wholeCount >= significantCount else { return nil }
  var value: Integer = 0
  for index in 0..<wholeCount {
    let digit = index < significantCount ? Integer(digits[index] - 0x30) : 0
    let (product, overflows) = value.multipliedReportingOverflow(by: 10)
    let (sum, carries) =
      isNegative
      ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
    if overflows || carries { return nil }
    value = sum
  }
  return value
}

/// The number after the `e`; 0 without one, nil when it has more than six digits.
private func exponent(_ text: ArraySlice<UInt8>) -> Int? {
  let body = text.dropFirst()
  let isNegative = body.first == 0x2D
  var value = 0
  for byte in body where byte != 0x2D && byte != 0x2B {
    value = value * 10 + Int(byte - 0x30)
    if value > 999_999 { return nil }
  }
  return isNegative ? -value : value
}
