import Foundation
import MoltScalars
import Testing

@Suite("Double(nearestTo:timesTenTo:)")
struct DoubleDecimalTests {
  @Test(
    "gives the nearest number",
    arguments: [
      (1, 0, 1), (1, 22, 1e22), (1, 23, 1e23), (1, 24, 1e24),
      (17_976_931_348_623_157, 292, .greatestFiniteMagnitude),
      (17_976_931_348_623_159, 292, .infinity), (1, 309, .infinity), (3, -1, 0.3),
      (1, .max, .infinity), (0, .max, 0), (0, 0, 0), (.max, .min, 0),
      (.max, 400, .infinity), (22_250_738_585_072_014, -324, .leastNormalMagnitude),
      (22_250_738_585_072_011, -324, .leastNormalMagnitude.nextDown),
      (5, -324, .leastNonzeroMagnitude), (2, -324, 0), (3, -324, .leastNonzeroMagnitude),
      (.max, -343, 0), (.max, -342, 0x1p-1074 * 4),
      (9_007_199_254_740_993, 0, 9_007_199_254_740_992),
      (9_007_199_254_740_995, 0, 9_007_199_254_740_996),
      (90_071_992_547_409_930, -1, 9_007_199_254_740_992),
      (90_071_992_547_409_931, -1, 9_007_199_254_740_994),
    ] as [(UInt64, Int, Double)]
  )
  func vectors(digits: UInt64, exponent: Int, expected: Double) {
    #expect(Double(nearestTo: digits, timesTenTo: exponent) == expected)
  }

  @Test("agrees with the standard library")
  func random() {
    for _ in 0..<100_000 {
      let digits = UInt64.random(in: 0...(.max)) >> UInt64.random(in: 0...63)
      let exponent = Int.random(in: -345...310)
      let value = Double(nearestTo: digits, timesTenTo: exponent)
      #expect(value == Double("\(digits)e\(exponent)"), "\(digits)e\(exponent)")
    }
  }
}

@Suite("Double(text:)")
struct DoubleTextTests {
  @Test(
    "reads numbers and words",
    arguments: [
      ("0", 0), ("1", 1), ("-2.5", -2.5), ("+.5", 0.5), ("5.", 5), ("1e3", 1000),
      ("1E+3", 1000), ("1e-3", 0.001), ("12345678", 12_345_678), ("123456789.5", 123_456_789.5),
      ("0.00000000000000000000000012345", 1.2345e-25), ("1e400", .infinity), ("-1e-400", -0.0),
      ("00000000000000000000000000000001", 1), ("inf", .infinity), ("-INF", -.infinity),
      ("+Infinity", .infinity), ("1e99999999999999999999", .infinity),
      ("1e-99999999999999999999", 0), ("0e99999999999999999999", 0),
      ("12345678901234567890123456789", 1.234_567_890_123_456_8e28),
    ] as [(String, Double)]
  )
  func numbers(text: String, expected: Double) {
    for value in bothReadings(Array(text.utf8)) {
      #expect(value == expected && value?.sign == expected.sign)
    }
  }

  @Test("reads NaN")
  func notANumber() { #expect(Double(text: Array("nan".utf8).span)?.isNaN == true) }

  @Test(
    "refuses what is no number",
    arguments: [
      "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.e-", "1 ", " 1", "1..2", "1.2.3", "--1", "+-1",
      "0x10", "1_000", "infinit", "in", "nano", "1f", "12345678x", "1234567x", ".e1", "- 1",
      "123456789012345678901234567890x",
    ]
  )
  func refusals(text: String) {
    #expect(bothReadings(Array(text.utf8)) == [nil, nil])
  }

  @Test("reads what Swift reads, with vector instructions and without")
  func random() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<100_000 {
      let text = randomText(&generator)
      let expected = Double(text)?.bitPattern
      let values = bothReadings(Array(text.utf8)).map { $0?.bitPattern }
      #expect(values == [expected, expected], "\(text)")
    }
  }

  /// A number, or sometimes nearly one.
  func randomText(_ generator: inout SystemRandomNumberGenerator) -> String {
    let digits = { (count: UInt64, generator: inout SystemRandomNumberGenerator) in
      String((0..<count).map { _ in Character("\(generator.next() % 10)") })
    }
    var text = ["", "", "-", "+"][Int(generator.next() % 4)]
    text += digits(generator.next() % 20, &generator)
    if generator.next() % 3 != 0 { text += "." + digits(generator.next() % 20, &generator) }
    if generator.next() % 2 == 0 {
      text += ["e", "E"][Int(generator.next() % 2)]
      text += ["", "+", "-", "-"][Int(generator.next() % 4)]
      text += digits(generator.next() % 5, &generator)
    }
    if generator.next() % 16 == 0 { text += ["x", ".", "e", " ", "-"][Int(generator.next() % 5)] }
    return text
  }

  @Test("reads nothing of the pages before and behind a text")
  func pages() throws {
    let size = 4096
    let memory = try #require(
      mmap(nil, 3 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    )
    defer { munmap(memory, 3 * size) }
    #expect(memory != MAP_FAILED && mprotect(memory + size, size, PROT_READ | PROT_WRITE) == 0)
    let page = UnsafeMutableRawBufferPointer(start: memory + size, count: size)
    // Digits everywhere else, which must not count.
    page.initializeMemory(as: UInt8.self, repeating: 0x37)
    let text = Array("-1234.56789e-12".utf8)
    for offset in Array(0..<70) + Array(size - 100...size - text.count) {
      let place = UnsafeMutableRawBufferPointer(rebasing: page[offset..<offset + text.count])
      place.copyBytes(from: text)
      let value = Double(text: place.bindMemory(to: UInt8.self).span)
      #expect(value == -1234.56789e-12, "at \(offset)")
      place.initializeMemory(as: UInt8.self, repeating: 0x37)
    }
  }

  /// What both ways of reading make of a text.
  func bothReadings(_ text: [UInt8]) -> [Double?] {
    [Double(text: text.span), Double(textWithoutVectors: text.span)]
  }
}
