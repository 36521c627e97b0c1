internal import CMoltIntrinsics
internal import MoltTape

/// The words of the numbers of a document.
///
/// A number without an exponent and with up to 19 digits becomes digits of 64 bits, which are an
/// integer or together with the place of the point the nearest `Double`. What is longer or has an
/// exponent is a ``LongNumber``.
///
/// With AVX2 whole lists of numbers are read by `molt_json_read_numbers`; this is what reads them
/// elsewhere and at the borders of a document.
enum NumberWord {
  /// Reads a number and writes its words.
  ///
  /// - Parameters:
  ///   - start: The first byte, a minus sign or whatever else is not another value's first byte; 32
  ///     bytes can be read.
  ///   - offset: Where the number stands in the document.
  ///   - out: Where the words go.
  /// - Returns: The place behind the words; nil when the number is none, or has to go the long way.
  @inline(never)
  static func read(
    _ start: UnsafePointer<UInt8>,
    at offset: Int,
    to out: UnsafeMutablePointer<UInt64>
  ) -> UnsafeMutablePointer<UInt64>? {
    let short = unsafe short(start)
    if short != 0 {
      unsafe out[0] = short
      return unsafe out + 1
    }
    let isNegative = unsafe start[0] == 0x2D
    guard let decimal = unsafe DigitBytes.decimal(start) else { return nil }
    if decimal.fractionCount == 0 {
      // What needs more than 60 bits is rare.
      guard decimal.digits &- 1 < (1 << 59) &- (isNegative ? 0 : 1) else { return nil }
      let sign: UInt64 = isNegative ? .max : 0
      let value = Int64(bitPattern: (decimal.digits ^ sign) &- sign)
      unsafe out[0] = TapeWord(integer: value).bits
      return unsafe out + 1
    }
    let bits = molt_nearest_double(
      decimal.digits,
      UInt32(truncatingIfNeeded: decimal.fractionCount)
    )
    unsafe out[0] = TapeWord(.double, count: decimal.byteCount, at: offset).bits
    unsafe out[1] = bits | (isNegative ? 1 << 63 : 0)
    return unsafe out + 2
  }

  /// Reads an integer of up to seven digits, which most integers are.
  ///
  /// - Parameter start: The first byte; 10 bytes can be read.
  /// - Returns: Its word; 0 for everything else.
  @inline(__always)
  static func short(_ start: UnsafePointer<UInt8>) -> UInt64 {
    let isNegative = unsafe start[0] == 0x2D
    guard let value = unsafe shortInteger(start + (isNegative ? 1 : 0)) else { return 0 }
    // Minus zero keeps its source.
    guard value != 0 || !isNegative else { return 0 }
    let sign: UInt64 = isNegative ? .max : 0
    return TapeWord(integer: Int64(bitPattern: (value ^ sign) &- sign)).bits
  }

  /// An integer of up to seven digits with nothing behind it.
  @inline(__always)
  private static func shortInteger(_ digits: UnsafePointer<UInt8>) -> UInt64? {
    let word = unsafe molt_load64(digits) ^ DigitBytes.zeros
    let count = DigitBytes.count(word)
    guard count > 0, count < 8, unsafe endsNumber(digits[count]), count == 1 || word & 0xFF != 0
    else { return nil }
    return DigitBytes.value(DigitBytes.align(word, count))
  }
}

/// Whether a byte may stand behind a number or literal; a colon may not, nor a text.
@inline(__always)
func endsNumber(_ byte: UInt8) -> Bool {
  if byte == 0x2C { return true }
  // Tab, line feed, carriage return and space; then both closing brackets.
  if byte <= 0x20 { return 0x1_0000_2600 >> UInt64(byte) & 1 != 0 }
  return byte | 0x20 == 0x7D
}
