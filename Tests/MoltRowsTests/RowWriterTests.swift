import MoltBytes
import MoltRows
import MoltScalars
import Testing

/// A cell with its own bytes.
enum Stored: Sendable {
  case null
  case integer(Int64)
  case float(Double)
  case text(String)
  case blob([UInt8])
}

/// Writes rows of one shape.
///
/// - Throws: What the writer throws.
func write(
  _ shape: Shape,
  _ rows: [[Stored]],
  envelope: [RunValue] = []
) throws -> [UInt8] {
  var writer = RowWriter(RowProgram(shape))
  var output = ByteWriter(capacity: 1)
  try writer.begin(envelope: envelope, into: &output)
  for row in rows {
    // The bytes stay alive until the row is written, as a row source promises.
    var kept: [UnsafeMutableBufferPointer<UInt8>] = []
    defer { for buffer in kept { buffer.deallocate() } }
    func keep(_ bytes: [UInt8]) -> CellBytes {
      let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
      _ = buffer.initialize(from: bytes)
      kept.append(buffer)
      return CellBytes(start: buffer.baseAddress, count: bytes.count)
    }
    let cells = row.map { stored -> Cell in
      switch stored {
      case .null: .null
      case .integer(let value): .integer(value)
      case .float(let value): .float(value)
      case .text(let text): .text(keep(Array(text.utf8)))
      case .blob(let bytes): .blob(keep(bytes))
      }
    }
    try writer.append(cells.span, into: &output)
  }
  writer.end(into: &output)
  let span = output.span
  return span.indices.map { span[$0] }
}

/// The same as text.
func text(_ shape: Shape, _ rows: [[Stored]], envelope: [RunValue] = []) throws -> String {
  String(decoding: try write(shape, rows, envelope: envelope), as: UTF8.self)
}

@Suite("RowWriter")
struct RowWriterTests {
  static let price = ColumnFormat.decimal(
    DecimalFormat(digits: 10, places: 2, isPlain: false),
    keepsIntegers: false
  )

  /// Two plain columns and a nest that may be null.
  static func nested(_ style: OutputStyle) -> Shape {
    Shape(
      style: style,
      layout: .objects,
      fields: [
        .leaf(name: "id", column: 0, format: .asStored),
        .nest(
          name: "airline",
          nullWhen: 1,
          fields: [
            .leaf(name: "code", column: 1, format: .asStored),
            .nest(
              name: "home",
              nullWhen: nil,
              fields: [.leaf(name: "é", column: 2, format: .boolean)]
            ),
          ]
        ),
        .leaf(name: "price", column: 3, format: price),
      ]
    )
  }

  static let rows: [[Stored]] = [
    [.integer(1), .text("AA é"), .integer(1), .float(12.5)],
    [.integer(-2), .null, .null, .null],
  ]

  @Test("nests, nulls and separators are Django's")
  func django() throws {
    #expect(
      try text(Self.nested(.django), Self.rows)
        == #"[{"id": 1, "airline": {"code": "AA \u00e9", "home": {"\u00e9": true}}, "#
        + #""price": "12.50"}, {"id": -2, "airline": null, "price": null}]"#
    )
  }

  @Test("nests, nulls and separators are DRF's")
  func drf() throws {
    #expect(
      try text(Self.nested(.drf), Self.rows)
        == #"[{"id":1,"airline":{"code":"AA é","home":{"é":true}},"price":"12.50"},"#
        + #"{"id":-2,"airline":null,"price":null}]"#
    )
  }

  @Test("MessagePack counts its rows and keeps their order")
  func messagePack() throws {
    let bytes = try write(Self.nested(.messagepack), Self.rows)
    let expected: [UInt8] =
      [0x92]
      + [0x83, 0xA2, 0x69, 0x64, 1]
      + [0xA7] + Array("airline".utf8) + [0x82]
      + [0xA4] + Array("code".utf8) + [0xA5] + Array("AA é".utf8)
      + [0xA4] + Array("home".utf8) + [0x81, 0xA2] + Array("é".utf8) + [0xC3]
      + [0xA5] + Array("price".utf8) + [0xA5] + Array("12.50".utf8)
      + [0x83, 0xA2, 0x69, 0x64, 0xFE]
      + [0xA7] + Array("airline".utf8) + [0xC0]
      + [0xA5] + Array("price".utf8) + [0xC0]
    #expect(bytes == expected)
  }

  @Test(
    "MessagePack's row count takes its smallest encoding",
    arguments: [(15, [0x9F]), (16, [0xDC, 0, 16]), (65_536, [0xDD, 0, 1, 0, 0])] as [(Int, [UInt8])]
  )
  func rowCount(count: Int, header: [UInt8]) throws {
    let shape = Shape(
      style: .messagepack,
      layout: .flat,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    let rows = [[Stored]](repeating: [.integer(7)], count: count)
    #expect(try write(shape, rows) == header + [UInt8](repeating: 7, count: count))
  }

  @Test("a list without rows is still a list", arguments: OutputStyle.allCases)
  func noRows(style: OutputStyle) throws {
    let shape = Shape(
      style: style,
      layout: .arrays,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    let expected: [UInt8] =
      switch style {
      case .django, .drf, .compact: Array("[]".utf8)
      case .messagepack: [0x90]
      case .csv: []
      }
    #expect(try write(shape, []) == expected)
  }

  @Test(
    "lists and flat lists hold values only",
    arguments: [
      (RowLayout.arrays, #"[[1, "a"], [null, 2.5]]"#), (.flat, "[1, null]"),
    ]
  )
  func layouts(layout: RowLayout, expected: String) throws {
    var shape = Shape(
      style: .django,
      layout: layout,
      fields: [
        .leaf(name: "a", column: 0, format: .asStored),
        .leaf(name: "b", column: 1, format: .asStored),
      ]
    )
    if layout == .flat { shape.fields.removeLast() }
    #expect(try text(shape, [[.integer(1), .text("a")], [.null, .float(2.5)]]) == expected)
  }

  @Test("an envelope surrounds the rows in each style")
  func envelope() throws {
    var shape = Shape(
      style: .django,
      layout: .flat,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    shape.envelope = Envelope(before: ["count", "next"], rows: "results", after: ["ok"])
    let values: [RunValue] = [.integer(7), .text(Array("é?".utf8)), .boolean(true)]
    #expect(
      try text(shape, [[.integer(1)]], envelope: values)
        == #"{"count": 7, "next": "\u00e9?", "results": [1], "ok": true}"#
    )
    shape.style = .drf
    #expect(
      try text(shape, [], envelope: [.null, .float(0.5), .null])
        == #"{"count":null,"next":0.5,"results":[],"ok":null}"#
    )
    shape.style = .messagepack
    #expect(
      try write(shape, [[.integer(1)]], envelope: [.integer(1), .null, .boolean(false)])
        == [0x84, 0xA5] + Array("count".utf8) + [1, 0xA4] + Array("next".utf8) + [0xC0, 0xA7]
        + Array("results".utf8) + [0x91, 1, 0xA2] + Array("ok".utf8) + [0xC2]
    )
  }

  @Test("an envelope's values must fit its names")
  func envelopeMismatch() {
    var shape = Shape(
      style: .drf,
      layout: .flat,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    #expect(throws: EnvelopeError.wrongCount(expected: 0, found: 1)) {
      try write(shape, [], envelope: [.null])
    }
    shape.envelope = Envelope(before: ["count"], rows: "results", after: [])
    #expect(throws: EnvelopeError.wrongCount(expected: 1, found: 0)) { try write(shape, []) }
    #expect(throws: EnvelopeError.binaryValue(index: 0)) {
      try write(shape, [], envelope: [.binary([1])])
    }
    #expect(throws: EnvelopeError.notFinite(index: 0)) {
      try write(shape, [], envelope: [.float(.nan)])
    }
  }

  @Test("CSV quotes what csv.writer quotes")
  func csv() throws {
    var shape = Shape(
      style: .csv,
      layout: .arrays,
      fields: [
        .leaf(name: "a", column: 0, format: .asStored),
        .leaf(name: "b,c", column: 1, format: .boolean),
        .leaf(name: "d", column: 2, format: .duration(.python)),
      ]
    )
    shape.hasHeader = true
    #expect(
      try text(
        shape,
        [
          [.text("plain"), .integer(1), .integer(1_000_000)],
          [.text("a\"b"), .null, .integer(-1)],
          [.text("x\ny"), .integer(0), .null],
        ]
      )
        == "a,\"b,c\",d\r\nplain,True,0:00:01\r\n\"a\"\"b\",,\"-1 day, 23:59:59.999999\"\r\n"
        + "\"x\ny\",False,\r\n"
    )
  }

  @Test("CSV marks a lone empty field", arguments: [Stored.null, .text("")])
  func csvLoneField(cell: Stored) throws {
    let shape = Shape(
      style: .csv,
      layout: .arrays,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    #expect(try text(shape, [[cell]]) == "\"\"\r\n")
  }

  struct Refused: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let format: ColumnFormat
    let cell: Stored
    let style: OutputStyle

    init(_ name: String, _ format: ColumnFormat, _ cell: Stored, _ style: OutputStyle = .django) {
      self.testDescription = name
      self.format = format
      self.cell = cell
      self.style = style
    }

    static let all = [
      Refused("a blob in JSON", .asStored, .blob([1])),
      Refused("a blob in CSV", .asStored, .blob([1]), .csv),
      Refused("2 as a boolean", .boolean, .integer(2)),
      Refused("1.0 as a boolean", .boolean, .float(1)),
      Refused("text as a number", .integerCast, .text("1")),
      Refused("an infinite integer", .integerCast, .float(.infinity)),
      Refused("an integer of 64 bits and more", .integerCast, .float(9.3e18)),
      Refused("a number as text", .textCast, .integer(1)),
      Refused("a date with one digit", .date, .text("2013-1-1")),
      Refused("a date that does not exist", .date, .text("2013-02-29")),
      Refused("a number as a date", .date, .integer(1)),
      Refused("a time of 24:00", .time(.django), .text("24:00:00")),
      Refused("a time with a zone", .dateTime(.django, isUTC: true), .text("2013-01-01 00:00:00Z")),
      Refused("text as a duration", .duration(.iso), .text("1")),
      Refused("31 digits as a UUID", .uuid, .text(String(repeating: "a", count: 31))),
      Refused(
        "a JSON document with a repeated key",
        .json(isPath: false),
        .text(#"{"a":1,"a":2}"#)
      ),
      Refused("a number as a JSON document", .json(isPath: false), .integer(1)),
      Refused("bytes in JSON", .binary, .blob([1])),
      Refused("NaN for DRF", .asStored, .float(.nan), .drf),
      Refused("an infinite decimal", price, .float(.infinity)),
      Refused("a decimal with too many digits", price, .float(1e12)),
    ]
    static let price = RowWriterTests.price
  }

  @Test("refuses a value that Python would write otherwise", arguments: Refused.all)
  func refused(refused: Refused) {
    let shape = Shape(
      style: refused.style,
      layout: .arrays,
      fields: [
        .leaf(name: "a", column: 0, format: .asStored),
        .leaf(name: "b", column: 1, format: refused.format),
      ]
    )
    #expect(throws: RowError.unsupportedValue(row: 1, column: 1)) {
      try write(shape, [[.null, .null], [.null, refused.cell]])
    }
  }

  @Test("refuses text that is not UTF-8", arguments: OutputStyle.allCases)
  func damagedText(style: OutputStyle) throws {
    let bytes: [UInt8] = [0x61, 0xC3]
    let shape = Shape(
      style: style,
      layout: .arrays,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    var writer = RowWriter(RowProgram(shape))
    var output = ByteWriter()
    try writer.begin(envelope: [], into: &output)
    var caught: RowError?
    bytes.withUnsafeBytes { bytes in
      let cells = [Cell.text(CellBytes(start: bytes.baseAddress, count: bytes.count))]
      do throws(RowError) { try writer.append(cells.span, into: &output) } catch { caught = error }
    }
    #expect(caught == .unsupportedValue(row: 0, column: 0))
  }
}
