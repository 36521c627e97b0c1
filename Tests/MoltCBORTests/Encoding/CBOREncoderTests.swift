import MoltCBOR
import MoltTape
import Testing

private struct Point: Encodable {
  var x: Double?
  var name = "p"
  var tags: [String] = []
  var bytes: [UInt8] = [1]
}

/// Uses a container after the next one.
private struct Late: Encodable {
  private enum Keys: CodingKey { case a, b, c }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    var list = container.nestedUnkeyedContainer(forKey: .a)
    try container.encode(1, forKey: .b)
    try list.encode(2)
    try container.encode(Optional<Int>.none, forKey: .c)
  }
}

@Suite("CBOREncoder")
struct CBOREncoderTests {
  @Test("writes types, with counts that are known at their end")
  func types() throws {
    let encoder = CBOREncoder(.deterministic())
    #expect(try encoder.encode([1, -1]) == [0x82, 0x01, 0x20])
    #expect(
      try encoder.encode(Point()) == [
        0xA3, 0x64, 0x6E, 0x61, 0x6D, 0x65, 0x61, 0x70, 0x64, 0x74, 0x61, 0x67, 0x73, 0x80, 0x65,
        0x62, 0x79, 0x74, 0x65, 0x73, 0x41, 0x01,
      ]
    )
    #expect(
      try encoder.encode([Point(x: 1)]) == [
        0x81, 0xA4, 0x61, 0x78, 0xF9, 0x3C, 0x00, 0x64, 0x6E, 0x61, 0x6D, 0x65, 0x61, 0x70, 0x64,
        0x74, 0x61, 0x67, 0x73, 0x80, 0x65, 0x62, 0x79, 0x74, 0x65, 0x73, 0x41, 0x01,
      ]
    )
    #expect(try encoder.encode(["k": [Float(0.5)]]) == [0xA1, 0x61, 0x6B, 0x81, 0xF9, 0x38, 0x00])
    #expect(try encoder.encode([[1.5], []]) == [0x82, 0x81, 0xF9, 0x3E, 0x00, 0x80])
    #expect(try encoder.encode(Double.nan) == [0xF9, 0x7E, 0x00])
    #expect(try encoder.encode("x") == [0x61, 0x78])
  }

  @Test("takes containers that are used out of order")
  func outOfOrder() throws {
    #expect(
      try CBOREncoder(.deterministic()).encode([Late()]) == [
        0x81, 0xA3, 0x61, 0x61, 0x81, 0x02, 0x61, 0x62, 0x01, 0x61, 0x63, 0xF6,
      ]
    )
  }

  @Test("writes arrays of bytes as integers where that is asked for")
  func integers() throws {
    let encoder = CBOREncoder(.deterministic(), options: EncodingOptions())
    #expect(try encoder.encode([UInt8(1)]) == [0x81, 0x01])
  }

  @Test("writes maps whose count is not known with indefinite length, or as the options say")
  func indefinite() throws {
    struct Pair: Encodable { var k = 1 }
    #expect(try CBOREncoder().encode(Pair()) == [0xBF, 0x61, 0x6B, 0x01, 0xFF])
    #expect(try CBOREncoder().encode(["k": 1]) == [0xA1, 0x61, 0x6B, 0x01])
    #expect(
      try CBOREncoder(.deterministic()).encode(["b": 1, "a": 2]).prefix(3) == [0xA2, 0x61, 0x61]
    )
  }
}
