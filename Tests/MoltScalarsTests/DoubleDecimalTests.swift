import MoltScalars
import Testing

@Suite("Double(nearestTo:timesTenTo:)")
struct DoubleDecimalTests {
  @Test(
    "gives the nearest number",
    arguments: [
      (1, 0, 1), (1, 22, 1e22), (1, 23, nil), (1, 24, 1e24),
      (17_976_931_348_623_157, 292, .greatestFiniteMagnitude),
      (17_976_931_348_623_159, 292, .infinity), (1, 309, .infinity), (3, -1, 0.3),
      (22_250_738_585_072_014, -324, nil), (5, -324, nil), (0, 0, nil),
      (9_007_199_254_740_993, 0, nil), (.max, 400, nil),
    ] as [(UInt64, Int, Double?)]
  )
  func vectors(digits: UInt64, exponent: Int, expected: Double?) {
    #expect(Double(nearestTo: digits, timesTenTo: exponent) == expected)
  }

  @Test("agrees with the standard library wherever it decides, which is nearly everywhere")
  func random() {
    var undecidedCount = 0
    for _ in 0..<100_000 {
      let digits = UInt64.random(in: 1...(.max)) >> UInt64.random(in: 0...63)
      let exponent = Int.random(in: -290...310)
      guard digits != 0 else { continue }
      if let value = Double(nearestTo: digits, timesTenTo: exponent) {
        #expect(value == Double("\(digits)e\(exponent)"), "\(digits)e\(exponent)")
      } else {
        undecidedCount += 1
      }
    }
    #expect(undecidedCount < 1000)
  }
}
