import MoltBytes
import MoltCBOR
import MoltTape
import Testing

@Suite("CBORSink")
struct CBORSinkTests {
  @Test(
    "sorts keys, at every depth",
    arguments: [
      // RFC 8949, section 4.2.1 and 4.2.3: 10, 100, -1, "z", "aa", [100], [-1], false.
      (
        "a8f400812000811864006261610061 7a0020001864000a00", CBORKeyOrder.bytewise,
        "a80a001864002000617a006261610081186400812000f400"
      ),
      (
        "a8f400812000811864006261610061 7a0020001864000a00", .lengthFirst,
        "a80a002000f400186400617a008120006261610081186400"
      ),
      ("a26162a26162016161026161a0", .bytewise, "a26161a06162a2616102616201"),
      ("bf616201616102ff", .bytewise, "a26161026162 01"),
      ("9fbf61629f01ff616102ffff", .bytewise, "81a2616102616281 01"),
    ] as [(String, CBORKeyOrder, String)]
  )
  func sorting(input: String, order: CBORKeyOrder, expected: String) throws {
    let written = try rewritten(octets(input), options: .deterministic(order))
    #expect(hex(written) == expected.filter { $0 != " " })
    var limits = CBORLimits()
    limits.determinism = order
    #expect(parseError(written, limits: limits) == nil)
  }

  @Test("refuses a key that stands twice where keys are sorted")
  func duplicates() throws {
    for text in ["a2616101616102", "a3616202616101616203"] {
      #expect(throws: CBORWriteError.duplicateKey) {
        try rewritten(octets(text), options: .deterministic())
      }
    }
  }

  @Test("puts in counts of any size, sorted or not", arguments: [0, 23, 24, 255, 256, 65_536])
  func lateCounts(count: Int) throws {
    func write(_ options: CBOROptions, isTold: Bool) throws -> [UInt8] {
      var sink = CBORSink(options)
      sink.beginMap(count: isTold ? 1 : nil)
      sink.append(key: [0x61].span)
      sink.beginArray(count: isTold ? count : nil)
      for _ in 0..<count { sink.append(false) }
      sink.endArray()
      sink.endMap()
      try sink.finish()
      return array(sink.bytes)
    }
    var late = CBOROptions()
    late.allowsIndefinite = false
    let told = try write(CBOROptions(), isTold: true)
    #expect(try write(late, isTold: false) == told)
    #expect(try write(.deterministic(), isTold: false) == told)
    let open = try write(CBOROptions(), isTold: false)
    #expect(open.count == count + 6)
    #expect(try rewritten(open) == told)
  }

  @Test("writes the shortest float that is the same, for every float of 16 bits and its neighbours")
  func floats() throws {
    for bits in UInt16.min...UInt16.max {
      let value = Double(half: bits)
      var sink = CBORSink()
      sink.append(value)
      #expect(array(sink.bytes) == [0xF9, UInt8(bits >> 8), UInt8(bits & 0xFF)])
      guard value.isFinite else { continue }
      var next = CBORSink()
      next.append(Double(Float(value).nextUp))
      #expect(next.count == 5)
      var last = CBORSink()
      last.append(value.nextUp)
      #expect(last.count == 9)
    }
    #expect(Double(half: 0x0001) == 0x1p-24)
    #expect(Double(half: 0x7BFF) == 65_504)
  }

  @Test(
    "writes single floats as they are",
    arguments: [1.1 as Float, 0x1p-149, 3.4e38, 65_520, 1e-7]
  )
  func singles(value: Float) {
    var sink = CBORSink()
    sink.append(Double(value))
    #expect(sink.count == 5)
    #expect(array(sink.bytes).dropFirst().reduce(0) { $0 << 8 | UInt32($1) } == value.bitPattern)
  }

  @Test(
    "keeps the bits of a NaN, in as few bytes as hold them",
    arguments: [
      ("fb7ff0000080000000", "fa7f800004"), ("fa7f800004", "fa7f800004"),
      ("fb7ff8000000000000", "f97e00"), ("fbfff0000000000001", "fbfff0000000000001"),
      ("f97c01", "f97c01"),
    ]
  )
  func notANumber(input: String, expected: String) throws {
    #expect(hex(try rewritten(octets(input))) == expected)
  }

  @Test("keeps diagnostic notation apart by encoding indicators")
  func indicators() throws {
    for (bytes, plain, exact) in [
      ("f93e00", "1.5", "1.5_1"), ("fa3fc00000", "1.5", "1.5_2"), ("1801", "1", "1_0"),
      ("9801f6", "[null]", "[_0 null]"), ("b90000", "{}", "{_1}"), ("d8010 0", "1(0)", "1_0(0)"),
      ("7f6161780162ff", "(_ \"a\", \"b\")", "(_ \"a\", \"b\"_0)"), ("5fff", "''_", "''_"),
      ("7fff", "\"\"_", "\"\"_"), ("fb7e37e43c8800759c", "1.0e+300", "1.0e+300_3"),
      ("fb3e7ad7f29abcaf48", "1.0e-7", "1.0e-7_3"),
    ] {
      #expect(try diagnostic(of: octets(bytes)) == plain)
      #expect(try diagnostic(of: octets(bytes), showsEncoding: true) == exact)
    }
  }
}
