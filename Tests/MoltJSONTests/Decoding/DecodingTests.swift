import MoltJSON
import MoltTape
import MoltTestKit
import Testing

/// Decodes with options of the test's own.
func decode<Value: Decodable>(
  _ type: Value.Type = Value.self,
  _ text: String,
  _ change: (inout DecodingOptions) -> Void = { _ in }
) throws -> Value {
  var options = DecodingOptions()
  change(&options)
  var decoder = MoltJSONDecoder(options: options)
  return try decoder.decode(type, from: text)
}

/// The path and the text of an error, as one line.
func failure<Value: Decodable>(
  _ type: Value.Type,
  _ text: String,
  _ change: (inout DecodingOptions) -> Void = { _ in }
) -> String {
  decodingFailure { _ = try decode(type, text, change) }
}

@Suite("Types of JSON documents")
struct DecodingTests {
  struct Point: Codable, Equatable {
    var x: Double
    var y: Double?
    var label = "?"
  }

  struct Single: Codable, Equatable {
    var only: [Point]
  }

  enum Color: String, Codable { case red, green }

  enum Shape: Codable, Equatable {
    case circle(radius: Int)
    case square(Int)
    case none
  }

  struct Everything: Codable, Equatable {
    var boolean: Bool
    var int8: Int8
    var int16: Int16
    var int32: Int32
    var int64: Int64
    var uint8: UInt8
    var uint16: UInt16
    var uint32: UInt32
    var uint64: UInt64
    var huge: Int128
    var float: Float
    var text: String
    var color: Color
    var colors: [Color: Int]
    var numbers: [Int: String]
    var nested: [[String: [Int?]]]
    var optional: Int??
    var set: Set<Int>
    var shapes: [Shape]
  }

  @Test("are decoded key by key, in any order, over unknown keys and repeated documents")
  func points() throws {
    var decoder = MoltJSONDecoder()
    let texts = [
      #"[{"x":1,"y":2.5,"label":"a"},{"label":"b","x":-0.5},{"z":[{}],"y":null,"x":3,"label":"é\n"}]"#,
      #"[{"y":2.5,"label":"a","x":1},{"label":"b","x":-0.5},{"x":3,"label":"\u00e9\n"}]"#,
    ]
    let expected = [
      Point(x: 1, y: 2.5, label: "a"), Point(x: -0.5, label: "b"), Point(x: 3, label: "é\n"),
    ]
    for _ in 0..<3 {
      for text in texts { #expect(try decoder.decode([Point].self, from: text) == expected) }
    }
    #expect(throws: DecodingError.self) { try decoder.decode(Point.self, from: "[") }
    #expect(try decoder.decode(Single.self, from: #"{"only":[]}"#) == Single(only: []))
    #expect(
      try decoder.decode([Single].self, from: #"[{"only":[{"x":1,"label":""}]},{"a":1,"only":[]}]"#)
        == [Single(only: [Point(x: 1, label: "")]), Single(only: [])]
    )
  }

  @Test("of every kind of the standard library are decoded")
  func everything() throws {
    let text = #"""
      {"boolean":true,"int8":-128,"int16":32767,"int32":-2147483648,"int64":-9223372036854775808,
       "uint8":255,"uint16":65535,"uint32":4294967295,"uint64":18446744073709551615,
       "huge":-170141183460469231731687303715884105728,"float":0.1,"text":"t","color":"green",
       "colors":["red",1,"green",2],"numbers":{"1":"a","-2":"b"},"nested":[{"a":[1,null]},{}],
       "optional":null,"set":[1,2,1],
       "shapes":[{"circle":{"radius":3}},{"square":{"_0":4}},{"none":{}}]}
      """#
    let value = try decode(Everything.self, text)
    #expect(value.huge == .min && value.uint64 == .max && value.int64 == .min)
    #expect(value.int8 == -128 && value.float == 0.1 && value.color == .green)
    #expect(value.colors == [.red: 1, .green: 2] && value.numbers == [1: "a", -2: "b"])
    #expect(value.nested == [["a": [1, nil]], [:]] && value.set == [1, 2])
    #expect(value.shapes == [.circle(radius: 3), .square(4), .none])
    #expect(value.optional == .some(nil) || value.optional == nil)
  }

  @Test("take the last of keys that are repeated, or refuse them")
  func duplicates() throws {
    let text = #"{"x":1,"label":"a","x":2,"\u006cabel":"b"}"#
    #expect(try decode(Point.self, text) == Point(x: 2, label: "b"))
    #expect(try decode([String: Int].self, #"{"a":1,"a":2}"#) == ["a": 2])
    for type in [Point.self, [String: Int].self] as [any Decodable.Type] {
      func check<Value: Decodable>(_ type: Value.Type) -> String {
        failure(type, #"{"x":1,"x":1}"#) { $0.duplicateKeys = .refused }
      }
      #expect(check(type).hasPrefix("corrupted at : A key stands in the map more than once"))
    }
  }

  @Test("are decoded from keys in snake case")
  func snakeCase() throws {
    struct Names: Decodable, Equatable {
      var imageUrl: String
      var _idNumber_: Int
      var plain: Int?
      var imageURL: String?
    }
    let texts = [
      #"{"image_url":"a","_id_number_":1,"plain":2}"#,
      #"{"IMAGE__URL":"a","_idNumber_":1,"plain":2}"#,
      #"{"imageUrl":"a","_id__number_":1,"plain":2}"#,
    ]
    for text in texts + texts {
      let value = try decode(Names.self, text) { $0.keys = .fromSnakeCase }
      #expect(value == Names(imageUrl: "a", _idNumber_: 1, plain: 2))
    }
    let keys = try decode([String: Int].self, #"{"a_b":1}"#) { $0.keys = .fromSnakeCase }
    #expect(keys == ["a_b": 1])
  }

  @Test(
    "say where and why they cannot be decoded",
    arguments: [
      (
        #"[{"x":1,"label":""},{"x":"1"}]"#,
        "mismatch at 1.x: Expected Double, found a text, at byte 25."
      ),
      (
        #"[{"x":1,"label":null}]"#,
        "null at 0.label: Cannot get a value of type String -- found null, at byte 16."
      ),
      (
        #"[ {"y":[1, 2], "x":1e400}]"#,
        "corrupted at 0.x: 1e400 does not fit in Double, at byte 19."
      ),
      (#"[{"x":1}]"#, "missing label at 0: No value for the key \"label\", at byte 1."),
      (#"{"x":1}"#, "mismatch at : Expected Array<Point>, found a map, at byte 0."),
      (#"[true]"#, "mismatch at 0: Expected Dictionary<String, Any>, found a boolean, at byte 1."),
      (#"[1,]"#, "corrupted at : expected a value at byte 3"),
    ]
  )
  func errors(text: String, expected: String) {
    #expect(failure([Point].self, text) == expected)
  }

  @Test("say where they are behind numbers whose bits look like another word")
  func offsets() {
    #expect(
      failure([Int].self, #"[-2000000000000000000,-1e200,"a"]"#).hasPrefix("corrupted at 1:")
    )
    #expect(
      failure([Double].self, #"[-2000000000000000000,-1e200,"a"]"#)
        == "mismatch at 2: Expected Double, found a text, at byte 29."
    )
  }

  @Test("that do not fit their number are refused, and floats that are integers taken")
  func numbers() throws {
    #expect(
      try decode([Int].self, "[1.0,1e3,-0,120e-1,9007199254740993.0]") == [
        1, 1000, 0, 12, 9_007_199_254_740_993,
      ]
    )
    #expect(
      try decode([UInt64].self, "[18446744073709551615,1.8446744073709551615e19]") == [.max, .max]
    )
    #expect(
      try decode([Double].self, "[1,18446744073709551616,-0.0,5e-324]") == [
        1, 0x1p64, 0, .leastNonzeroMagnitude,
      ]
    )
    #expect(
      try decode([Float].self, "[3.4028235e38,16777217,1.00000005960464477539063]") == [
        .greatestFiniteMagnitude, 16_777_216, 1.0000001,
      ]
    )
    for (text, type) in [
      ("[256]", [UInt8].self), ("[-1]", [UInt].self), ("[1.5]", [Int].self), ("[1e99]", [Int].self),
      ("[1e40]", [Float].self), ("[9223372036854775808]", [Int64].self),
      ("[1e999999999]", [Int].self),
    ] as [(String, any Decodable.Type)] {
      func check<Value: Decodable>(_ type: Value.Type) -> String { failure(type, text) }
      #expect(check(type).hasPrefix("corrupted at 0:"), "\(text)")
    }
  }

  @Test("that are no numbers are read from the texts that stand for them")
  func nonConforming() throws {
    let texts = DecodingOptions.NonConformingFloats.texts(
      infinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    let values = try decode([Double].self, #"["inf","-inf",1,"nan"]"#) {
      $0.nonConformingFloats = texts
    }
    #expect(values[0] == .infinity && values[1] == -.infinity && values[3].isNaN)
    #expect(failure([Float].self, #"["inf"]"#).hasPrefix("mismatch at 0"))
    #expect(
      failure([Float].self, #"["Inf"]"#) { $0.nonConformingFloats = texts }.hasPrefix("mismatch")
    )
  }

  @Test("are converted in a way of the caller's own")
  func conversions() throws {
    struct Moment: Decodable, Equatable {
      var seconds: Double
      init(seconds: Double) { self.seconds = seconds }
      init(from decoder: any Decoder) throws { fatalError("not called") }
    }
    let change = { (options: inout DecodingOptions) in
      options.convert(Moment.self) { value in Moment(seconds: try value.double()) }
    }
    #expect(
      try decode([Moment].self, "[1,2.5]", change) == [Moment(seconds: 1), Moment(seconds: 2.5)]
    )
    #expect(try decode([String: Moment?].self, #"{"a":null}"#, change) == ["a": nil])
    #expect(
      failure([Moment].self, #"[1,"2"]"#, change)
        == "mismatch at 1: Expected Moment, found a text, at byte 3."
    )
  }

  @Test("may try one kind after the other, in time that does not grow with the square")
  func attempts() throws {
    enum Either: Decodable, Equatable {
      case text(String)
      case number(Int)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          self = .text(text)
        } else {
          self = .number(try container.decode(Int.self))
        }
      }
    }
    let count = 50_000
    let text = "[" + (0..<count).map(String.init).joined(separator: ",") + ",\"a\"]"
    let values = try decode([Either].self, text)
    #expect(values.count == count + 1)
    #expect(values[count - 1] == .number(count - 1) && values[count] == .text("a"))
  }

  struct Tree: Codable, Equatable {
    var children: [Tree]
  }

  @Test("that call themselves stop at the limit of depth")
  func depth() throws {
    func text(_ levels: Int) -> String {
      String(repeating: #"{"children":["#, count: levels) + String(repeating: "]}", count: levels)
    }
    #expect(try decode(Tree.self, text(50)).children.count == 1)
    #expect(failure(Tree.self, text(300)).contains("Nested deeper than 512"))
    let changed = failure(Tree.self, text(20)) { $0.depth = 10 }
    #expect(changed.contains("Nested deeper than 10"))
  }
}
