import MoltMessagePack
import Testing

/// A document, valid or not, and what reading it answers.
struct Vector: CustomTestStringConvertible, Sendable {
  let name: String
  let bytes: [UInt8]
  let error: MessagePackError

  var testDescription: String { name }

  static let broken = [
    Vector(name: "nothing", bytes: [], error: .endOfInput(offset: 0, needed: 1)),
    Vector(name: "the byte never used", bytes: [0x91, 0xC1], error: .reserved(offset: 1)),
    Vector(
      name: "an array of four billion",
      bytes: [0xDD, 255, 255, 255, 255, 1],
      error: .endOfInput(offset: 0, needed: 5 + 4_294_967_295)
    ),
    Vector(
      name: "a map of four billion",
      bytes: [0xDF, 255, 255, 255, 255, 1],
      error: .endOfInput(offset: 0, needed: 5 + 2 * 4_294_967_295)
    ),
    Vector(
      name: "a str of four billion",
      bytes: [0xDB, 255, 255, 255, 255, 1],
      error: .endOfInput(offset: 0, needed: 5 + 4_294_967_295)
    ),
    Vector(
      name: "a lone surrogate",
      bytes: [0xA3, 0xED, 0xA0, 0x80],
      error: .invalidUTF8(offset: 0)
    ),
    Vector(
      name: "an overlong slash",
      bytes: [0x91, 0xA2, 0xC0, 0xAF],
      error: .invalidUTF8(offset: 1)
    ),
    Vector(name: "a cut character", bytes: [0xA2, 0xE2, 0x9D], error: .invalidUTF8(offset: 0)),
  ]
}

@Suite("MessagePackReader")
struct MessagePackReaderTests {
  @Test("names the place of the first fault", arguments: Vector.broken)
  func broken(vector: Vector) {
    #expect(throws: vector.error) { try MessagePackTree(vector.bytes) }
    #expect(vector.error.offset <= vector.bytes.count)
    #expect(vector.error.message.contains("\(vector.error.offset)"))
  }

  @Test("reads the same integer from every width and sign")
  func integers() throws {
    let encodings: [[UInt8]] = [
      [5], [0xCC, 5], [0xCD, 0, 5], [0xCE, 0, 0, 0, 5], [0xCF, 0, 0, 0, 0, 0, 0, 0, 5],
      [0xD0, 5], [0xD1, 0, 5], [0xD2, 0, 0, 0, 5], [0xD3, 0, 0, 0, 0, 0, 0, 0, 5],
    ]
    for encoding in encodings {
      var reader = MessagePackReader(encoding.span)
      #expect(try reader.readInt64() == 5)
      #expect(reader.isAtEnd == true)
      var unsigned = MessagePackReader(encoding.span)
      #expect(try unsigned.readUInt64() == 5)
    }
  }

  @Test("does not move when it throws")
  func stays() {
    let bytes: [UInt8] = [0xA1, 0xFF]
    var reader = MessagePackReader(bytes.span)
    #expect((try? reader.readTextString()) == nil)
    #expect((try? reader.readInt64()) == nil)
    #expect((try? reader.readMapCount()) == nil)
    #expect(reader.offset == 0)
  }

  @Test("refuses integers that do not fit")
  func outOfRange() {
    let large = failure(in: [0xCF, 128, 0, 0, 0, 0, 0, 0, 0]) { try $0.readInt64() }
    #expect(large == .outOfRange(offset: 0))
    let negative = failure(in: [0xFF]) { try $0.readUInt64() }
    #expect(negative == .outOfRange(offset: 0))
  }

  @Test("says what stands where something else is expected")
  func mismatch() {
    let error = failure(in: [0xC3]) { try $0.readTextString() }
    #expect(error == .mismatch(offset: 0, expected: .text, found: .boolean))
    #expect(error?.message == "at byte 0 stands a boolean, where a str is expected")
  }

  @Test("skips a value with all that it holds")
  func skips() throws {
    let value = MessagePackTree.array([
      .map([[.text("a"), .array([.integer(1), .float(0.5)])], [.null, .binary([1, 2])]]),
      .text("end"), .boolean(true),
    ])
    let bytes = value.encoded + [7]
    var reader = MessagePackReader(bytes.span)
    try reader.skipValue()
    #expect(try reader.readInt64() == 7)
    #expect(reader.isAtEnd == true)
  }

  @Test("skips a million open arrays without recursion")
  func skipsDeep() throws {
    let bytes = [UInt8](repeating: 0x91, count: 1_000_000) + [0xC0]
    var reader = MessagePackReader(bytes.span)
    try reader.skipValue()
    #expect(reader.isAtEnd == true)
    let error = failure(in: [UInt8](repeating: 0x91, count: 1_000_000)) { try $0.skipValue() }
    #expect(error == .endOfInput(offset: 1_000_000, needed: 1))
  }

  @Test("finds the end of input in every prefix of a document")
  func prefixes() throws {
    let document = MessagePackTree.map([
      [.text("id"), .integer(-70_000)], [.text("π"), .float(3.25)], [.binary([1, 2]), .null],
      [
        .array([.boolean(false), .unsigned(.max), .text(String(repeating: "x", count: 40))]), .null,
      ],
    ]).encoded
    for count in 0..<document.count {
      let prefix = Array(document[..<count])
      #expect(endsEarly(prefix) { try MessagePackTree.read(&$0) })
      #expect(endsEarly(prefix) { try $0.skipValue() })
    }
  }

  @Test("answers or throws for every start of one, two and three bytes, and never traps")
  func exhaustive() {
    var outcomes = (valid: 0, faulty: 0)
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        for third: UInt8 in [0, 1, 0x7F, 0x80, 0xC1, 0xFF] {
          let bytes = [first, second, third]
          var reader = MessagePackReader(bytes.span)
          while !reader.isAtEnd {
            let before = reader.offset
            let value = try? MessagePackTree.read(&reader)
            guard value != nil else { break }
            #expect(reader.offset > before)
          }
          if reader.isAtEnd { outcomes.valid += 1 } else { outcomes.faulty += 1 }
        }
      }
    }
    #expect(outcomes.valid > 0 && outcomes.faulty > 0)
  }
}

/// The error that `body` throws on a reader of `bytes`.
func failure<Value>(
  in bytes: [UInt8],
  _ body: (inout MessagePackReader) throws -> Value
) -> MessagePackError? {
  var reader = MessagePackReader(bytes.span)
  do {
    _ = try body(&reader)
    return nil
  } catch {
    return error as? MessagePackError
  }
}

/// Whether `body` throws because the input ended.
func endsEarly<Value>(
  _ bytes: [UInt8],
  _ body: (inout MessagePackReader) throws -> Value
) -> Bool {
  if case .endOfInput = failure(in: bytes, body) { return true }
  return false
}
