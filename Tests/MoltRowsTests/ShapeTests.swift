import MoltRows
import MoltScalars
import MoltTestKit
import Testing

@Suite("Shape")
struct ShapeTests {
  static let id: Value = ["name": "id", "column": 0, "type": "integer"]

  @Test("decodes every key of the format")
  func everyKey() throws {
    let bytes = Value.map([
      ("version", 1), ("style", "drf"), ("layout", "objects"),
      ("envelope", ["before": ["count"], "rows": "results", "after": ["next"]]),
      (
        "fields",
        [
          Self.id,
          [
            "name": "price", "column": 1, "type": "decimal", "digits": 10, "places": 2,
            "notation": "plain", "exact": true,
          ],
          ["name": "total", "column": 4, "type": "float", "cast": true],
          [
            "name": "airline", "null_when": 2,
            "fields": [
              ["name": "since", "column": 3, "type": "datetime", "zone": "utc", "notation": "iso"]
            ],
          ],
        ]
      ),
    ]).encoded
    let shape = try Shape(decoding: bytes.span)
    var expected = Shape(
      style: .drf,
      layout: .objects,
      fields: [
        .leaf(name: "id", column: 0, format: .asStored),
        .leaf(
          name: "price",
          column: 1,
          format: .decimal(DecimalFormat(digits: 10, places: 2, isPlain: true), keepsIntegers: true)
        ),
        .leaf(name: "total", column: 4, format: .floatCast),
        .nest(
          name: "airline",
          nullWhen: 2,
          fields: [.leaf(name: "since", column: 3, format: .dateTime(.iso, isUTC: true))]
        ),
      ]
    )
    expected.envelope = Envelope(before: ["count"], rows: "results", after: ["next"])
    #expect(shape == expected)
    #expect(shape.columnCount == 5)
  }

  struct Bad: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let shape: Value
    let reason: ShapeError.Reason

    init(_ name: String, _ shape: Value, _ reason: ShapeError.Reason) {
      self.testDescription = name
      self.shape = shape
      self.reason = reason
    }

    /// A shape that is right but for its fields.
    static func fields(_ fields: Value, layout: Value = "objects", style: Value = "django") -> Value
    {
      ["version": 1, "style": style, "layout": layout, "fields": fields]
    }

    static func leaf(_ type: Value, _ more: (String, Value)...) -> Value {
      fields([.map([("name", "a"), ("column", 0), ("type", type)] + more)])
    }

    static let nested: Value = fields([["name": "a", "fields": [ShapeTests.id]]], layout: "arrays")

    static let all = [
      Bad("another version", ["version": 2], .badValue(of: "version")),
      Bad("an unknown key", ["version": 1, "colour": 1], .unknownKey),
      Bad("no fields", ["version": 1, "style": "csv", "layout": "arrays"], .missingKey("fields")),
      Bad("an empty list of fields", fields([]), .badValue(of: "fields")),
      Bad("an unknown style", fields([id], style: "xml"), .badValue(of: "style")),
      Bad("an unknown layout", fields([id], layout: "tree"), .badValue(of: "layout")),
      Bad("an unknown type", leaf("money"), .badValue(of: "type")),
      Bad(
        "a notation of another type",
        leaf("time", ("notation", "python")),
        .badValue(of: "notation")
      ),
      Bad("a point in time without its zone", leaf("datetime"), .badValue(of: "zone")),
      Bad(
        "a negative column",
        fields([["name": "a", "column": -1, "type": "any"]]),
        .badValue(of: "column")
      ),
      Bad(
        "a column that SQLite cannot have",
        fields([["name": "a", "column": 32767]]),
        .badValue(of: "column")
      ),
      Bad("a leaf without a name", fields([["column": 0, "type": "any"]]), .missingKey("name")),
      Bad("a nest in a list", nested, .layoutMismatch),
      Bad("two fields in a flat list", fields([id, id], layout: "flat"), .layoutMismatch),
      Bad("objects in CSV", fields([id], style: "csv"), .layoutMismatch),
      Bad(
        "a name of 5,000 bytes",
        fields([["name": .text(String(repeating: "n", count: 5_000))]]),
        .tooLarge("name bytes")
      ),
      Bad("2,001 fields", fields(.list(Array(repeating: id, count: 2_001))), .tooLarge("fields")),
    ]
  }

  /// A shape with one local point in time, and perhaps a zone.
  static func local(_ zone: Value, notation: Value = "iso") -> Value {
    [
      "version": 1, "style": "drf", "layout": "arrays", "zone": zone,
      "fields": [
        ["name": "a", "column": 0, "type": "datetime", "zone": "local", "notation": notation]
      ],
    ]
  }

  @Test("decodes a time zone and writes points in time by it")
  func zone() throws {
    let value = Self.local([
      "starts": [0, 1_000_000_000], "offsets": [0, -3600], "end": 2_000_000_000,
    ])
    let shape = try Shape(decoding: value.encoded.span)
    #expect(
      try text(shape, [[.text("2001-09-09 01:46:39")], [.text("2001-09-09 01:46:40")]])
        == #"[["2001-09-09T01:46:39Z"],["2001-09-09T00:46:40-01:00"]]"#
    )
    #expect(throws: RowError.unsupportedValue(row: 0, column: 0)) {
      try text(shape, [[.text("2040-01-01 00:00:00")]])
    }
  }

  @Test(
    "refuses a time zone that is none, and its absence",
    arguments: [
      (local(nil), .missingKey("zone")),
      (local(["starts": [0], "offsets": [0]]), .badValue(of: "zone")),
      (local(["starts": [0], "offsets": [1], "end": 9]), .badValue(of: "zone")),
      (local(["begin": [0]]), .unknownKey),
      (
        local(["starts": [0], "offsets": [0], "end": 9], notation: "seconds"),
        .badValue(of: "notation")
      ),
    ] as [(Value, ShapeError.Reason)]
  )
  func badZone(shape: Value, reason: ShapeError.Reason) {
    var caught: ShapeError?
    do { _ = try Shape(decoding: shape.encoded.span) } catch { caught = error }
    #expect(caught?.reason == reason)
  }

  @Test("says what is wrong", arguments: Bad.all)
  func bad(bad: Bad) {
    var caught: ShapeError?
    do { _ = try Shape(decoding: bad.shape.encoded.span) } catch { caught = error }
    #expect(caught?.reason == bad.reason)
    #expect(caught?.message.isEmpty == false)
  }

  static func leaf(_ pairs: [(String, Value)]) -> [UInt8] {
    Bad.fields([.map([("name", "a"), ("column", 0)] + pairs)]).encoded
  }

  @Test(
    "decodes lists and the casts of calendar types",
    arguments: [
      ([("type", "list"), ("element", ["type": "integer"])], .list(.asStored, depth: 1)),
      (
        [("type", "list"), ("element", ["type": "list", "element": ["type": "json"]])],
        .list(.json, depth: 2)
      ),
      (
        [("type", "list"), ("element", ["type": "time", "notation": "iso"])],
        .list(.time(.iso), depth: 1)
      ),
      ([("type", "date"), ("cast", true)], .dateCast),
      ([("type", "time"), ("cast", true)], .timeCast(.django)),
      (
        [("type", "datetime"), ("zone", "utc"), ("notation", "iso"), ("cast", true)],
        .dateTimeCast(.iso)
      ),
      (
        [("type", "list"), ("element", ["type": "text", "cast": true])],
        .list(.textCast, depth: 1)
      ),
    ] as [([(String, Value)], ColumnFormat)]
  )
  func lists(pairs: [(String, Value)], format: ColumnFormat) throws {
    let shape = try Shape(decoding: Self.leaf(pairs).span)
    #expect(shape.fields == [.leaf(name: "a", column: 0, format: format)])
  }

  @Test(
    "decodes what the clocks of its zone show",
    arguments: [
      ([("zone", "local")], .localDateTime(.django, .aware)),
      ([("zone", "local"), ("notation", "python")], .localDateTime(.python, .aware)),
      ([("zone", "wall"), ("notation", "iso")], .localDateTime(.iso, .naive)),
      ([("zone", "local"), ("cast", true)], .localDateTime(.django, .cast)),
    ] as [([(String, Value)], ColumnFormat)]
  )
  func clocks(pairs: [(String, Value)], format: ColumnFormat) throws {
    let pairs = [("type", "datetime")] + pairs
    let zone: Value = ["starts": [0], "offsets": [3_600], "end": 1_000]
    let map: Value = [
      "version": 1, "style": "django", "layout": "objects", "zone": zone, "objects": [16_385],
      "fields": [.map([("name", "a"), ("column", 0)] + pairs)],
    ]
    let shape = try Shape(decoding: map.encoded.span)
    #expect(shape.fields == [.leaf(name: "a", column: 0, format: format)])
    #expect(shape.objectTypes == [16_385])
    #expect(throws: ShapeError.self) { try Shape(decoding: Self.leaf(pairs).span) }
  }

  @Test(
    "refuses lists of nothing, of casts and of unknown keys",
    arguments: [
      ([("type", "list")], .missingKey("element")),
      ([("type", "list"), ("element", [:])], .missingKey("type")),
      ([("type", "list"), ("element", ["type": "text", "name": "b"])], .unknownKey),
      ([("type", "list"), ("element", ["type": "date", "cast": true])], .badValue(of: "element")),
      ([("type", "text"), ("element", ["type": "text"])], .badValue(of: "element")),
      ([("type", "datetime"), ("zone", "naive"), ("cast", true)], .badValue(of: "zone")),
    ] as [([(String, Value)], ShapeError.Reason)]
  )
  func badLists(pairs: [(String, Value)], reason: ShapeError.Reason) {
    var caught: ShapeError?
    do { _ = try Shape(decoding: Self.leaf(pairs).span) } catch { caught = error }
    #expect(caught?.reason == reason)
  }

  @Test("refuses lists deeper than its limit without overflowing the stack")
  func deepLists() {
    var element: Value = ["type": "text"]
    for _ in 0..<10_000 { element = ["type": "list", "element": element] }
    var caught: ShapeError?
    let bytes = Self.leaf([("type", "list"), ("element", element)])
    do { _ = try Shape(decoding: bytes.span) } catch { caught = error }
    #expect(caught?.reason == .tooLarge("depth"))
  }

  @Test("refuses nests deeper than its limit without overflowing the stack")
  func deep() {
    var fields: Value = [Self.id]
    for _ in 0..<10_000 { fields = [["name": "n", "fields": fields]] }
    var caught: ShapeError?
    do { _ = try Shape(decoding: Bad.fields(fields).encoded.span) } catch { caught = error }
    #expect(caught?.reason == .tooLarge("depth"))
  }

  @Test("throws for every cut of a shape, and for bytes behind it")
  func cut() throws {
    let bytes = Bad.fields([Self.id]).encoded
    for count in 0..<bytes.count {
      let head = Array(bytes[..<count])
      #expect(throws: ShapeError.self) { try Shape(decoding: head.span) }
    }
    let longer = bytes + [0xC0]
    var caught: ShapeError?
    do { _ = try Shape(decoding: longer.span) } catch { caught = error }
    #expect(caught?.reason == .trailingBytes)
    #expect(caught?.offset == bytes.count)
  }
}
