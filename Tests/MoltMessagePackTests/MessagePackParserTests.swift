import Foundation
import MoltBytes
import MoltMessagePack
import MoltTape
import MoltTestKit
import Testing

/// A document read onto the tape and written again.
func rewritten(
  _ bytes: [UInt8],
  limits: MessagePackLimits = MessagePackLimits(),
  options: MessagePackOptions = MessagePackOptions()
) throws -> [UInt8] {
  var parser = MessagePackParser(limits: limits)
  let document = try parser.parse(bytes.span)
  var sink = MessagePackSink(options)
  try document.root.write(to: &sink)
  try sink.finish()
  return sink.bytes.indices.map { sink.bytes[$0] }
}

/// The error that parsing throws, if it does.
func parseError(
  _ bytes: [UInt8],
  limits: MessagePackLimits = MessagePackLimits()
) -> MessagePackError? {
  var parser = MessagePackParser(limits: limits)
  do {
    _ = try parser.parse(bytes.span).wordCount
    return nil
  } catch {
    return error
  }
}

@Suite("MessagePackParser")
struct MessagePackParserTests {
  @Test("puts the document of the worked example on the tape")
  func example() throws {
    let bytes: [UInt8] = [0x82, 0xA1, 0x61, 0x91, 0x01, 0xA1, 0x62, 0xC0]
    var parser = MessagePackParser()
    let document = try parser.parse(bytes.span)
    #expect(document.wordCount == 6)
    #expect(document.root.kind == .map)
    #expect(try rewritten(bytes) == bytes)
  }

  @Test("refuses what the reader refuses, with the same error", arguments: Vector.broken)
  func broken(vector: Vector) {
    #expect(parseError(vector.bytes) == vector.error)
  }

  @Test(
    "every encoding of the suite comes back as the smallest of the same value, and fails cut",
    .enabled(if: Suites.folder("messagepack") != nil, "\(Suites.hint)")
  )
  func suite() throws {
    let path = try #require(Suites.folder("messagepack")) + "/msgpack-test-suite.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let groups = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: [[String: Any]]]
    )
    var extensions = 0
    for entry in groups.values.joined() {
      for text in try #require(entry["msgpack"] as? [String]) {
        let bytes = text.split(separator: "-").compactMap { UInt8($0, radix: 16) }
        let written = try rewritten(bytes)
        #expect(try rewritten(written) == written, "\(text)")
        // A float of 32 bits becomes one of 64; all else becomes no longer.
        #expect(written.count <= bytes.count || bytes[0] == 0xCA, "\(text)")
        if entry["ext"] != nil || entry["timestamp"] != nil {
          #expect(try extensionParts(written) == extensionParts(bytes), "\(text)")
          extensions += 1
        } else if bytes[0] < 0xCA || bytes[0] > 0xCB {
          #expect(try MessagePackTree(written) == MessagePackTree(bytes), "\(text)")
        }
        for count in 0..<bytes.count {
          guard case .endOfInput = parseError(Array(bytes[..<count])) else {
            Issue.record("\(text) cut at \(count) is read")
            continue
          }
        }
      }
    }
    #expect(extensions > 10)
  }

  /// The type and the bytes of an extension.
  func extensionParts(_ bytes: [UInt8]) throws -> [Int] {
    var parser = MessagePackParser()
    let value = try parser.parse(bytes.span).root
    let body = try value.extensionBytes()
    let type = value.extensionType ?? 0
    return [Int(type)] + body.indices.map { Int(body[$0]) }
  }

  @Test("reads a million open arrays if the limit allows, and names the place where it does not")
  func depth() throws {
    let count = 1_000_000
    let bytes = [UInt8](repeating: 0x91, count: count) + [0xC0]
    #expect(parseError(bytes) == .tooDeep(offset: 1024))
    var limits = MessagePackLimits()
    limits.depth = count
    #expect(try rewritten(bytes, limits: limits) == bytes)
    let error = parseError(Array(bytes.dropLast()), limits: limits)
    #expect(error == .endOfInput(offset: count - 1, needed: 2))
  }

  @Test("keeps to its limits")
  func limits() {
    var limits = MessagePackLimits()
    limits.textByteCount = 2
    let bytes: [UInt8] = [0x92, 0xA2, 0x61, 0x61, 0xC4, 3, 1, 2, 3]
    #expect(parseError(bytes, limits: limits) == .tooLong(offset: 4))
    limits = MessagePackLimits()
    limits.byteCount = 2
    #expect(parseError([0x92, 1, 2], limits: limits) == .tooLong(offset: 0))
    #expect(parseError([0x91, 1], limits: limits) == nil)
    #expect(parseError([1, 2]) == .trailingData(offset: 1))
  }

  @Test(
    "finds a key that stands twice, in whatever encoding",
    arguments: [
      ([0x82, 0xA1, 0x61, 1, 0xA1, 0x61, 2], 4), ([0x82, 1, 1, 0xCC, 1, 2], 3),
      ([0x82, 0xA1, 0x61, 1, 0xA1, 0x62, 2], nil), ([0x82, 1, 1, 0xA1, 0x31, 2], nil),
      ([0x91, 0x81, 0x82, 0xC0, 1, 0xC0, 2, 3], 5),
      ([0x82, 0xA1, 0x61, 0x81, 0xA1, 0x61, 1, 0xA1, 0x62, 2], nil),
      ([0x82, 0x91, 1, 1, 0xDC, 0, 1, 1, 2], 4),
    ] as [([UInt8], Int?)]
  )
  func repeatedKeys(bytes: [UInt8], offset: Int?) {
    var limits = MessagePackLimits()
    limits.uniqueKeys = true
    #expect(parseError(bytes) == nil)
    #expect(parseError(bytes, limits: limits) == offset.map { .duplicateKey(offset: $0) })
  }

  @Test("reads values that stand one behind the other")
  func sequence() throws {
    let bytes: [UInt8] = [1, 0x91, 2, 0xA1, 0x61]
    var parser = MessagePackParser()
    var (offset, ends) = (0, [Int]())
    while offset < bytes.count {
      _ = try parser.parse(bytes.span, at: &offset)
      ends.append(offset)
    }
    #expect(ends == [1, 3, 5])
  }

  @Test("reads and writes numbers of all widths in rows, and finds where a row is cut")
  func rowsOfNumbers() throws {
    let numbers: [MessagePackTree] = [
      .float(0.5), .unsigned(200), .unsigned(60_000), .unsigned(70_000), .unsigned(5), .integer(-9),
    ]
    for _ in 0..<200 {
      var row: [MessagePackTree] = []
      while row.count < .random(in: 2...40) {
        row += Array(repeating: numbers.randomElement() ?? .null, count: .random(in: 1...20))
      }
      let pairs = zip(row, row.dropFirst()).map { [$0, $1] }
      let bytes = MessagePackTree.array([.array(row), .map(pairs), .array(row), .null]).encoded
      #expect(try rewritten(bytes) == bytes)
      let cut = Array(bytes[..<Int.random(in: 0..<bytes.count)])
      var reader = MessagePackReader(cut.span)
      var sink = MessagePackSink()
      do throws(TranscodingError<MessagePackError, MessagePackWriteError>) {
        try reader.writeValue(to: &sink)
        Issue.record("\(cut) is read")
      } catch {
        #expect(error == .reading(try #require(parseError(cut))))
      }
    }
  }

  @Test("reads mutated documents as the reader does, and never traps")
  func mutations() throws {
    let document = MessagePackTree.map([
      [.text("id"), .integer(-70_000)],
      [.float(2), .array([.float(1), .float(2), .unsigned(300), .unsigned(400), .unsigned(200)])],
      [.text("π"), .float(3.25)], [.binary([1, 2]), .null],
      [
        .array([.boolean(false), .unsigned(.max), .text(String(repeating: "ä", count: 40))]), .null,
      ],
    ]).encoded
    var outcomes = (valid: 0, faulty: 0)
    for _ in 0..<20_000 {
      var bytes = document
      for _ in 0..<Int.random(in: 1...4) {
        bytes[.random(in: bytes.indices)] = .random(in: 0...255)
      }
      var reader = MessagePackReader(bytes.span)
      var sink = MessagePackSink()
      do throws(TranscodingError<MessagePackError, MessagePackWriteError>) {
        try reader.writeValue(to: &sink)
        let error: MessagePackError? =
          reader.isAtEnd ? nil : .trailingData(offset: reader.offset)
        #expect(parseError(bytes) == error)
        outcomes.valid += 1
      } catch {
        guard case .reading(let error) = error else { continue }
        #expect(parseError(bytes) == error)
        outcomes.faulty += 1
      }
    }
    #expect(outcomes.valid > 0 && outcomes.faulty > 0)
  }
}
