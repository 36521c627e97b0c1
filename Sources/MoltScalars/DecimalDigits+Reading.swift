// Reading goes the other way: eight characters become a number in three multiplications.
extension DecimalDigits {
  /// How many of eight characters are digits before the first one that is none.
  ///
  /// - Parameter word: The characters, the first in the lowest byte.
  /// - Returns: 0 to 8.
  @inline(__always)
  static func digitCount(_ word: UInt64) -> Int {
    let digits = word ^ ascii
    // The high bit says: more than 9. What a byte carries into the next one comes after it.
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    return others.trailingZeroBitCount >> 3
  }

  /// The number that eight digits write.
  ///
  /// - Parameter digits: Bytes from 0 to 9, the first digit in the lowest byte.
  /// - Returns: Less than 10^8.
  @inline(__always)
  static func value(_ digits: UInt64) -> UInt64 {
    let pairs = digits &* 10 &+ digits >> 8
    let left = (pairs & 0x0000_00FF_0000_00FF) &* (100 + 1_000_000 << 32)
    let right = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* (1 + 10_000 << 32)
    return (left &+ right) >> 32
  }
}
