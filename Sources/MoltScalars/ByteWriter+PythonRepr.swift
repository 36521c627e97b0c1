public import MoltBytes

extension ByteWriter {
  /// Appends a floating-point number as Python's `repr` writes it.
  ///
  /// The shortest digits that read back as the same number, the closest to it among those. Numbers
  /// from 1e-4 up to but not including 1e16 are written without an exponent and always with a
  /// point, others as `1e+16` or `1.5e-07`. The non-finite ones are `inf`, `-inf` and `nan`.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendPythonRepr(_ value: Double) {
    let magnitude = value.magnitude
    guard magnitude < .infinity else {
      append(value != value ? "nan" : value < 0 ? "-inf" : "inf")
      return
    }
    // Safety: at most 24 bytes count; the farthest word is the exponent's, at 19 to 26.
    unsafe append(reserving: 33) { output in
      unsafe output[0] = 0x2D
      let start = value.sign == .minus ? 1 : 0
      return unsafe start &+ store(magnitude, to: output + start)
    }
  }
}

/// Writes a finite number that is not negative.
///
/// - Parameters:
///   - magnitude: The number.
///   - output: At least 32 bytes.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func store(_ magnitude: Double, to output: UnsafeMutablePointer<UInt8>) -> Int {
  // From 2^53 on, the digits that a number needs are not all of its digits.
  if magnitude < 0x1p53 {
    let whole = Int64(magnitude)
    if Double(whole) == magnitude {
      let count = unsafe storeDigits(UInt64(truncatingIfNeeded: whole), to: output)
      unsafe output.store(0x302E as UInt16, at: count)
      return count &+ 2
    }
  }
  return unsafe store(ShortestDecimal(magnitude), to: output)
}

/// Writes a number in Python's notation.
///
/// - Parameters:
///   - decimal: The number.
///   - output: At least 32 bytes.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func store(_ decimal: ShortestDecimal, to output: UnsafeMutablePointer<UInt8>) -> Int {
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
  if -3...0 ~= point {
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
  return unsafe end &+ storeExponent(point &- 1, to: output + end)
}

/// Writes `e`, a sign and two or three digits.
///
/// - Parameters:
///   - exponent: From -324 to 308.
///   - output: At least 8 bytes.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeExponent(_ exponent: Int, to output: UnsafeMutablePointer<UInt8>) -> Int {
  let sign: UInt64 = exponent < 0 ? 0x2D : 0x2B
  let size = exponent.magnitude
  let hundreds = UInt64(size / 100)
  let tens = UInt64(size / 10 % 10)
  let ones = UInt64(size % 10)
  let two = tens | ones << 8 | 0x3030
  let three = (hundreds | 0x30) | two << 8
  unsafe output.store(0x65 | sign << 8 | (hundreds == 0 ? two : three) << 16)
  return hundreds == 0 ? 4 : 5
}
