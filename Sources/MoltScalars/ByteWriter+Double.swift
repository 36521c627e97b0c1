public import MoltBytes

extension ByteWriter {
  /// Appends a float with the fewest digits that read back as the same float, the closest to it
  /// among those.
  ///
  /// - Parameters:
  ///   - value: Any float; the non-finite ones are written as `inf`, `-inf` and `nan`.
  ///   - notation: How the digits are laid out.
  /// - Complexity: O(1), without a loop.
  public mutating func appendDouble(_ value: Double, _ notation: DoubleNotation) {
    let magnitude = value.magnitude
    guard magnitude < .infinity else {
      append(value != value ? "nan" : value < 0 ? "-inf" : "inf")
      return
    }
    if notation == .ecmaScript { return appendECMAScript(value) }
    // Safety: at most 25 bytes count; the farthest word is the exponent's, at 20 to 27.
    unsafe append(reserving: 34) { output in
      unsafe output[0] = 0x2D
      let start = value.sign == .minus ? 1 : 0
      return unsafe start &+ storeDouble(magnitude, notation, to: output + start)
    }
  }

  /// Appends a float as Python's `repr` writes it.
  ///
  /// The same as ``appendDouble(_:_:)`` with ``DoubleNotation/python``.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendPythonRepr(_ value: Double) { appendDouble(value, .python) }

  /// Appends a finite float in ECMAScript's notation.
  @inline(never)
  private mutating func appendECMAScript(_ value: Double) {
    // Up to there, all digits of an integer are those that it needs.
    if value.magnitude < 1e16, let whole = Int64(exactly: value) { return appendDecimal(whole) }
    if value < 0 { append(0x2D) }
    let decimal = ShortestDecimal(value.magnitude)
    let point = decimal.point
    // Safety: digits and zeros take at most 27 bytes, digits and exponent at most 23; words that
    // are written over an end reach no farther than 40.
    unsafe append(reserving: 48) { output in
      if 16 < point && point <= 21 {
        let digits = DecimalDigits.sixteen(decimal.leading) | DecimalDigits.ascii16
        unsafe output.store(digits)
        unsafe output[16] = UInt8(truncatingIfNeeded: decimal.last) | 0x30
        unsafe output.store(0x3030_3030 as UInt32, at: 17)
        return point
      }
      if point == -5 {
        unsafe output.store(0x3030_3030_3030_2E30 as UInt64)
        return unsafe 7 &+ storeDigits(decimal, to: output + 7)
      }
      let count = unsafe store(decimal, .json, to: output)
      guard point > 21 else { return count }
      // The plus that the other notation leaves out goes before the two or three digits.
      let size = point > 100 ? 3 : 2
      for index in 0..<size { unsafe output[count - index] = output[count - index - 1] }
      unsafe output[count - size] = 0x2B
      return count &+ 1
    }
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Writes a finite float.
  ///
  /// Safety: 34 bytes may be written.
  ///
  /// - Parameters:
  ///   - value: Any but NaN and the infinities.
  ///   - notation: Not ECMAScript's.
  /// - Returns: How many of the bytes count.
  @unsafe package func storeDouble(_ value: Double, _ notation: DoubleNotation) -> Int {
    unsafe self[0] = 0x2D
    let start = value.sign == .minus ? 1 : 0
    return unsafe start &+ MoltScalars.storeDouble(value.magnitude, notation, to: self + start)
  }

  /// Writes an integer.
  ///
  /// Safety: 24 bytes may be written.
  ///
  /// - Parameter value: The integer.
  /// - Returns: How many of the bytes count.
  @unsafe package func storeDecimal(_ value: Int64) -> Int {
    unsafe self[0] = 0x2D
    let start = value < 0 ? 1 : 0
    return unsafe start &+ storeDigits(value.magnitude, to: self + start)
  }
}

/// Writes a finite number that is not negative.
///
/// - Parameters:
///   - magnitude: The number.
///   - notation: Not ECMAScript's.
///   - output: At least 33 bytes.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeDouble(
  _ magnitude: Double,
  _ notation: DoubleNotation,
  to output: UnsafeMutablePointer<UInt8>
) -> Int {
  // From 2^53 on, the digits that a number needs are not all of its digits.
  if magnitude < 0x1p53 {
    let whole = Int64(magnitude)
    if Double(whole) == magnitude {
      let count = unsafe storeDigits(UInt64(truncatingIfNeeded: whole), to: output)
      unsafe output.store(0x302E as UInt16, at: count)
      return count &+ 2
    }
  }
  return unsafe store(ShortestDecimal(magnitude), notation, to: output)
}

/// Writes all digits of a number without a point.
///
/// - Returns: How many there are.
@inline(__always) @unsafe
private func storeDigits(
  _ decimal: ShortestDecimal,
  to output: UnsafeMutablePointer<UInt8>
) -> Int {
  let digits = DecimalDigits.sixteen(decimal.leading)
  unsafe output.store(digits | DecimalDigits.ascii16)
  unsafe output[16] = UInt8(truncatingIfNeeded: decimal.last) | 0x30
  return decimal.last != 0 ? 17 : 16 &- digits.leadingZeroBitCount >> 3
}

/// Writes a number in Python's or JSON's notation.
///
/// - Parameters:
///   - decimal: The number.
///   - notation: Not ECMAScript's.
///   - output: At least 33 bytes.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func store(
  _ decimal: ShortestDecimal,
  _ notation: DoubleNotation,
  to output: UnsafeMutablePointer<UInt8>
) -> Int {
  let digits = DecimalDigits.sixteen(decimal.leading)
  let hasLast = Int(truncatingIfNeeded: flag(decimal.last != 0))
  let zeros = digits.leadingZeroBitCount >> 3
  let count = 16 &+ hasLast &- zeros &* (1 &- hasLast)
  let characters = digits | DecimalDigits.ascii16
  let last = UInt8(truncatingIfNeeded: decimal.last) | 0x30
  let point = decimal.point
  if 1..<16 ~= point, point < count {
    unsafe output.store(DecimalDigits.insertPoint(into: characters, at: point))
    unsafe output[16] = UInt8(truncatingIfNeeded: characters >> 120)
    unsafe output[17] = last
    return count &+ 1
  }
  if 1...16 ~= point {
    unsafe output.store(characters)
    unsafe output[point] = 0x2E
    unsafe output[point &+ 1] = count > point ? last : 0x30
    return point &+ 2
  }
  if (notation == .python ? -3 : -4) <= point, point <= 0 {
    unsafe output.store(0x3030_3030_3030_2E30 as UInt64)
    unsafe output.store(characters, at: 2 &- point)
    unsafe output[18 &- point] = last
    return 2 &- point &+ count
  }
  unsafe output[0] = UInt8(truncatingIfNeeded: characters)
  unsafe output[1] = 0x2E
  unsafe output.store(characters >> 8, at: 2)
  unsafe output[17] = last
  let end = count == 1 ? 1 : count &+ 1
  return unsafe end &+ storeExponent(point &- 1, notation, to: output + end)
}

/// Writes `e` and an exponent: in Python's notation with a sign and two or three digits, in JSON's
/// with a minus, if any, and one to three.
///
/// - Parameters:
///   - exponent: From -324 to 308.
///   - notation: Not ECMAScript's.
///   - output: At least 8 bytes.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeExponent(
  _ exponent: Int,
  _ notation: DoubleNotation,
  to output: UnsafeMutablePointer<UInt8>
) -> Int {
  let isPython = notation == .python
  let size = exponent.magnitude
  let digits = UInt64(size / 100) | UInt64(size / 10 % 10) << 8 | UInt64(size % 10) << 16 | 0x303030
  let count = size >= 100 ? 3 : size >= 10 || isPython ? 2 : 1
  let sign: UInt64 = exponent < 0 ? 0x2D : isPython ? 0x2B : 0
  let signSize = sign == 0 ? 0 : 1
  let shown = digits >> UInt64(8 &* (3 &- count))
  unsafe output.store(0x65 | sign << 8 | shown << UInt64(8 &+ 8 &* signSize))
  return 1 &+ signSize &+ count
}
