import MoltBytes
import MoltScalars
import Testing

@Suite("ByteWriter.appendDouble")
struct DoubleNotationTests {
  @Test(
    "writes the samples of RFC 8785, appendix B",
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"),
      (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
      (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"), (0xC340_0000_0000_0000, "-9007199254740992"),
      (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
      (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
      (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
      (0x41B3_DE43_5555_5557, "333333333.33333343"),
      (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)]
  )
  func canonical(bits: UInt64, expected: String) {
    #expect(written { $0.appendDouble(Double(bitPattern: bits), .ecmaScript) } == expected)
  }

  @Test(
    "has three notations",
    arguments: [
      (1, "1.0", "1.0", "1"), (-0.0, "-0.0", "-0.0", "0"), (-12.5, "-12.5", "-12.5", "-12.5"),
      (1e-4, "0.0001", "0.0001", "0.0001"), (1.5e-5, "0.000015", "1.5e-05", "0.000015"),
      (1.25e-6, "1.25e-6", "1.25e-06", "0.00000125"),
      (
        1.234_567_890_123_456_7e-6, "1.2345678901234567e-6", "1.2345678901234567e-06",
        "0.0000012345678901234567"
      ),
      (1e-7, "1e-7", "1e-07", "1e-7"), (1.5e-10, "1.5e-10", "1.5e-10", "1.5e-10"),
      (1e-100, "1e-100", "1e-100", "1e-100"),
      (
        123_456_789_012_345_680, "1.2345678901234568e17", "1.2345678901234568e+17",
        "123456789012345680"
      ),
      (1e16, "1e16", "1e+16", "10000000000000000"),
      (1e20, "1e20", "1e+20", "100000000000000000000"),
      (1e21, "1e21", "1e+21", "1e+21"), (1.5e22, "1.5e22", "1.5e+22", "1.5e+22"),
      (1e100, "1e100", "1e+100", "1e+100"), (1e101, "1e101", "1e+101", "1e+101"),
      (-1.5e300, "-1.5e300", "-1.5e+300", "-1.5e+300"), (.infinity, "inf", "inf", "inf"),
      (-.infinity, "-inf", "-inf", "-inf"), (.nan, "nan", "nan", "nan"),
    ] as [(Double, String, String, String)]
  )
  func notations(value: Double, json: String, python: String, ecmaScript: String) {
    #expect(written { $0.appendDouble(value, .json) } == json)
    #expect(written { $0.appendDouble(value, .python) } == python)
    #expect(written { $0.appendDouble(value, .ecmaScript) } == ecmaScript)
  }

  @Test("reads back as the same float in each notation")
  func roundTrip() {
    var mismatches: [UInt64] = []
    for _ in 0..<50_000 {
      let value = Double(bitPattern: .random(in: 0...UInt64.max))
      guard value.isFinite else { continue }
      for notation in [DoubleNotation.json, .python, .ecmaScript] {
        let text = written { $0.appendDouble(value, notation) }
        if Double(text) != value { mismatches.append(value.bitPattern) }
      }
    }
    #expect(mismatches.prefix(5) == [])
  }
}
