internal import MoltScalars
internal import MoltTape

/// A number read digit by digit: what the quick way of ``NumberWord`` leaves over.
@unsafe struct LongNumber {
  let input: UnsafePointer<UInt8>
  let count: Int
  let start: Int

  private(set) var isNegative = false
  /// Whether there is a point or an exponent.
  private(set) var isFloat = false
  /// The offset behind the last byte.
  private(set) var end: Int
  /// The first 19 digits that count.
  private var digits: UInt64 = 0
  private var digitCount = 0
  /// Whether a digit other than zero stands behind those.
  private var isCut = false
  /// What the digits are to be multiplied by, as a power of ten.
  private var exponent = 0

  /// Reads the number at an offset.
  ///
  /// - Returns: Nil when there is none (RFC 8259, section 6); what follows is not looked at.
  /// - Complexity: O(length)
  @inline(never)
  init?(_ input: UnsafePointer<UInt8>, count: Int, at start: Int) {
    unsafe self.input = input
    unsafe self.count = count
    unsafe self.start = start
    unsafe end = start
    guard unsafe readNumber() else { return nil }
  }

  private var next: UInt8 { unsafe end < count ? input[end] : 0 }

  private mutating func readNumber() -> Bool {
    if unsafe next == 0x2D {
      unsafe isNegative = true
      unsafe end += 1
    }
    let first = unsafe end
    let wholeCount = unsafe readDigits(scale: 0)
    guard wholeCount > 0, unsafe wholeCount == 1 || input[first] != 0x30 else { return false }
    if unsafe next == 0x2E {
      unsafe isFloat = true
      unsafe end += 1
      guard unsafe readDigits(scale: -1) > 0 else { return false }
    }
    return unsafe next | 0x20 == 0x65 ? readExponent() : true
  }

  /// Reads digits; each of them changes the exponent by `scale`.
  private mutating func readDigits(scale: Int) -> Int {
    let first = unsafe end
    while unsafe next &- 0x30 < 10 {
      let digit = unsafe UInt64(next &- 0x30)
      if unsafe digitCount < 19 {
        unsafe digits = digits &* 10 &+ digit
        unsafe digitCount += digits == 0 ? 0 : 1
        unsafe exponent += scale
      } else {
        unsafe isCut = isCut || digit != 0
        unsafe exponent += scale + 1
        unsafe digitCount += 1
      }
      unsafe end += 1
    }
    return unsafe end - first
  }

  private mutating func readExponent() -> Bool {
    unsafe isFloat = true
    unsafe end += 1
    let isBelowOne = unsafe next == 0x2D
    if unsafe isBelowOne || next == 0x2B { unsafe end += 1 }
    let first = unsafe end
    var value = 0
    while unsafe next &- 0x30 < 10 {
      // Beyond that it makes no difference, whatever the length of the digits.
      value = unsafe min(value * 10 + Int(next &- 0x30), 1 << 40)
      unsafe end += 1
    }
    unsafe exponent += isBelowOne ? -value : value
    return unsafe end > first
  }

  /// The words of the number.
  ///
  /// An integer beyond 64 bits stays text, as does a float that no `Double` comes near; minus zero
  /// keeps its sign in its source.
  ///
  /// - Complexity: O(length)
  var words: (word: TapeWord, operand: UInt64?) {
    if unsafe isFloat {
      let value = unsafe nearest
      guard value.isFinite else { return unsafe (source(.number), nil) }
      return unsafe (source(.double), (isNegative ? -value : value).bitPattern)
    }
    guard let magnitude = unsafe integer else { return unsafe (source(.number), nil) }
    if unsafe isNegative {
      guard magnitude <= 1 << 63 else { return unsafe (source(.number), nil) }
      let value = Int64(bitPattern: 0 &- magnitude)
      if value != 0, TapeWord.inlineIntegers.contains(value) {
        return (TapeWord(integer: value), nil)
      }
      return unsafe (source(.int64), UInt64(bitPattern: value))
    }
    guard let value = Int64(exactly: magnitude) else { return unsafe (source(.uint64), magnitude) }
    if TapeWord.inlineIntegers.contains(value) { return (TapeWord(integer: value), nil) }
    return unsafe (source(.int64), magnitude)
  }

  private func source(_ kind: TapeWord.Kind) -> TapeWord {
    unsafe TapeWord(kind, count: end - start, at: start)
  }

  /// The integer without its sign, if 64 bits hold it.
  private var integer: UInt64? {
    if unsafe digitCount <= 19 { return unsafe digits }
    guard unsafe digitCount == 20 else { return nil }
    let (tens, isTooLarge) = unsafe digits.multipliedReportingOverflow(by: 10)
    let (value, overflows) = unsafe tens.addingReportingOverflow(UInt64(input[end - 1] &- 0x30))
    return isTooLarge || overflows ? nil : value
  }

  /// The nearest `Double` without the sign; an infinity where there is none.
  private var nearest: Double {
    // Where the cut off number and the next one round to the same, all between them do.
    let value = unsafe Double(nearestTo: digits, timesTenTo: exponent)
    if unsafe !isCut || value == Double(nearestTo: digits &+ 1, timesTenTo: exponent) {
      return value
    }
    let first = unsafe isNegative ? start + 1 : start
    let text = unsafe UnsafeBufferPointer(start: input + first, count: end - first)
    // A number of JSON is one of Swift.
    return unsafe Double(String(decoding: text, as: UTF8.self)) ?? .nan
  }
}
