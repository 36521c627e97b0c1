internal import MoltScalars

/// The nearest `Double` to a number of up to 19 digits with up to 19 of them behind the point, the
/// quick way.
///
/// One rounded division decides where both numbers are exact (William Clinger, 1990). Otherwise one
/// multiplication with the first 64 bits of the power of ten does, unless what was cut off could
/// change the answer: see `Double.init(nearestTo:timesTenTo:)`, which then is asked.
enum QuickDouble {
  @inline(__always)
  static func nearest(to digits: UInt64, overTenTo count: Int) -> Double {
    if digits <= 1 << 53 { return Double(Int64(bitPattern: digits)) / exactPowers[count] }
    let zeroCount = digits.leadingZeroBitCount
    let factor = digits &<< UInt64(truncatingIfNeeded: zeroCount)
    let (high, low) = factor.multipliedFullWidth(by: inversePowers[count])
    // 54 bits and nine or ten more: all ones could carry, and a tie has nothing in the lower word.
    guard high & 0x1FF != 0x1FF, low > 1 else {
      return Double(nearestTo: digits, timesTenTo: 0 &- count)
    }
    let top = high &>> 63
    let significand = high &>> (top &+ 9)
    // floor(log2(10^-count)), exact far beyond these counts.
    let exponent = (count &* -217_706) >> 16
    let biased = exponent &+ 1085 &- zeroCount &+ Int(truncatingIfNeeded: top)
    // Rounding up may carry into the exponent, which is then right too.
    let rounded = (significand &+ (significand & 1)) &>> 1
    return Double(bitPattern: UInt64(truncatingIfNeeded: biased) &<< 52 &+ rounded)
  }

  /// The powers of ten that are exact as `Double`, as far as they are asked for.
  private static let exactPowers: [20 of Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19,
  ]

  /// The first 64 bits of 10^0, 10^-1, …, cut off.
  private static let inversePowers: [20 of UInt64] = [
    0x8000_0000_0000_0000, 0xCCCC_CCCC_CCCC_CCCC, 0xA3D7_0A3D_70A3_D70A, 0x8312_6E97_8D4F_DF3B,
    0xD1B7_1758_E219_652B, 0xA7C5_AC47_1B47_8423, 0x8637_BD05_AF6C_69B5, 0xD6BF_94D5_E57A_42BC,
    0xABCC_7711_8461_CEFC, 0x8970_5F41_36B4_A597, 0xDBE6_FECE_BDED_D5BE, 0xAFEB_FF0B_CB24_AAFE,
    0x8CBC_CC09_6F50_88CB, 0xE12E_1342_4BB4_0E13, 0xB424_DC35_095C_D80F, 0x901D_7CF7_3AB0_ACD9,
    0xE695_94BE_C44D_E15B, 0xB877_AA32_36A4_B449, 0x9392_EE8E_921D_5D07, 0xEC1E_4A7D_B695_61A5,
  ]
}
