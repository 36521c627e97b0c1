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
    DecimalVector(1e-7, 5, 10, "1.000E-7", plain: "0.0000001000").refused,
    DecimalVector(1e-7, 10, 10, "1.000E-7", plain: "0.0000001000"),
    DecimalVector(2.675, 10, 2, "2.68"),
    DecimalVector(2.665, 10, 2, "2.66"),
    DecimalVector(100, 5, 2, "100.00"),
    DecimalVector(1000, 5, 2, nil),
    DecimalVector(999.995, 5, 2, nil),
    DecimalVector(1e15, 20, 2, "1000000000000000.00"),
    DecimalVector(123_456_789_012_345_678, 20, 2, "123456789012346000.00"),
    DecimalVector(1e22, nil, 2, "10000000000000000000000.00"),
    DecimalVector(1e26, nil, 2, nil),
    DecimalVector(1.5, 10, 0, "2"),
    DecimalVector(2.5, 10, 0, "2"),
    DecimalVector(1e300, 400, 2, "1" + String(repeating: "0", count: 300) + ".00"),
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
      1e-7, nil, nil, "1.00000000000000E-7", plain: "0.000000100000000000000"),
    DecimalVector(1e22, nil, nil, "1.00000000000000E+22", plain: "10000000000000000000000"),
    DecimalVector(0.999_999_999_999_999_9, nil, nil, "1.00000000000000"),
  ]

  /// The same number and format, refused.
  private var refused: DecimalVector { DecimalVector(value, digits, places, nil) }
}

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
    "rounds INTEGER values to 15 digits first",
    arguments: [
      (12, 10, 2, "12.00"), (-7, 10, 0, "-7"), (0, 5, 2, "0.00"), (1000, 5, 2, nil),
      (1_234_567_890_123_456_789, 30, 2, "1234567890123460000.00"),
      (1_234_567_890_123_456_789, nil, nil, "1.23456789012346E+18"),
      (1_000_000_000_000_005, nil, nil, "1.00000000000000E+15"),
      (9_999_999_999_999_995, nil, nil, "1.00000000000000E+16"),
      (.min, nil, nil, "-9.22337203685478E+18"),
    ] as [(Int64, Int?, Int?, String?)]
  )
  func integer(value: Int64, digits: Int?, places: Int?, expected: String?) {
    let format = DecimalFormat(digits: digits, places: places)
    #expect(writtenIfAccepted { $0.appendDjangoDecimal(value, format) } == expected)
  }
}
