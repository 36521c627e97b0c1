internal import CMoltIntrinsics

extension Double {
  /// Creates the number nearest to a decimal text, ties to even.
  ///
  /// Takes digits with at most one point anywhere among them, in front of them or behind, a sign
  /// and an exponent: `1`, `-.5`, `+2.`, `1.5e-7`. Also `inf`, `infinity` and `nan` with any case
  /// and sign. Other texts, and texts with anything around the number, give nil.
  ///
  /// - Parameter text: The characters.
  /// - Complexity: O(`text.count`), without allocating for numbers of up to 19 digits and nearly all
  ///   longer ones.
  public init?(text: Span<UInt8>) {
    let value = unsafe text.withUnsafeBufferPointer { bytes -> Double? in
      guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
      let decimal = unsafe molt_read_decimal(base, bytes.count)
      guard decimal.is_read != 0 else { return unsafe parse(base, bytes.count) }
      let exponent = Int(truncatingIfNeeded: decimal.exponent)
      let magnitude = Double(nearestTo: decimal.digits, timesTenTo: exponent)
      return unsafe Double(sign: base[0] == 0x2D ? .minus : .plus, magnitude)
    }
    guard let value else { return nil }
    self = value
  }

  /// The same without vector instructions, for tests.
  package init?(textWithoutVectors text: Span<UInt8>) {
    let value = unsafe text.withUnsafeBufferPointer { bytes -> Double? in
      guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
      return unsafe parse(base, bytes.count)
    }
    guard let value else { return nil }
    self = value
  }
}

/// The number that the bytes write, if they write one, read byte by byte.
@inline(never)
private func parse(_ base: UnsafePointer<UInt8>, _ count: Int) -> Double? {
  var reader = unsafe DecimalReader(base, count)
  let isNegative = unsafe base[0] == 0x2D
  if unsafe isNegative || base[0] == 0x2B { unsafe reader.offset = 1 }
  guard let number = unsafe reader.read() else { return unsafe word(reader, isNegative) }
  guard unsafe reader.offset == count else { return nil }
  let magnitude =
    unsafe number.isExact
    ? Double(nearestTo: number.digits, timesTenTo: number.exponent)
    : truncated(number, base, count)
  return Double(sign: isNegative ? .minus : .plus, magnitude)
}

extension Double {
  @inline(__always)
  fileprivate init(sign: FloatingPointSign, _ magnitude: Double) {
    self.init(bitPattern: magnitude.bitPattern | (sign == .minus ? 1 << 63 : 0))
  }
}

/// A number of more than 19 significant digits, of which 19 were read.
@inline(never) @unsafe
private func truncated(
  _ number: DecimalNumber,
  _ base: UnsafePointer<UInt8>,
  _ count: Int
) -> Double {
  // Where the cut off number and the next one round to the same, all between them do.
  let lower = Double(nearestTo: number.digits, timesTenTo: number.exponent)
  let upper = Double(nearestTo: number.digits &+ 1, timesTenTo: number.exponent)
  if lower == upper { return lower }
  let bytes = unsafe UnsafeBufferPointer(start: base, count: count)
  return unsafe (Double(String(decoding: bytes, as: UTF8.self)) ?? .nan).magnitude
}

/// The number that a word stands for: `inf`, `infinity` or `nan`.
@inline(never) @unsafe
private func word(_ reader: DecimalReader, _ isNegative: Bool) -> Double? {
  let start = unsafe isNegative || reader.base[0] == 0x2B ? 1 : 0
  let bytes = unsafe UnsafeBufferPointer(start: reader.base + start, count: reader.count - start)
  guard bytes.count <= 8 else { return nil }
  return switch unsafe String(decoding: bytes.map { $0 | 0x20 }, as: UTF8.self) {
  case "inf", "infinity": isNegative ? -.infinity : .infinity
  case "nan": .nan
  default: nil
  }
}

/// A decimal number: `digits * 10^exponent`.
struct DecimalNumber {
  var digits: UInt64
  var exponent: Int
  /// Whether these are all digits; otherwise they are the first 19 that count.
  var isExact: Bool
}

/// Reads the digits, the point and the exponent of a number.
///
///     31.4159e-1     digits 314159, four of them behind the point, exponent -1 - 4
///
/// Behind the point, where numbers have most of their digits, eight are read at once.
///
/// Safety: reads no more than `count` bytes, and is used only while they are borrowed.
@unsafe struct DecimalReader {
  let base: UnsafePointer<UInt8>
  let count: Int
  /// The next byte.
  var offset = 0

  @inline(__always)
  init(_ base: UnsafePointer<UInt8>, _ count: Int) {
    unsafe self.base = base
    unsafe self.count = count
  }

  /// Reads a number without its sign.
  ///
  /// - Returns: The number, or nil when no digit stands there or none behind an `e`.
  @inline(__always)
  mutating func read() -> DecimalNumber? {
    let start = unsafe offset
    var digits: UInt64 = 0
    unsafe readDigits(&digits)
    var digitCount = unsafe offset &- start
    var exponent = 0
    if unsafe offset < count && base[offset] == 0x2E {
      unsafe offset &+= 1
      let point = unsafe offset
      unsafe readManyDigits(&digits)
      exponent = unsafe point &- offset
      digitCount &-= exponent
    }
    guard digitCount > 0 else { return nil }
    let end = unsafe offset
    var written = 0
    if unsafe offset < count && base[offset] | 0x20 == 0x65 {
      guard let number = unsafe readExponent() else { return nil }
      written = number
    }
    if _slowPath(digitCount > 19) {
      return unsafe readLong(start..<end, exponent, written)
    }
    return DecimalNumber(digits: digits, exponent: exponent &+ written, isExact: true)
  }

  /// Appends the digits that follow to `digits`, which may overflow.
  @inline(__always)
  private mutating func readDigits(_ digits: inout UInt64) {
    while unsafe offset < count {
      let digit = unsafe base[offset] ^ 0x30
      guard digit < 10 else { return }
      digits = digits &* 10 &+ UInt64(digit)
      unsafe offset &+= 1
    }
  }

  /// Appends many digits, eight at a time where that is possible.
  @inline(__always)
  private mutating func readManyDigits(_ digits: inout UInt64) {
    while unsafe count &- offset >= 8 {
      let word = unsafe load(at: offset)
      guard DecimalDigits.digitCount(word) == 8 else { break }
      digits = digits &* 100_000_000 &+ DecimalDigits.value(word ^ DecimalDigits.ascii)
      unsafe offset &+= 8
    }
    unsafe readDigits(&digits)
  }

  /// Eight bytes, the first in the lowest.
  @inline(__always)
  private func load(at offset: Int) -> UInt64 {
    let word = unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self)
    return UInt64(littleEndian: word)
  }

  /// Reads `e`, a sign and digits.
  ///
  /// - Returns: The exponent, less than 2^44 away from zero whatever is written, or nil without a digit.
  @inline(__always)
  private mutating func readExponent() -> Int? {
    unsafe offset &+= 1
    var isNegative = false
    if unsafe offset < count, unsafe base[offset] == 0x2D || base[offset] == 0x2B {
      isNegative = unsafe base[offset] == 0x2D
      unsafe offset &+= 1
    }
    let start = unsafe offset
    var exponent = 0
    while unsafe offset < count {
      let digit = unsafe base[offset] ^ 0x30
      guard digit < 10 else { break }
      // With that many digits in front of it, no exponent brings a number back into range.
      if exponent < 1 << 40 { exponent = exponent &* 10 &+ Int(digit) }
      unsafe offset &+= 1
    }
    guard unsafe offset > start else { return nil }
    return isNegative ? 0 &- exponent : exponent
  }

  /// Reads more than 19 digits again: zeros in front do not count, and only 19 fit.
  ///
  /// - Parameters:
  ///   - range: The digits and their point.
  ///   - fraction: Minus the number of digits behind the point.
  ///   - written: The exponent.
  /// - Returns: The digits that fit.
  @inline(never)
  private func readLong(
    _ range: Range<Int>,
    _ fraction: Int,
    _ written: Int
  ) -> DecimalNumber {
    var digits: UInt64 = 0
    var kept = 0
    var dropped = 0
    var isExact = true
    for index in range {
      let digit = unsafe base[index] ^ 0x30
      // The point.
      if digit > 9 { continue }
      if kept == 19 {
        dropped &+= 1
        if digit != 0 { isExact = false }
      } else if kept > 0 || digit != 0 {
        digits = digits &* 10 &+ UInt64(digit)
        kept &+= 1
      }
    }
    return DecimalNumber(
      digits: digits,
      exponent: written &+ fraction &+ dropped,
      isExact: isExact
    )
  }
}
