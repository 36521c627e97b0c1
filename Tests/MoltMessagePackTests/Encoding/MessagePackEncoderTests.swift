import MoltMessagePack
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

@Suite("MessagePackEncoder")
struct MessagePackEncoderTests {
  @Test("writes types, with counts that are known at their end")
  func types() throws {
    let encoder = MessagePackEncoder()
    #expect(try encoder.encode([1, -1]) == [0x92, 0x01, 0xFF])
    #expect(
      try encoder.encode(Point()) == [
        0x83, 0xA4, 0x6E, 0x61, 0x6D, 0x65, 0xA1, 0x70, 0xA4, 0x74, 0x61, 0x67, 0x73, 0x90, 0xA5,
        0x62, 0x79, 0x74, 0x65, 0x73, 0xC4, 0x01, 0x01,
      ]
    )
    #expect(
      try encoder.encode([Point(x: 1)]) == [
        0x91, 0x84, 0xA1, 0x78, 0xCB, 0x3F, 0xF0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xA4, 0x6E,
        0x61, 0x6D, 0x65, 0xA1, 0x70, 0xA4, 0x74, 0x61, 0x67, 0x73, 0x90, 0xA5, 0x62, 0x79, 0x74,
        0x65, 0x73, 0xC4, 0x01, 0x01,
      ]
    )
    #expect(
      try encoder.encode(["k": [Float(0.5)]]) == [
        0x81, 0xA1, 0x6B, 0x91, 0xCB, 0x3F, 0xE0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      ]
    )
    #expect(
      try encoder.encode([[1.5], []]) == [
        0x92, 0x91, 0xCB, 0x3F, 0xF8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x90,
      ]
    )
    #expect(
      try encoder.encode(Double.nan) == [0xCB, 0x7F, 0xF8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00]
    )
    #expect(try encoder.encode("x") == [0xA1, 0x78])
  }

  @Test("takes containers that are used out of order")
  func outOfOrder() throws {
    #expect(
      try MessagePackEncoder().encode([Late()]) == [
        0x91, 0x83, 0xA1, 0x61, 0x91, 0x02, 0xA1, 0x62, 0x01, 0xA1, 0x63, 0xC0,
      ]
    )
  }

  @Test("writes arrays of bytes as integers where that is asked for")
  func integers() throws {
    let encoder = MessagePackEncoder(options: EncodingOptions())
    #expect(try encoder.encode([UInt8(1)]) == [0x91, 0x01])
  }

  @Test("says which value MessagePack has no room for")
  func refusals() {
    #expect(throws: EncodingError.self) { try MessagePackEncoder().encode(["a": UInt128.max]) }
  }
}
