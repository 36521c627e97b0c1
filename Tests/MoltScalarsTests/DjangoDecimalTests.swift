import MoltBytes
import MoltScalars
import Testing

/// A stored number, a format and what Django 5.2 makes of them; nil where it raises.
struct DecimalVector: CustomTestStringConvertible, Sendable {
  let value: Double
  let digits: Int?
  let places: Int?
  let scientific: String?
  let plain: String?

  init(_ value: Double, _ digits: Int?, _ places: Int?, _ text: String?, plain: String? = nil) {
    self.value = value
    self.digits = digits
    self.places = places
    self.scientific = text
    self.plain = plain ?? text
  }

  var testDescription: String { "\(value) with \(digits ?? -1) digits, \(places ?? -1) places" }

  static let all = [
    DecimalVector(12.34, 10, 2, "12.34"),
    DecimalVector(-0.5, 10, 2, "-0.50"),
    DecimalVector(0, 5, 2, "0.00"),
    DecimalVector(-0.0, 5, 2, "-0.00"),
    DecimalVector(-0.001, 5, 2, "-0.00"),
    DecimalVector(0, 20, 10, "0E-10", plain: "0.0000000000"),
    DecimalVector(0.001, 7, 10, nil),
    DecimalVector(1e-7, 4, 10, "1.000E-7", plain: "0.0000001000"),
    DecimalVector(1e-7, 3, 10, nil),
    DecimalVector(1e-7, 10, 10, "1.000E-7", plain: "0.0000001000"),
    DecimalVector(2.675, 10, 2, "2.68"),
    DecimalVector(2.665, 10, 2, "2.66"),
    DecimalVector(100, 5, 2, "100.00"),
    DecimalVector(1000, 5, 2, nil),
    DecimalVector(999.995, 5, 2, nil),
    DecimalVector(1e15, 20, 2, "1000000000000000.00"),
    DecimalVector(123_456_789_012_345_680, 20, 2, "123456789012346000.00"),
    DecimalVector(1e22, nil, 2, "10000000000000000000000.00"),
    DecimalVector(1e26, nil, 2, nil),
    DecimalVector(1.5, 10, 0, "2"),
    DecimalVector(2.5, 10, 0, "2"),
    DecimalVector(1e300, 400, 2, "1" + zeros(300) + ".00"),
    DecimalVector(.infinity, 10, 2, nil),
    DecimalVector(.nan, 10, 2, nil),
    DecimalVector(1, 0, 0, nil),
    DecimalVector(0, 0, 2, nil),
    DecimalVector(1, 10, -1, nil),
    DecimalVector(1, .max, .max, nil),
    DecimalVector(1, .min, .min, nil),
    DecimalVector(0.5, nil, nil, "0.5"),
    DecimalVector(0.1, nil, nil, "0.100000000000000"),
    DecimalVector(-0.0, nil, nil, "-0"),
    DecimalVector(
      1e-7,
      nil,
      nil,
      "1.00000000000000E-7",
      plain: "0.000000100000000000000"
    ),
    DecimalVector(1e22, nil, nil, "1.00000000000000E+22", plain: "10000000000000000000000"),
    DecimalVector(0.999_999_999_999_999_9, nil, nil, "1.00000000000000"),
  ]
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

@Suite("ByteWriter.appendDjangoDecimal")
struct DjangoDecimalTests {
  @Test("writes REAL values as Django reads them from SQLite", arguments: DecimalVector.all)
  func real(vector: DecimalVector) {
    var format = DecimalFormat(digits: vector.digits, places: vector.places)
    let scientific = writtenIfAccepted { $0.appendDjangoDecimal(vector.value, format) }
    format.isPlain = true
    let plain = writtenIfAccepted { $0.appendDjangoDecimal(vector.value, format) }
    #expect(scientific == vector.scientific)
    #expect(plain == vector.plain)
  }

  @Test(
    "writes INTEGER values of up to 15 digits, on which all versions of Django agree",
    arguments: [
      (12, 10, 2, "12.00"), (-7, 10, 0, "-7"), (0, 5, 2, "0.00"), (1000, 5, 2, nil),
      (0, 20, 8, "0E-8"), (-12, nil, nil, "-12"), (3, 400, 330, "3." + zeros(330)),
      (999_999_999_999_999, nil, nil, "999999999999999"),
      (999_999_999_999_999, 17, 2, "999999999999999.00"), (999_999_999_999_999, 16, 2, nil),
      (1_000_000_000_000_000, 20, 2, nil), (1_234_567_890_123_456_789, nil, nil, nil),
      (.min, nil, nil, nil), (.max, nil, nil, nil),
    ] as [(Int64, Int?, Int?, String?)]
  )
  func integer(value: Int64, digits: Int?, places: Int?, expected: String?) {
    let format = DecimalFormat(digits: digits, places: places)
    #expect(writtenIfAccepted { $0.appendDjangoDecimal(value, format) } == expected)
  }
}
