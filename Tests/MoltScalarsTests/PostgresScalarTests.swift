import MoltScalars
import Testing

@Suite("Scalars in PostgreSQL's binary form")
struct PostgresScalarTests {
  @Test(
    "a numeric keeps its places",
    arguments: [
      ([0, 3, 0, 1, 0x40, 0, 0, 3, 0, 1, 0x09, 0x29, 0x1A, 0x2C], "-12345.670", "-12345.670"),
      ([0, 1, 0xFF, 0xFE, 0, 0, 0, 7, 0, 10], "1E-7", "0.0000001"),
      ([0, 0, 0, 0, 0, 0, 0, 6], "0.000000", "0.000000"),
      ([0, 0, 0, 0, 0, 0, 0, 7], "0E-7", "0.0000000"),
      ([0, 1, 0, 5, 0, 0, 0, 0, 0, 1], "1" + zeros(20), "1" + zeros(20)),
      ([0, 2, 0xFF, 0xFD, 0, 0, 0, 16, 0, 12, 0x04, 0xD2], "1.21234E-11", "0.0000000000121234"),
      ([0, 0, 0, 0, 0xC0, 0, 0, 0], "NaN", "NaN"),
    ] as [([UInt8], String, String)]
  )
  func numeric(bytes: [UInt8], scientific: String, plain: String) {
    for (isPlain, text) in [(false, scientific), (true, plain)] {
      let result = writtenIfAccepted { writer in
        guard let number = PostgresNumeric(bytes.span) else { return false }
        writer.appendNumeric(number, isPlain: isPlain)
        return true
      }
      #expect(result == text)
    }
  }

  @Test(
    "what no server sends is no numeric",
    arguments: [
      [], [0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10], [0, 0, 0, 0, 0x10, 0, 0, 0],
      [0, 1, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1],
    ] as [[UInt8]]
  )
  func noNumeric(bytes: [UInt8]) {
    let isNumber = PostgresNumeric(bytes.span) != nil
    #expect(!isNumber)
  }

  @Test("dates and times end where Python's calendar does")
  func edges() {
    #expect(writtenIfAccepted { $0.appendDate(days: -719_162) } == "0001-01-01")
    #expect(writtenIfAccepted { $0.appendDate(days: -719_163) } == nil)
    #expect(writtenIfAccepted { $0.appendDate(days: 2_932_896) } == "9999-12-31")
    #expect(writtenIfAccepted { $0.appendDate(days: 2_932_897) } == nil)
    let day: Int64 = 86_400_000_000
    #expect(writtenIfAccepted { $0.appendTime(microseconds: day - 1, .iso) } == "23:59:59.999999")
    #expect(writtenIfAccepted { $0.appendTime(microseconds: day, .iso) } == nil)
    for moment in [Int64.min, -62_135_596_800_000_001, 253_402_300_800_000_000, .max] {
      let text = writtenIfAccepted { $0.appendDateTime(microseconds: moment, .iso, isUTC: true) }
      #expect(text == nil)
      #expect(writtenIfAccepted { $0.appendTime(ofMicroseconds: moment, .iso) } == nil)
    }
  }

  @Test(
    "an interval counts years of 365 and months of 30 days",
    arguments: [
      (PostgresInterval(microseconds: 5, days: -3, months: 14), 422 * 86_400_000_000 + 5),
      (PostgresInterval(microseconds: 0, days: 0, months: -13), -395 * 86_400_000_000),
      (PostgresInterval(microseconds: 0, days: .max, months: 0), nil),
      (PostgresInterval(microseconds: .max, days: 1, months: 0), nil),
    ] as [(PostgresInterval, Int64?)]
  )
  func interval(interval: PostgresInterval, expected: Int64?) {
    #expect(interval.totalMicroseconds == expected)
  }

  @Test(
    "a real has the digits of its text",
    arguments: [
      (0.1, 0.1), (16_777_216, 16_777_216), (33_554_432, 33_554_432),
      (.leastNonzeroMagnitude, 1e-45),
      (-.greatestFiniteMagnitude, -3.4028235e38), (-0.0, -0.0),
    ] as [(Float, Double)]
  )
  func real(value: Float, expected: Double) {
    #expect(Double(textOf: value).bitPattern == expected.bitPattern)
  }
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
