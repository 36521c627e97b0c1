import MoltBytes
import MoltCBOR
import MoltMessagePack
import MoltTape
import Testing

/// A value in CBOR and in MessagePack.
struct Pair: CustomTestStringConvertible, Sendable {
  let name: String
  let cbor: String
  let messagePack: String

  var testDescription: String { name }

  /// Values that go both ways without a loss.
  static let equal = [
    Pair(name: "null", cbor: "f6", messagePack: "c0"),
    Pair(name: "true", cbor: "f5", messagePack: "c3"),
    Pair(name: "a small integer", cbor: "17", messagePack: "17"),
    Pair(name: "200", cbor: "18c8", messagePack: "ccc8"),
    Pair(name: "-1", cbor: "20", messagePack: "ff"),
    Pair(name: "-33", cbor: "3820", messagePack: "d0df"),
    Pair(name: "2^64 - 1", cbor: "1bffffffffffffffff", messagePack: "cfffffffffffffffff"),
    Pair(name: "-2^63", cbor: "3b7fffffffffffffff", messagePack: "d38000000000000000"),
    Pair(name: "0.1", cbor: "fb3fb999999999999a", messagePack: "cb3fb999999999999a"),
    Pair(name: "a text", cbor: "6463616665", messagePack: "a463616665"),
    Pair(name: "a binary", cbor: "420102", messagePack: "c4020102"),
    Pair(name: "an array in an array", cbor: "82018102", messagePack: "92019102"),
    Pair(name: "an empty map", cbor: "a0", messagePack: "80"),
    Pair(name: "a map", cbor: "a2616101616280", messagePack: "82a16101a16290"),
    Pair(name: "keys of all kinds", cbor: "a301028001a000", messagePack: "830102900180" + "00"),
    Pair(name: "a moment in seconds", cbor: "c11a5a4af6a5", messagePack: "d6ff5a4af6a5"),
    Pair(name: "a moment before 1970", cbor: "c120", messagePack: "c70cff00000000ffffffffffffffff"),
    Pair(name: "half a second", cbor: "c1f93800", messagePack: "d7ff7735940000000000"),
    Pair(
      name: "a map in a key in a map",
      cbor: "a1a161610102",
      messagePack: "8181a1610102"
    ),
  ]

  /// Values that MessagePack writes otherwise than it got them from CBOR.
  static let oneWay = [
    Pair(name: "an array without a count", cbor: "9f01820203ff", messagePack: "9201920203"),
    Pair(name: "a map without a count", cbor: "bf61619fffff", messagePack: "81a16190"),
    Pair(
      name: "an array of twenty without a count",
      cbor: "9f" + String(repeating: "00", count: 20) + "ff",
      messagePack: "dc0014" + String(repeating: "00", count: 20)
    ),
    Pair(name: "chunks", cbor: "7f61616162ff", messagePack: "a26162"),
    Pair(name: "binary chunks", cbor: "5f4101420203ff", messagePack: "c403010203"),
    Pair(name: "a key in chunks", cbor: "a17f6161ff01", messagePack: "81a16101"),
    Pair(name: "a half float", cbor: "f93e00", messagePack: "cb3ff8000000000000"),
    Pair(name: "a big integer that is small", cbor: "c24101", messagePack: "01"),
    Pair(name: "a negative one", cbor: "c34101", messagePack: "fe"),
    Pair(name: "a long integer", cbor: "1b0000000000000001", messagePack: "01"),
  ]
}

@Suite("transcoding between CBOR and MessagePack")
struct CBORTranscodingTests {
  @Test(
    "carries values to MessagePack, as a stream and over a tape",
    arguments: Pair.equal + Pair.oneWay
  )
  func toMessagePack(pair: Pair) throws {
    let input = octets(pair.cbor)
    var reader = CBORReader(input.span)
    var sink = MessagePackSink()
    try reader.writeValue(to: &sink)
    try sink.finish()
    #expect(hex(array(sink.bytes)) == pair.messagePack)
    #expect(reader.isAtEnd == true)

    var parser = CBORParser()
    let document = try parser.parse(input.span)
    sink.removeAll()
    try document.root.write(to: &sink)
    try sink.finish()
    #expect(hex(array(sink.bytes)) == pair.messagePack)
  }

  @Test("carries values to CBOR, as a stream and over a tape", arguments: Pair.equal)
  func toCBOR(pair: Pair) throws {
    let input = octets(pair.messagePack)
    var reader = MessagePackReader(input.span)
    var sink = CBORSink()
    try reader.writeValue(to: &sink)
    try sink.finish()
    #expect(hex(array(sink.bytes)) == pair.cbor)
    #expect(reader.isAtEnd == true)

    var parser = MessagePackParser()
    let document = try parser.parse(input.span)
    sink.removeAll()
    try document.root.write(to: &sink)
    try sink.finish()
    #expect(hex(array(sink.bytes)) == pair.cbor)
  }

  @Test("a moment with nanoseconds becomes tag 1001")
  func nanoseconds() throws {
    let input = octets("d7ffa1dcd7c85a4af6a5")
    var reader = MessagePackReader(input.span)
    var sink = CBORSink()
    try reader.writeValue(to: &sink)
    try sink.finish()
    #expect(try diagnostic(of: array(sink.bytes)) == "1001({1: 1514862245, -9: 678901234})")
  }

  @Test(
    "refuses what MessagePack lacks, or approximates it",
    arguments: [
      ("c249010000000000000000", .numberOutOfRange, "cb43f0000000000000"),
      ("c48221196ab3", .numberOutOfRange, "cb4071126666666666"),
      ("d82000", .tag(32), "00"), ("f7", .simple(23), "c0"), ("f0", .simple(16), "c0"),
    ] as [(String, MessagePackWriteError, String)]
  )
  func foreign(cbor: String, error: MessagePackWriteError, nearest: String) throws {
    let input = octets(cbor)
    #expect(throws: TranscodingError<CBORError, MessagePackWriteError>.writing(error)) {
      var reader = CBORReader(input.span)
      var sink = MessagePackSink()
      try reader.writeValue(to: &sink)
    }
    var options = MessagePackOptions()
    options.approximates = true
    var reader = CBORReader(input.span)
    var sink = MessagePackSink(options)
    try reader.writeValue(to: &sink)
    try sink.finish()
    #expect(hex(array(sink.bytes)) == nearest)
  }

  @Test("refuses extensions that CBOR lacks, or keeps their bytes")
  func extensions() throws {
    let input = octets("c70305010203")
    #expect(throws: TranscodingError<MessagePackError, CBORWriteError>.writing(.extensionType(5))) {
      var reader = MessagePackReader(input.span)
      var sink = CBORSink()
      try reader.writeValue(to: &sink)
    }
    var options = CBOROptions()
    options.approximates = true
    var reader = MessagePackReader(input.span)
    var sink = CBORSink(options)
    try reader.writeValue(to: &sink)
    #expect(hex(array(sink.bytes)) == "43010203")
  }

  @Test("big numbers keep every digit through CBOR")
  func bigNumbers() throws {
    for (text, expected) in [
      ("18446744073709551616", "c249010000000000000000"),
      ("-18446744073709551617", "c349010000000000000000"),
      ("-18446744073709551616", "3bffffffffffffffff"),
      ("273.15", "c48221196ab3"), ("1e400", "c48219019001"), ("-0", "00"), ("12", "0c"),
    ] {
      var sink = CBORSink()
      try sink.append(number: Array(text.utf8).span)
      #expect(hex(array(sink.bytes)) == expected)
    }
    for text in ["1e99999999999999999999", String(repeating: "1", count: 16_385), "1x", ""] {
      var sink = CBORSink()
      #expect(throws: CBORWriteError.numberOutOfRange) {
        try sink.append(number: Array(text.utf8).span)
      }
    }
  }

  @Test("a stream refuses what the parser refuses, and at the same place")
  func faults() throws {
    var generator = SystemRandomNumberGenerator()
    var refused = 0
    for vector in Pair.equal + Pair.oneWay {
      for _ in 0..<200 {
        var bytes = octets(vector.cbor)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255)
        }
        var reader = CBORReader(bytes.span)
        var sink = CBORSink()
        var failure: CBORError?
        do throws(TranscodingError<CBORError, CBORWriteError>) {
          try reader.writeValue(to: &sink)
          if !reader.isAtEnd { failure = .trailingData(offset: reader.offset) }
        } catch {
          if case .reading(let error) = error { failure = error }
        }
        #expect(parseError(bytes) == failure, "\(hex(bytes))")
        if failure != nil { refused += 1 }
      }
    }
    #expect(refused > 0)
  }
}
