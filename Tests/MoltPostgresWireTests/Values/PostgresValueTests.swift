import MoltPostgresWire
import MoltRows
import MoltScalars
import Testing

@Suite("PostgreSQL's values")
struct PostgresValueTests {
  /// A value as the server sends it and what the styles make of it.
  struct Vector: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let oid: UInt32
    let format: ColumnFormat
    let bytes: [UInt8]
    let django: String?
    let drf: String?
    let csv: String?

    init(
      _ name: String,
      _ oid: UInt32,
      _ bytes: [UInt8],
      _ django: String?,
      drf: String?,
      csv: String?,
      as format: ColumnFormat = .asStored
    ) {
      testDescription = name
      self.oid = oid
      self.format = format
      self.bytes = bytes
      self.django = django
      self.drf = drf
      self.csv = csv
    }
  }

  // Expected values are those of Django 5.2, DRF 3.18 and csv.writer over psycopg 3.3.
  static let vectors = [
    Vector("least bigint", 20, [0x80] + zeros(7), "-9223372036854775808"),
    Vector("greatest oid", 26, ones(4), "4294967295"),
    Vector("0.1 as real", 700, [0x3D, 0xCC, 0xCC, 0xCD], "0.1"),
    Vector("least real", 700, [0, 0, 0, 1], "1e-45"),
    Vector("greatest real", 700, [0x7F, 0x7F, 0xFF, 0xFF], "3.4028235e+38"),
    Vector("2^62 as real", 700, [0x5E, 0x80, 0, 0], "4.611686e+18"),
    Vector(
      "NaN of double precision",
      701,
      [0xFF, 0xF8] + zeros(6),
      "NaN",
      drf: nil,
      csv: "nan"
    ),
    Vector(
      "numeric 1.50",
      1700,
      [0, 2, 0, 0, 0, 0, 0, 2, 0, 1, 0x13, 0x88],
      #""1.50""#,
      drf: "1.5",
      csv: "1.50"
    ),
    Vector(
      "numeric 1E-7",
      1700,
      [0, 1, 0xFF, 0xFE, 0, 0, 0, 7, 0, 10],
      #""1E-7""#,
      drf: "1e-07",
      csv: "1E-7"
    ),
    Vector("numeric 0E-7", 1700, zeros(7) + [7], #""0E-7""#, drf: "0.0", csv: "0E-7"),
    Vector(
      "numeric infinity",
      1700,
      [0, 0, 0, 0, 0xF0, 0, 0, 32],
      #""-Infinity""#,
      drf: nil,
      csv: "-Infinity"
    ),
    Vector("first day", 1082, [0xFF, 0xF4, 0xDB, 0xF9], #""0001-01-01""#),
    Vector("last day", 1082, [0, 0x2C, 0x95, 0xD3], #""9999-12-31""#),
    Vector("infinite date", 1082, [0x7F, 0xFF, 0xFF, 0xFF], nil, drf: nil, csv: nil),
    Vector(
      "a microsecond before 1970",
      1184,
      [0xFF, 0xFC, 0xA2, 0xFE, 0xC4, 0xC8, 0x1F, 0xFF],
      #""1969-12-31T23:59:59.999Z""#,
      drf: #""1969-12-31T23:59:59.999999Z""#,
      csv: "1969-12-31 23:59:59.999999+00:00"
    ),
    Vector("24:00", 1083, [0, 0, 0, 0x14, 0x1D, 0xD7, 0x60, 0], nil, drf: nil, csv: nil),
    Vector(
      "1 year 2 mons -3 days 04:00:00",
      1186,
      [0, 0, 0, 3, 0x5A, 0x4E, 0x90, 0, 0xFF, 0xFF, 0xFF, 0xFD, 0, 0, 0, 14],
      #""P422DT04H00M00S""#,
      drf: #""36475200.0""#,
      csv: #""422 days, 4:00:00""#
    ),
    Vector(
      "an interval beyond timedelta",
      1186,
      zeros(8) + [0x7F] + ones(3) + zeros(4),
      nil,
      drf: nil,
      csv: nil
    ),
    Vector("true", 16, [1], "true", drf: "true", csv: "True"),
    Vector(
      "jsonb under any",
      3802,
      [1] + Array(#"{"a": 1.50}"#.utf8),
      #""{\"a\": 1.50}""#,
      drf: #""{\"a\": 1.50}""#,
      csv: #""{""a"": 1.50}""#
    ),
    Vector(
      "jsonb under json",
      3802,
      [1] + Array(#"{"a": 1.50}"#.utf8),
      #"{"a": 1.5}"#,
      drf: #"{"a":1.5}"#,
      csv: nil,
      as: .json(isPath: false)
    ),
    Vector("an empty array", 1007, zeros(8) + [0, 0, 0, 23], "[]", drf: "[]", csv: nil),
    Vector(
      "a nested array with NULL",
      1007,
      [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 23, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1]
        + [0, 0, 0, 4, 0, 0, 0, 1] + ones(4),
      "[[1, null]]",
      drf: "[[1,null]]",
      csv: nil
    ),
    Vector("bytea outside MessagePack", 17, [0x61], nil, drf: nil, csv: nil),
  ]

  @Test("are written as Django would", arguments: vectors)
  func written(vector: Vector) throws {
    #expect(try text(vector, .django) == vector.django.map { "[\($0)]" })
    #expect(try text(vector, .drf) == vector.drf.map { "[\($0)]" })
    #expect(try text(vector, .csv) == vector.csv.map { "\($0)\r\n" })
  }

  @Test("bytes of the wrong length are an error that names the column", arguments: vectors)
  func malformed(vector: Vector) {
    let decoder = PostgresColumnDecoder(column: 5, oid: vector.oid)
    guard ![17, 3802].contains(vector.oid) else { return }
    for count in [0, 3, 7, 9, 17] where count != vector.bytes.count {
      let bytes = [UInt8](repeating: 0xFF, count: count)
      #expect(throws: PostgresValueError.malformedValue(column: 5, oid: vector.oid)) {
        try bytes.withUnsafeBytes { bytes in
          _ = try decoder.decode(CellBytes(start: bytes.baseAddress, count: bytes.count))
        }
      }
    }
  }

  @Test("damaged bytes give an answer or none, and never a trap", arguments: vectors)
  func damaged(vector: Vector) throws {
    var source = SystemRandomNumberGenerator()
    let program = RowProgram(shape(.django, vector.format))
    let packed = RowProgram(shape(.messagepack, vector.format))
    let decoder = PostgresColumnDecoder(column: 0, oid: vector.oid)
    for round in 0..<3_000 {
      var bytes = vector.bytes
      for _ in 0...(round % 3) where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &source)] = .random(in: 0...255, using: &source)
      }
      if round % 5 == 0 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &source)) }
      let found = answer(program, decoder, bytes)
      #expect((found == nil) == (answer(packed, decoder, bytes) == nil) || vector.oid == 17)
    }
  }

  @Test("an array's documents must be as deep as the model's")
  func depths() {
    let bytes: [UInt8] =
      [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x0E, 0xDA, 0, 0, 0, 1, 0, 0, 0, 1] + [0, 0, 0, 3]
      + Array("\u{1}{}".utf8)
    let decoder = PostgresColumnDecoder(column: 0, oid: 3807)
    let fitting = RowProgram(shape(.django, .list(.json, depth: 1)))
    let other = RowProgram(shape(.django, .list(.json, depth: 2)))
    #expect(answer(fitting, decoder, bytes).map { String(decoding: $0, as: UTF8.self) } == "[[{}]]")
    #expect(answer(other, decoder, bytes) == nil)
  }

  @Test("an array whose items a serializer converts must be as deep as the serializer's lists")
  func convertedDepths() {
    let one: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1]
    let value: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 5]
    let bytes = [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 23] + one + one + value
    let decoder = PostgresColumnDecoder(column: 0, oid: 1007)
    func text(_ format: ColumnFormat) -> String? {
      answer(RowProgram(shape(.drf, format)), decoder, bytes)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(text(.list(.integerCast, depth: 2)) == "[[[5]]]")
    #expect(text(.list(.integerCast, depth: 1)) == nil)
    #expect(text(.list(.asStored, depth: 1)) == "[[[5]]]")
  }

  private func text(_ vector: Vector, _ style: OutputStyle) throws -> String? {
    let shape = shape(style, vector.format)
    let columns = try PostgresColumns([vector.oid], for: shape)
    return answer(RowProgram(shape), columns.decoders[0], vector.bytes)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func shape(_ style: OutputStyle, _ format: ColumnFormat) -> Shape {
    Shape(
      style: style,
      layout: style == .csv ? .arrays : .flat,
      fields: [.leaf(name: "a", column: 0, format: format)]
    )
  }
}

extension PostgresValueTests.Vector {
  /// A value that all styles write alike.
  init(_ name: String, _ oid: UInt32, _ bytes: [UInt8], _ text: String) {
    self.init(name, oid, bytes, text, drf: text, csv: text.filter { $0 != "\"" })
  }
}

private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
private func ones(_ count: Int) -> [UInt8] { [UInt8](repeating: 0xFF, count: count) }
