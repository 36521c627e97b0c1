import MoltBytes
import MoltPostgresWire
import MoltRows
import Testing

@Suite("PostgreSQL parameters")
struct PostgresParameterTests {
  struct Sent: CustomTestStringConvertible, Sendable {
    let value: RunValue
    let oid: UInt32
    let text: String?

    var testDescription: String { "\(value) as \(PostgresType(oid: oid).name)" }

    init(_ value: RunValue, _ oid: UInt32, _ text: String?) {
      self.value = value
      self.oid = oid
      self.text = text
    }

    static let all = [
      Sent(.boolean(true), 16, "t"),
      Sent(.boolean(false), 16, "f"),
      Sent(.integer(.min), 20, "-9223372036854775808"),
      Sent(.integer(2_147_483_647), 23, "2147483647"),
      Sent(.integer(-32_768), 21, "-32768"),
      Sent(.integer(4_294_967_295), 26, "4294967295"),
      Sent(.integer(.max), 1700, "9223372036854775807"),
      Sent(.integer(7), 701, "7"),
      Sent(.float(0.1), 701, "0.1"),
      Sent(.float(1e300), 1700, "1e+300"),
      Sent(.float(.nan), 701, "NaN"),
      Sent(.float(-.infinity), 701, "-Infinity"),
      Sent(.text(Array("2013-01-01".utf8)), 1082, "2013-01-01"),
      Sent(.text([]), 25, ""),
      Sent(.text(Array("ü".utf8)), 16_385, "ü"),
    ]
  }

  @Test("are sent as the text of their literal", arguments: Sent.all)
  func sent(sent: Sent) throws {
    let text = try #require(sent.text)
    let expected = [0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8)
    #expect(try bytes(sent.value, sent.oid) == expected)
    #expect(PostgresParameter.format(of: sent.value) == 0)
  }

  @Test("bytes are sent in binary, NULL without any")
  func binary() throws {
    #expect(try bytes(.binary([0, 255]), 17) == [0, 0, 0, 2, 0, 255])
    #expect(PostgresParameter.format(of: .binary([])) == 1)
    #expect(try bytes(.null, 23) == [255, 255, 255, 255])
  }

  @Test(
    "are refused where a literal would compare otherwise",
    arguments: [
      Sent(.boolean(true), 23, nil), Sent(.boolean(true), 25, nil), Sent(.integer(1), 16, nil),
      Sent(.integer(1), 25, nil), Sent(.integer(1), 700, nil), Sent(.integer(32_768), 21, nil),
      Sent(.integer(2_147_483_648), 23, nil), Sent(.integer(-1), 26, nil),
      Sent(.integer(1), 1082, nil), Sent(.float(1), 23, nil), Sent(.float(1), 700, nil),
      Sent(.float(1), 25, nil), Sent(.float(.nan), 1700, nil), Sent(.text([0x61, 0]), 25, nil),
      Sent(.binary([1]), 25, nil),
    ]
  )
  func refused(sent: Sent) {
    #expect(throws: PostgresValueError.unsupportedParameter(index: 3, oid: sent.oid)) {
      try bytes(sent.value, sent.oid)
    }
  }

  private func bytes(_ value: RunValue, _ oid: UInt32) throws -> [UInt8] {
    var writer = ByteWriter()
    try writer.appendPostgresParameter(value, oid: oid, index: 3)
    let span = writer.span
    return span.indices.map { span[$0] }
  }
}
