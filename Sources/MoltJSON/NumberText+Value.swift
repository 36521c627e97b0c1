internal import MoltScalars

extension NumberText {
  /// How many of the number's bytes are already what Python's `repr` writes for it, if they are.
  ///
  /// A decimal number of at most 15 digits survives the way to `Double` and back, and no shorter
  /// one means the same `Double`. So the digits are known without either conversion, and `repr`
  /// writes them without an exponent from 1e-4 up to 1e16:
  ///
  ///     12.50     5 bytes in, "12.5" out: 4
  ///     0.0001    6
  ///     0.00001   nil, "1e-05" in Python
  ///
  /// Nil where that does not apply; ``value`` has to be converted then.
  var reprByteCount: Int? {
    @inline(__always) get {
      guard unsafe !hasExponent else { return nil }
      let leadingZeroCount = unsafe base[digitsStart] == 0x30 ? 1 : 0
      let digitCount = unsafe integerDigitCount + fractionDigitCount - leadingZeroCount
      guard digitCount <= 15 else { return nil }
      if leadingZeroCount == 1, unsafe !isPlainFraction { return nil }
      let point = unsafe integerEnd
      var last = unsafe fractionEnd
      while unsafe last > point + 2 && base[last - 1] == 0x30 { last -= 1 }
      return unsafe last - start
    }
  }

  /// Whether a number that starts with `0.` is zero or not smaller than 1e-4.
  private var isPlainFraction: Bool {
    let first = unsafe integerEnd + 1
    for index in unsafe first..<min(first + 4, fractionEnd) where unsafe base[index] != 0x30 {
      return true
    }
    for index in unsafe first..<fractionEnd where unsafe base[index] != 0x30 { return false }
    return true
  }

  /// The nearest `Double`; an infinity where the number is too large.
  var value: Double {
    unsafe quickValue ?? convertedValue
  }

  /// The value of a number of up to 19 digits and an exponent of up to four.
  private var quickValue: Double? {
    let fractionCount = unsafe fractionDigitCount
    guard unsafe integerDigitCount + fractionCount <= 19, let written = unsafe exponent
    else { return nil }
    var digits = unsafe decimal(digitsStart..<integerEnd, after: 0)
    if fractionCount > 0 {
      digits = unsafe decimal((integerEnd + 1)..<fractionEnd, after: digits)
    }
    let exponent = written - fractionCount
    let magnitude = Double(nearestTo: digits, timesTenTo: exponent)
    return unsafe isNegative ? -magnitude : magnitude
  }

  /// The digits of a range as an integer behind the digits of another.
  @inline(__always)
  private func decimal(_ range: Range<Int>, after first: UInt64) -> UInt64 {
    var digits = first
    for index in range { digits = unsafe digits &* 10 &+ UInt64(base[index] &- 0x30) }
    return digits
  }

  /// The number after the `e`, or nil when it has more than four digits.
  private var exponent: Int? {
    guard unsafe hasExponent else { return 0 }
    var index = unsafe fractionEnd + 1
    let sign = unsafe base[index]
    if sign == 0x2B || sign == 0x2D { index += 1 }
    guard unsafe end - index <= 4 else { return nil }
    var result = 0
    while unsafe index < end {
      result = unsafe result * 10 + Int(base[index] &- 0x30)
      index += 1
    }
    return sign == 0x2D ? -result : result
  }

  @inline(never)
  private var convertedValue: Double {
    // The scanner let nothing through that is not a number.
    unsafe Double(String(decoding: bytes, as: UTF8.self)) ?? .nan
  }
}
