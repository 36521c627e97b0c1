internal import CMoltIntrinsics
public import MoltBytes

extension ByteWriter {
  /// Appends an integer in decimal digits, with `-` in front of a negative one.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendDecimal(_ value: Int64) {
    // Safety: at most 20 bytes count; the digits take 20 bytes from offset 1 on.
    unsafe append(reserving: 24) { output in
      unsafe output[0] = 0x2D
      let start = value < 0 ? 1 : 0
      return unsafe start &+ storeDigits(value.magnitude, to: output + start)
    }
  }

  /// Appends an integer in decimal digits, and up to two bytes behind it.
  ///
  /// - Parameters:
  ///   - value: The integer; `-` stands in front of a negative one.
  ///   - bytes: What follows.
  ///   - count: How many of those bytes do; at most 2.
  /// - Complexity: O(1), without a loop.
  public mutating func appendDecimal(
    _ value: Int64,
    before bytes: (UInt8, UInt8),
    count: Int
  ) {
    // Safety: at most 20 bytes count and two more; the digits take 20 bytes from offset 1 on.
    unsafe append(reserving: 24) { output in
      unsafe output[0] = 0x2D
      let start = value < 0 ? 1 : 0
      let end = unsafe start &+ storeDigits(value.magnitude, to: output + start)
      unsafe output[end] = bytes.0
      unsafe output[end &+ 1] = bytes.1
      return end &+ count
    }
  }

  /// Appends an integer in decimal digits.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendDecimal(_ value: UInt64) {
    // Safety: the digits take 20 bytes.
    unsafe append(reserving: 20) { unsafe storeDigits(value, to: $0) }
  }
}

/// Writes the digits of a number.
///
/// How many there are is found by comparing and not from the digits: where the next bytes go is
/// known before these are.
///
/// - Parameters:
///   - value: Any number; 0 has one digit.
///   - output: At least 20 bytes, all of which may be written.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
func storeDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  if value < 10_000 { return unsafe storeFewDigits(value, to: output) }
  if value < 100_000_000 { return unsafe storeSomeDigits(value, to: output) }
  return unsafe storeManyDigits(value, to: output)
}

/// Writes the digits of a number below 10^4.
///
/// - Parameters:
///   - value: The number.
///   - output: At least four bytes, all of which are written.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeFewDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  let digits = DecimalDigits.four(value) | 0x3030_3030
  let zeros = flag(value < 10) &+ flag(value < 100) &+ flag(value < 1000)
  unsafe output.store(UInt32(truncatingIfNeeded: digits &>> (zeros &* 8)))
  return Int(truncatingIfNeeded: 4 &- zeros)
}

/// Writes the digits of a number from 10^4 to 10^8 - 1.
///
/// - Parameters:
///   - value: The number.
///   - output: At least eight bytes, all of which are written.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeSomeDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  let digits = DecimalDigits.eight(value) | DecimalDigits.ascii
  let zeros = flag(value < 100_000) &+ flag(value < 1_000_000) &+ flag(value < 10_000_000)
  unsafe output.store(digits &>> (zeros &* 8))
  return Int(truncatingIfNeeded: 8 &- zeros)
}

/// Writes the digits of a number from 10^8 on.
///
/// Up to sixteen are cut at once, from a number that begins with the first of them.
///
/// - Parameters:
///   - value: The number.
///   - output: At least 20 bytes, all of which may be written.
/// - Returns: How many of the bytes count.
@inline(__always) @unsafe
private func storeManyDigits(_ value: UInt64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  guard value < 10_000_000_000_000_000 else {
    let top = value / 10_000_000_000_000_000
    let count = unsafe storeFewDigits(top, to: output)
    let rest = molt_sixteen_digits(value &- top &* 10_000_000_000_000_000)
    unsafe molt_store_digits(rest, output + count)
    return count &+ 16
  }
  let zeros =
    value < 1_000_000_000_000
    ? 4 &+ flag(value < 1_000_000_000) &+ flag(value < 10_000_000_000)
      &+ flag(value < 100_000_000_000)
    : flag(value < 10_000_000_000_000) &+ flag(value < 100_000_000_000_000)
      &+ flag(value < 1_000_000_000_000_000)
  let power = DecimalDigits.powers[Int(truncatingIfNeeded: zeros)]
  unsafe molt_store_digits(molt_sixteen_digits(value &* power), output)
  return Int(truncatingIfNeeded: 16 &- zeros)
}
