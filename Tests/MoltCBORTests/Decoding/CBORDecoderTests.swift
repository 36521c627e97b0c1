import MoltCBOR
import MoltTape
import MoltTestKit
import Testing

@Suite("CBORDecoder")
struct CBORDecoderTests {
  func decode<Value: Decodable>(
    _ type: Value.Type,
    _ bytes: [UInt8],
    _ change: (inout DecodingOptions) -> Void = { _ in }
  ) throws -> Value {
    var options = DecodingOptions()
    change(&options)
    var decoder = CBORDecoder(options: options)
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
      CBOREncoder(), CBOREncoder(.deterministic()),
      CBOREncoder(CBOROptions(), options: EncodingOptions()),
    ]
    var decoder = CBORDecoder()
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

  @Test("takes integers of every width, floats of every width, and integers for floats")
  func numbers() throws {
    let bytes: [UInt8] =
      [0x8B, 0x05, 0x37, 0x18, 0xFF, 0x19, 0x01, 0x00, 0x1A, 0xFF, 0xFF, 0xFF, 0xFF]
      + [0x38, 0x7F, 0x39, 0x7F, 0xFF, 0x3A, 0x7F, 0xFF, 0xFF, 0xFF]
      + [0xF9, 0x42, 0x00] + [0xFB, 0x40, 0x08, 0, 0, 0, 0, 0, 0] + [0xFA, 0x40, 0x00, 0x00, 0x00]
    let expected = [5, -24, 255, 256, 4_294_967_295, -128, -32768, -2_147_483_648, 3, 3, 2]
    #expect(try decode([Int].self, bytes) == expected)
    #expect(try decode([Double].self, bytes) == expected.map(Double.init))
    #expect(try decode([Float].self, bytes) == expected.map(Float.init))
    let largest: [UInt8] = [0x1B] + Array(repeating: 0xFF, count: 8)
    #expect(
      try decode(UInt64.self, largest) == .max && decode(UInt128.self, largest) == 1 << 64 - 1
    )
    #expect(failure(Int.self, largest).contains("18446744073709551615 does not fit in Int"))
    #expect(failure(UInt8.self, [0x19, 0x01, 0x00]).contains("256 does not fit in UInt8"))
    #expect(failure(Int.self, [0xF9, 0x38, 0x00]).hasPrefix("corrupted at :"))
  }

  @Test("has floats that are no numbers")
  func notFinite() throws {
    #expect(try decode(Double.self, [0xF9, 0x7E, 0x00]).isNaN)
    #expect(try decode(Float.self, [0xFA, 0xFF, 0x80, 0, 0]) == -.infinity)
    #expect(failure(Float.self, [0xFB, 0x47, 0xF0, 0, 0, 0, 0, 0, 0]).contains("does not fit"))
  }

  @Test("takes keys that are integers, keys in chunks, and maps of indefinite length")
  func keys() throws {
    let numbered = try decode(Numbered.self, [0xA2, 0x02, 0x81, 0x07, 0x01, 0x61, 0x61])
    #expect(numbered.one == "a" && numbered.two == [7])
    let named = try decode(Numbered.self, [0xA1, 0x63, 0x6F, 0x6E, 0x65, 0x60])
    #expect(named.one.isEmpty && named.two.isEmpty)
    #expect(failure(Numbered.self, [0xA1, 0x03, 0x60]).hasPrefix("missing one at :"))
    #expect(
      try decode([Int: String].self, [0xA2, 0x01, 0x61, 0x61, 0x21, 0x60]) == [1: "a", -2: ""]
    )
    #expect(try decode([String: Int].self, [0xA1, 0x01, 0x02]) == ["1": 2])
    let chunks: [UInt8] = [0x7F, 0x63, 0x6C, 0x61, 0x62, 0x62, 0x65, 0x6C, 0xFF]
    let point: [UInt8] = [0xBF, 0x61, 0x78, 0x01] + chunks + [0x61, 0x7A, 0xFF]
    #expect(try decode(Point.self, point) == Point(x: 1, label: "z"))
    #expect(try decode([[Int]].self, [0x9F, 0x9F, 0x01, 0xFF, 0x80, 0xFF]) == [[1], []])
  }

  @Test("takes bytes for arrays of them, and null and undefined for what may be missing")
  func bytes() throws {
    #expect(try decode([UInt8].self, [0x42, 0x01, 0xFF]) == [1, 255])
    #expect(try decode([UInt8].self, [0x5F, 0x41, 0x01, 0x41, 0x02, 0xFF]) == [1, 2])
    #expect(try decode([UInt8].self, [0x82, 0x01, 0x02]) == [1, 2])
    #expect(failure([Int].self, [0x41, 0x01]).hasPrefix("mismatch at :"))
    #expect(try decode([Int?].self, [0x83, 0xF6, 0x01, 0xF7]) == [nil, 1, nil])
    #expect(failure([Int].self, [0x82, 0x01, 0xF7]).hasPrefix("null at 1:"))
  }

  @Test("looks below tags, and converts in a way of the caller's own")
  func tags() throws {
    let tagged: [UInt8] = [0xD9, 0xD9, 0xF7, 0x82, 0xC1, 0x05, 0xC1, 0xD8, 0x20, 0x06]
    #expect(try decode([Int].self, tagged) == [5, 6])
    #expect(try decode([Int?].self, [0x81, 0xC1, 0xF6]) == [nil])
    let map: [UInt8] = [0xC1, 0xA2, 0x61, 0x78, 0xC1, 0x01]
    #expect(
      try decode(Point.self, map + [0x65, 0x6C, 0x61, 0x62, 0x65, 0x6C, 0xC1, 0x60])
        == Point(x: 1, label: "")
    )
    struct Moment: Decodable, Equatable {
      var seconds: Int64
      init(seconds: Int64) { self.seconds = seconds }
      init(from decoder: any Decoder) throws { fatalError("not called") }
    }
    let change = { (options: inout DecodingOptions) in
      options.convert(Moment.self) { value in
        Moment(seconds: try value.untagged.int64() * (value.tag == 1 ? 1 : -1))
      }
    }
    #expect(try decode([Moment].self, [0x81, 0xC1, 0x05], change) == [Moment(seconds: 5)])
  }

  @Test(
    "says where and why a document is refused",
    arguments: [
      (
        [0x81, 0xA2, 0x61, 0x78, 0x61, 0x61, 0x65, 0x6C, 0x61, 0x62, 0x65, 0x6C, 0x60],
        "mismatch at 0.x: Expected Int, found a text, at byte 4."
      ),
      ([0x81, 0xA1, 0x61, 0x78, 0x01], "missing label at 0: "),
      ([0xA1, 0x61, 0x78, 0x01], "mismatch at : Expected Array<Point>, found a map, at byte 0."),
      ([0x81, 0xF5], "mismatch at 0: "),
      ([0x81], "corrupted at : "),
      ([0x80, 0x80], "corrupted at : "),
      ([0x9F, 0x01], "corrupted at : "),
      ([0x81, 0x61, 0xFF], "corrupted at : "),
    ] as [([UInt8], String)]
  )
  func errors(bytes: [UInt8], expected: String) {
    let found = failure([Point].self, bytes)
    #expect(found.hasPrefix(expected), "\(found)")
  }

  @Test("takes the last of keys that are repeated, or refuses them")
  func duplicates() throws {
    let bytes: [UInt8] = [0xA2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02]
    #expect(try decode([String: Int].self, bytes) == ["a": 2])
    let refused = failure([String: Int].self, bytes) { $0.duplicateKeys = .refused }
    #expect(refused.hasPrefix("corrupted at : A key stands in the map more than once"))
  }

  @Test("passes a document of any depth by, and stops types that call themselves")
  func depth() throws {
    func tree(_ levels: Int) -> [UInt8] {
      let name: [UInt8] = [0xA1, 0x68] + Array("children".utf8) + [0x81]
      return Array(repeatElement(name, count: levels).joined())
        + [0xA1, 0x68] + Array("children".utf8) + [0x80]
    }
    struct Tree: Decodable { var children: [Tree] }
    #expect(try decode(Tree.self, tree(40)).children.count == 1)
    #expect(failure(Tree.self, tree(300)).contains("Nested deeper than 512"))
  }
}
