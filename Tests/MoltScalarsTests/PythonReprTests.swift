import MoltBytes
import MoltScalars
import Testing

@Suite("ByteWriter.appendPythonRepr")
struct PythonReprTests {
  @Test(
    "writes floats as Python's repr does",
    arguments: [
      (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-12, "-12.0"), (0.1, "0.1"), (-2.5, "-2.5"),
      (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"), (-.nan, "nan"),
      (1e-4, "0.0001"), (1e-5, "1e-05"), (1.5e-7, "1.5e-07"), (0.00012345, "0.00012345"),
      (9_007_199_254_740_991, "9007199254740991.0"), (0x1p53, "9007199254740992.0"),
      (9_999_999_999_999_998, "9999999999999998.0"), (1e16, "1e+16"), (1e22, "1e+22"),
      (1.25e100, "1.25e+100"), (123_456.789, "123456.789"),
      (1_234_567_890_123_456.8, "1234567890123456.8"),
      (.leastNonzeroMagnitude, "5e-324"), (2.225_073_858_507_201_4e-308, "2.2250738585072014e-308"),
      (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ] as [(Double, String)]
  )
  func vectors(value: Double, expected: String) {
    #expect(written { $0.appendPythonRepr(value) } == expected)
  }

  @Test(
    "takes the even digit of two that are equally close",
    arguments: [
      (1_125_899_906_842_624.25, "1125899906842624.2"),
      (1_125_899_906_842_624.75, "1125899906842624.8"),
      (562_949_953_421_312.25, "562949953421312.2"),
    ]
  )
  func ties(value: Double, expected: String) {
    #expect(written { $0.appendPythonRepr(value) } == expected)
  }

  @Test(
    "is short below powers of two, whose neighbours are unequally far away",
    arguments: [
      (0x1p-44, "5.684341886080802e-14"), (0x1p-1022, "2.2250738585072014e-308"),
      (0x1p60, "1.152921504606847e+18"),
    ]
  )
  func irregular(value: Double, expected: String) {
    #expect(written { $0.appendPythonRepr(value) } == expected)
  }
}
