import MoltMessagePack
import MoltTape
import MoltTestKit
import Testing

@Suite("MessagePackDecoder")
struct MessagePackDecoderTests {
  func decode<Value: Decodable>(
    _ type: Value.Type,
    _ bytes: [UInt8],
    _ change: (inout DecodingOptions) -> Void = { _ in }
  ) throws -> Value {
    var options = DecodingOptions()
    change(&options)
    var decoder = MessagePackDecoder(options: options)
    return try decoder.decode(type, from: bytes.span)
  }

  func failure<Value: Decodable>(
    _ type: Value.Type,
    _ bytes: [UInt8],
    _ change: (inout DecodingOptions) -> Void = { _ in }
  ) -> String {
    decodingFailure { _ = try decode(type, bytes, change) }
  }

  struct Point: Codable, Equatable {
    var x: Int
    var y: Double?
    var label: String
  }

  @Test("reads what the encoder wrote, of all types, one document after the other")
  func roundTrips() throws {
    let seed = PythonOracle.seed
    var generator = SeededGenerator(seed)
    let encoders = [
      MessagePackEncoder(), MessagePackEncoder(MessagePackOptions(), options: EncodingOptions()),
    ]
    var decoder = MessagePackDecoder()
    for index in 0..<200 {
      let value = CodableZoo(using: &generator)
      for encoder in encoders {
        let bytes = try encoder.encode(value)
        #expect(
          try decoder.decode(CodableZoo.self, from: bytes.span) == value,
          "seed \(seed), \(index)"
        )
      }
    }
  }

  @Test("takes integers of every width, floats that are integers, and integers for floats")
  func numbers() throws {
    let bytes: [UInt8] =
      [0x9B, 0x05, 0xE0, 0xCC, 0xFF, 0xCD, 0x01, 0x00, 0xCE, 0xFF, 0xFF, 0xFF, 0xFF]
      + [0xD0, 0x80, 0xD1, 0x80, 0x00, 0xD2, 0x80, 0x00, 0x00, 0x00]
      + [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0] + [0xCB, 0x40, 0x08, 0, 0, 0, 0, 0, 0]
      + [0xCA, 0x40, 0x00, 0x00, 0x00]
    let expected = [
      5, -32, 255, 256, 4_294_967_295, -128, -32768, -2_147_483_648, Int.min, 3, 2,
    ]
    #expect(try decode([Int].self, bytes) == expected)
    #expect(try decode([Double].self, bytes) == expected.map(Double.init))
    #expect(try decode([Float].self, bytes) == expected.map(Float.init))
    let largest: [UInt8] = [0xCF] + Array(repeating: 0xFF, count: 8)
    #expect(
      try decode(UInt64.self, largest) == .max && decode(UInt128.self, largest) == 1 << 64 - 1
    )
    #expect(failure(Int.self, largest).contains("18446744073709551615 does not fit in Int"))
    #expect(failure(UInt8.self, [0xCD, 0x01, 0x00]).contains("256 does not fit in UInt8"))
    #expect(failure(Int.self, [0xCA, 0x3F, 0, 0, 0]).hasPrefix("corrupted at :"))
  }

  @Test("has floats that are no numbers")
  func notFinite() throws {
    #expect(try decode(Double.self, [0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]).isNaN)
    #expect(try decode(Float.self, [0xCA, 0xFF, 0x80, 0, 0]) == -.infinity)
    #expect(failure(Float.self, [0xCB, 0x47, 0xF0, 0, 0, 0, 0, 0, 0]).contains("does not fit"))
  }

  @Test("takes keys that are integers, and keys of every length")
  func keys() throws {
    let numbered = try decode(Numbered.self, [0x82, 0x02, 0x91, 0x07, 0x01, 0xA1, 0x61])
    #expect(numbered.one == "a" && numbered.two == [7])
    let named = try decode(Numbered.self, [0x81, 0xA3, 0x6F, 0x6E, 0x65, 0xA0])
    #expect(named.one.isEmpty && named.two.isEmpty)
    #expect(failure(Numbered.self, [0x81, 0x03, 0xA0]).hasPrefix("missing one at :"))
    #expect(
      try decode([Int: String].self, [0x82, 0x01, 0xA1, 0x61, 0xFE, 0xA0]) == [1: "a", -2: ""]
    )
    #expect(try decode([String: Int].self, [0x81, 0x01, 0x02]) == ["1": 2])
    let long: [UInt8] = [0xD9, 0x05] + Array("label".utf8)
    let point = [0x82, 0xA1, 0x78, 0x01] + long + [0xDA, 0x00, 0x01, 0x7A]
    #expect(try decode(Point.self, point) == Point(x: 1, label: "z"))
  }

  @Test("takes bytes for arrays of them, and nil for what may be missing")
  func bytes() throws {
    #expect(try decode([UInt8].self, [0xC4, 0x02, 0x01, 0xFF]) == [1, 255])
    #expect(try decode([UInt8].self, [0x92, 0x01, 0x02]) == [1, 2])
    #expect(failure([Int].self, [0xC4, 0x01, 0x01]).hasPrefix("mismatch at :"))
    #expect(try decode([Int?].self, [0x92, 0xC0, 0x01]) == [nil, 1])
    #expect(failure([Int].self, [0x92, 0x01, 0xC0]).hasPrefix("null at 1:"))
  }

  @Test("converts extensions in a way of the caller's own")
  func conversions() throws {
    struct Moment: Decodable, Equatable {
      var seconds: Int64
      init(seconds: Int64) { self.seconds = seconds }
      init(from decoder: any Decoder) throws { fatalError("not called") }
    }
    let change = { (options: inout DecodingOptions) in
      options.convert(Moment.self) { value in
        let timestamp = Timestamp(extensionBytes: try value.extensionBytes())
        return Moment(seconds: timestamp?.seconds ?? -1)
      }
    }
    let bytes: [UInt8] = [0x91, 0xD6, 0xFF, 0x00, 0x00, 0x00, 0x05]
    #expect(try decode([Moment].self, bytes, change) == [Moment(seconds: 5)])
    #expect(failure([Moment].self, [0x91, 0x05], change).hasPrefix("mismatch at 0:"))
  }

  @Test(
    "says where and why a document is refused",
    arguments: [
      (
        [0x91, 0x82, 0xA1, 0x78, 0xA1, 0x61, 0xA5, 0x6C, 0x61, 0x62, 0x65, 0x6C, 0xA0],
        "mismatch at 0.x: Expected Int, found a text, at byte 4."
      ),
      ([0x91, 0x81, 0xA1, 0x78, 0x01], "missing label at 0: "),
      ([0x81, 0xA1, 0x78, 0x01], "mismatch at : Expected Array<Point>, found a map, at byte 0."),
      ([0x91, 0xC3], "mismatch at 0: "),
      ([0x91], "corrupted at : "),
      ([0x90, 0x90], "corrupted at : "),
      ([0xC1], "corrupted at : "),
      ([0x91, 0xA1, 0xFF], "corrupted at : "),
    ] as [([UInt8], String)]
  )
  func errors(bytes: [UInt8], expected: String) {
    let found = failure([Point].self, bytes)
    #expect(found.hasPrefix(expected), "\(found)")
  }

  @Test("takes the last of keys that are repeated, or refuses them")
  func duplicates() throws {
    let bytes: [UInt8] = [0x82, 0xA1, 0x61, 0x01, 0xA1, 0x61, 0x02]
    #expect(try decode([String: Int].self, bytes) == ["a": 2])
    let refused = failure([String: Int].self, bytes) { $0.duplicateKeys = .refused }
    #expect(refused.hasPrefix("corrupted at : A key stands in the map more than once"))
  }

  @Test("passes a document of any depth by, and stops types that call themselves")
  func depth() throws {
    func tree(_ levels: Int) -> [UInt8] {
      let name: [UInt8] = [0x81, 0xA8] + Array("children".utf8) + [0x91]
      return Array(repeatElement(name, count: levels).joined())
        + [0x81, 0xA8] + Array("children".utf8) + [0x90]
    }
    struct Tree: Decodable { var children: [Tree] }
    #expect(try decode(Tree.self, tree(40)).children.count == 1)
    #expect(failure(Tree.self, tree(300)).contains("Nested deeper than 512"))
  }
}
