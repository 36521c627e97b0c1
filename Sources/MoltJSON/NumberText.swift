/// A number as it stands in a document.
///
///     -12.50e+3
///     ^  ^  ^  ^
///     |  |  |  end
///     |  |  fractionEnd
///     |  integerEnd
///     start
///
/// Safety: points into the document and is used only while that is read.
@unsafe struct NumberText {
  let base: UnsafePointer<UInt8>
  let start: Int
  /// Where the digits before the point end.
  let integerEnd: Int
  /// Where the digits after the point end; `integerEnd` without a point.
  let fractionEnd: Int
  let end: Int

  var isNegative: Bool { unsafe base[start] == 0x2D }
  var isFloat: Bool { unsafe end != integerEnd }
  var digitsStart: Int { unsafe isNegative ? start + 1 : start }
  var integerDigitCount: Int { unsafe integerEnd - digitsStart }
  var fractionDigitCount: Int { unsafe max(fractionEnd - integerEnd - 1, 0) }
  var hasExponent: Bool { unsafe end != fractionEnd }

  /// Moves the input over one number.
  ///
  /// - Parameter input: Stands at a minus or a digit.
  /// - Throws: When a digit is missing. What Python would leave unread (`01`, `1.`, `1e`) fails
  ///   here or as an unexpected byte after the number.
  @inline(__always)
  init(scanning input: inout JSONInput) throws(JSONReencodeError) {
    unsafe base = unsafe input.base
    unsafe start = unsafe input.offset
    if unsafe input.next == 0x2D { unsafe input.offset += 1 }
    let first = unsafe input.offset
    unsafe input.skipDigits()
    let isZero = unsafe input.offset > first && base[first] == 0x30
    // A zero stands alone: what follows it is not part of the number.
    if isZero { unsafe input.offset = first + 1 }
    guard unsafe input.offset > first else { throw unsafe input.unexpected }
    unsafe integerEnd = unsafe input.offset
    if unsafe input.next == 0x2E {
      unsafe input.offset += 1
      try unsafe Self.requireDigits(&input)
    }
    unsafe fractionEnd = unsafe input.offset
    if unsafe input.next | 0x20 == 0x65 {
      unsafe input.offset += 1
      if unsafe input.next == 0x2B || input.next == 0x2D { unsafe input.offset += 1 }
      try unsafe Self.requireDigits(&input)
    }
    unsafe end = unsafe input.offset
  }

  @inline(__always)
  private static func requireDigits(_ input: inout JSONInput) throws(JSONReencodeError) {
    let start = unsafe input.offset
    unsafe input.skipDigits()
    guard unsafe input.offset > start else { throw unsafe input.unexpected }
  }

  /// All of its bytes.
  var bytes: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: base + start, count: end - start)
  }
}
