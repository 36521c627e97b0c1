import MoltBytes
import MoltMessagePack
import MoltTape
import Testing

@Suite("MessagePackSink")
struct MessagePackSinkTests {
  /// An array of so many nils, whose count was told or not.
  func array(_ count: Int, isTold: Bool) throws -> [UInt8] {
    var sink = MessagePackSink()
    sink.beginArray(count: isTold ? count : nil)
    for _ in 0..<count { sink.appendNull() }
    sink.endArray()
    try sink.finish()
    return sink.bytes.indices.map { sink.bytes[$0] }
  }

  @Test(
    "puts in the count of an array that told none",
    arguments: [0, 1, 15, 16, 65_535, 65_536]
  )
  func lateArrays(count: Int) throws {
    #expect(try array(count, isTold: false) == array(count, isTold: true))
  }

  @Test("puts in counts at every depth, among arrays and maps that told theirs")
  func lateNesting() throws {
    func document(_ isTold: Bool) throws -> [UInt8] {
      func count(_ value: Int) -> Int? { isTold ? value : nil }
      var sink = MessagePackSink()
      sink.beginMap(count: count(20))
      for index in 0..<20 {
        sink.append(UInt64(index))
        sink.beginArray(count: 2)
        sink.beginArray(count: count(30))
        for value in 0..<30 { sink.append(Double(value)) }
        sink.endArray()
        sink.beginMap(count: count(1))
        sink.append(key: [0x61].span)
        sink.beginMap(count: 0)
        sink.endMap()
        sink.endMap()
        sink.endArray()
      }
      sink.endMap()
      try sink.finish()
      return sink.bytes.indices.map { sink.bytes[$0] }
    }
    #expect(try document(false) == document(true))
    #expect(try rewritten(document(true)) == document(true))
  }

  @Test("appends behind what the writer holds, one document after the other")
  func sequence() throws {
    var writer = ByteWriter()
    writer.append(0xC1)
    var sink = MessagePackSink(appendingTo: writer)
    for _ in 0..<2 {
      sink.beginArray(count: nil)
      for _ in 0..<17 { sink.append(true) }
      sink.endArray()
    }
    let all = try sink.takeWriter()
    let one: [UInt8] = [0xDC, 0, 17] + Array(repeating: 0xC3, count: 17)
    #expect(bytes(of: all) == [0xC1] + one + one)
  }

  @Test("writes floats in 32 bits only if asked and exact")
  func floats() throws {
    var options = MessagePackOptions()
    options.shortensFloats = true
    for (value, count) in [(1.5, 5), (0.1, 9), (Double.infinity, 5), (1e300, 9), (Double.nan, 5)] {
      var short = MessagePackSink(options)
      var long = MessagePackSink()
      short.append(value)
      long.append(value)
      #expect(short.count == count)
      #expect(long.count == 9)
    }
  }

  @Test(
    "writes numbers of 64 bits from text",
    arguments: [
      ("0", [0]), ("-1", [0xFF]),
      ("18446744073709551615", [0xCF] + Array(repeating: 0xFF, count: 8)),
      ("-9223372036854775808", [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    ] as [(String, [UInt8])]
  )
  func numbers(text: String, expected: [UInt8]) throws {
    var sink = MessagePackSink()
    try sink.append(number: Array(text.utf8).span)
    #expect(sink.bytes.indices.map { sink.bytes[$0] } == expected)
  }

  @Test(
    "refuses numbers beyond 64 bits, and those beyond floats even if it approximates",
    arguments: [("18446744073709551616", true), ("-9223372036854775809", true), ("1e999", false)]
  )
  func largeNumbers(text: String, hasNearest: Bool) throws {
    #expect(throws: MessagePackWriteError.numberOutOfRange) {
      var sink = MessagePackSink()
      try sink.append(number: Array(text.utf8).span)
    }
    var options = MessagePackOptions()
    options.approximates = true
    var sink = MessagePackSink(options)
    let isWritten = (try? sink.append(number: Array(text.utf8).span)) != nil
    #expect(isWritten == hasNearest)
  }

  @Test("writes extensions with the smallest header", arguments: [0, 1, 2, 3, 4, 8, 16, 17, 256])
  func extensions(count: Int) throws {
    let body = [UInt8](repeating: 7, count: count)
    var sink = MessagePackSink()
    sink.append(extensionType: -5, body.span)
    let header = [1, 2, 4, 8, 16].contains(count) ? 2 : count < 256 ? 3 : 4
    #expect(sink.count == header + count)
    let written = sink.bytes.indices.map { sink.bytes[$0] }
    var parser = MessagePackParser()
    let value = try parser.parse(written.span).root
    #expect(value.extensionType == -5)
    #expect(try value.extensionBytes().count == count)
  }

  @Test(
    "moments have the encoding of the specification",
    arguments: [
      (1_514_862_245, 0, [0x5A, 0x4A, 0xF6, 0xA5]),
      (1_514_862_245, 678_901_234, [0xA1, 0xDC, 0xD7, 0xC8, 0x5A, 0x4A, 0xF6, 0xA5]),
      (1 << 32, 0, [0, 0, 0, 1, 0, 0, 0, 0]),
      (1 << 34, 1, [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0]),
      (-1, 999_999_999, [0x3B, 0x9A, 0xC9, 0xFF] + Array(repeating: 0xFF, count: 8)),
    ] as [(Int64, UInt32, [UInt8])]
  )
  func moments(seconds: Int64, nanoseconds: UInt32, expected: [UInt8]) {
    let moment = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    #expect(moment.extensionBytes == expected)
    #expect(Timestamp(extensionBytes: expected.span) == moment)
  }

  @Test("refuses moments of other lengths and with a second of nanoseconds")
  func wrongMoments() {
    #expect(Timestamp(extensionBytes: [1, 2, 3].span) == nil)
    #expect(Timestamp(extensionBytes: [0xEE, 0x6B, 0x28, 0, 0, 0, 0, 0].span) == nil)
    #expect(Timestamp(secondsSince1970: .nan) == nil)
    #expect(Timestamp(secondsSince1970: 1e19) == nil)
    #expect(Timestamp(secondsSince1970: -0.5) == Timestamp(seconds: -1, nanoseconds: 500_000_000))
  }
}
