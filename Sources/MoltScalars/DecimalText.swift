internal import MoltBytes

/// A decimal number about to be written: `coefficient` and `zeros` zeros, times 10^`exponent`.
struct DecimalText {
  /// Less than 10^15.
  var coefficient: UInt64
  /// Zeros after the coefficient that count as digits; none if the coefficient is 0.
  var zeros: Int
  /// The power of ten of the last digit, zeros included.
  var exponent: Int
  /// Whether a minus is written, also for 0.
  var isNegative: Bool
}

extension ByteWriter {
  /// Appends a decimal number as `to-scientific-string` of the General Decimal Arithmetic
  /// specification has it, or without an exponent.
  @inline(__always)
  mutating func appendDecimalText(_ text: DecimalText, isPlain: Bool) {
    let places = 0 &- text.exponent
    // Even a single digit with 6 places needs no exponent.
    let isFixed =
      0...6 ~= places
      || (0...15 ~= places && (isPlain || DecimalDigits.count(text.coefficient) &+ 5 >= places))
    guard text.zeros == 0, isFixed else {
      appendGeneralDecimal(text, isPlain: isPlain)
      return
    }
    // Safety: 1 and at most 17 bytes are written.
    unsafe append(reserving: 24) { output in
      unsafe output[0] = 0x2D
      let start = text.isNegative ? 1 : 0
      return unsafe start &+ storeFixed(text.coefficient, places, to: output + start)
    }
  }

  @inline(never)
  private mutating func appendGeneralDecimal(_ text: DecimalText, isPlain: Bool) {
    if text.isNegative { append(0x2D) }
    let count = DecimalDigits.count(text.coefficient) &+ text.zeros
    /// How many digits stand before the point, or minus the zeros between it and the first one.
    let left = count &+ text.exponent
    if text.exponent <= 0 && left > -6 || isPlain {
      appendPlain(text, left: left)
      return
    }
    let start = self.count
    appendDigits(text)
    if count > 1 { insertPoint(at: start &+ 1) }
    append(0x45)
    append(left > 0 ? 0x2B : 0x2D)
    appendDecimal(UInt64((left &- 1).magnitude))
  }

  private mutating func appendPlain(_ text: DecimalText, left: Int) {
    if left <= 0 {
      append("0.")
      appendZeros(0 &- left)
      appendDigits(text)
    } else {
      let start = count
      appendDigits(text)
      if text.exponent < 0 { insertPoint(at: start &+ left) }
      if text.exponent > 0 { appendZeros(text.exponent) }
    }
  }

  private mutating func appendDigits(_ text: DecimalText) {
    appendDecimal(text.coefficient)
    appendZeros(text.zeros)
  }

  private mutating func appendZeros(_ count: Int) {
    for _ in 0..<count { append(0x30) }
  }

  /// Moves the bytes from `offset` on by one and writes a point there.
  mutating func insertPoint(at offset: Int) {
    let byteCount = count &- offset
    // Safety: `offset` was a former end, so the bytes from it to the end are written ones, right
    // before the memory that `output` points to.
    unsafe append(reserving: 1) { output in
      let from = unsafe output - byteCount
      unsafe (from + 1).update(from: from, count: byteCount)
      unsafe from.pointee = 0x2E
      return 1
    }
  }
}

/// Writes a number with a point before its last digits and at least one digit before the point.
///
/// - Parameters:
///   - coefficient: All digits; less than 10^15.
///   - places: How many digits stand after the point, 0 to 15.
///   - output: At least 17 bytes, all of which may be written.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeFixed(
  _ coefficient: UInt64,
  _ places: Int,
  to output: UnsafeMutablePointer<UInt8>
) -> Int {
  guard coefficient < 100_000_000, places < 8 else {
    return unsafe storeLongFixed(coefficient, places, to: output)
  }
  let digits = DecimalDigits.eight(coefficient)
  let skipped = min(digits.trailingZeroBitCount >> 3, 7 &- places)
  let point = 8 &- places &- skipped
  let characters =
    (digits | DecimalDigits.ascii) &>> UInt64(truncatingIfNeeded: skipped &* 8)
  if places == 0 {
    unsafe output.store(characters)
    return point
  }
  let bits = UInt64(truncatingIfNeeded: point &* 8)
  let before = (1 &<< bits) &- 1
  let after = (characters & ~before) &<< 8
  unsafe output.store(characters & before | 0x2E &<< bits | after)
  unsafe output[8] = UInt8(truncatingIfNeeded: characters >> 56)
  return 9 &- skipped
}

@inline(never) @unsafe
private func storeLongFixed(
  _ coefficient: UInt64,
  _ places: Int,
  to output: UnsafeMutablePointer<UInt8>
) -> Int {
  let digits = DecimalDigits.sixteen(coefficient)
  let skipped = min(digits.trailingZeroBitCount >> 3, 15 &- places)
  let point = 16 &- places &- skipped
  let characters =
    (digits | DecimalDigits.ascii16) &>> UInt128(truncatingIfNeeded: skipped &* 8)
  if places == 0 {
    unsafe output.store(characters)
    return point
  }
  unsafe output.store(DecimalDigits.insertPoint(into: characters, at: point))
  unsafe output[16] = UInt8(truncatingIfNeeded: characters >> 120)
  return 17 &- skipped
}
