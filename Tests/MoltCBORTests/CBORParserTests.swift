import MoltBytes
import MoltCBOR
import MoltTape
import Testing

/// A document and the error that it must give.
struct Fault: CustomTestStringConvertible, Sendable {
  let name: String
  let hex: String
  let error: CBORError

  var testDescription: String { name }

  static let all = [
    Fault(name: "nothing", hex: "", error: .endOfInput(offset: 0, needed: 1)),
    Fault(name: "two values", hex: "0102", error: .trailingData(offset: 1)),
    Fault(name: "a reserved head", hex: "811c", error: .reserved(offset: 1)),
    Fault(name: "an integer without a length", hex: "1f", error: .reserved(offset: 0)),
    Fault(name: "a negative one", hex: "3f", error: .reserved(offset: 0)),
    Fault(name: "a tag without a number", hex: "df", error: .reserved(offset: 0)),
    Fault(name: "a reserved string", hex: "7c", error: .reserved(offset: 0)),
    Fault(name: "a reserved simple value", hex: "fc", error: .reserved(offset: 0)),
    Fault(name: "a small simple value in two bytes", hex: "f81f", error: .reserved(offset: 0)),
    Fault(name: "a break alone", hex: "ff", error: .unexpectedBreak(offset: 0)),
    Fault(
      name: "a break in an array with a count",
      hex: "8201ff",
      error: .unexpectedBreak(offset: 2)
    ),
    Fault(name: "a break for a value", hex: "bf01ff", error: .unexpectedBreak(offset: 2)),
    Fault(name: "a break behind a tag", hex: "9fc1ff", error: .unexpectedBreak(offset: 2)),
    Fault(
      name: "a break in an array in one without a count",
      hex: "9f81ff",
      error: .unexpectedBreak(offset: 2)
    ),
    Fault(name: "a text chunk of bytes", hex: "7f4161ff", error: .invalidChunk(offset: 1)),
    Fault(name: "a chunk in chunks", hex: "7f7f6161ffff", error: .invalidChunk(offset: 1)),
    Fault(name: "a chunk that is a number", hex: "5f00ff", error: .invalidChunk(offset: 1)),
    Fault(
      name: "an array of 2^64 - 1",
      hex: "9bffffffffffffffff",
      error: .endOfInput(offset: 0, needed: .max)
    ),
    Fault(
      name: "a map of 2^63",
      hex: "bb8000000000000000",
      error: .endOfInput(offset: 0, needed: .max)
    ),
    Fault(
      name: "a text of four billion",
      hex: "7affffffff61",
      error: .endOfInput(offset: 0, needed: 4_294_967_300)
    ),
    Fault(name: "a lone surrogate", hex: "8163eda080", error: .invalidUTF8(offset: 1)),
    Fault(name: "an overlong slash", hex: "62c0af", error: .invalidUTF8(offset: 0)),
    Fault(
      name: "a character over two chunks",
      hex: "7f61c361a9ff",
      error: .invalidUTF8(offset: 1)
    ),
    Fault(name: "a tag without a value", hex: "c1", error: .endOfInput(offset: 1, needed: 1)),
  ]
}

@Suite("CBORParser")
struct CBORParserTests {
  @Test("puts the document of the worked example on the tape")
  func example() throws {
    let bytes = octets("a261619f01ff6162f6")
    var parser = CBORParser()
    let document = try parser.parse(bytes.span)
    #expect(document.wordCount == 6)
    #expect(document.root.kind == .map)
  }

  @Test("names the place of the first fault", arguments: Fault.all)
  func faults(fault: Fault) {
    let bytes = octets(fault.hex)
    #expect(parseError(bytes) == fault.error)
    #expect(fault.error.message.contains("\(fault.error.offset)"))
  }

  @Test("skipping finds the same faults, but for UTF-8 and what follows", arguments: Fault.all)
  func skipping(fault: Fault) {
    let bytes = octets(fault.hex)
    var reader = CBORReader(bytes.span)
    var found: CBORError?
    do { try reader.skipValue() } catch { found = error }
    switch fault.error {
    case .invalidUTF8, .trailingData: #expect(found == nil)
    case .endOfInput(let offset, _): #expect(found?.offset == offset)
    default: #expect(found == fault.error)
    }
  }

  @Test(
    "nests a million deep if the limit allows, and names the place where it does not",
    arguments: [(0x81, 1), (0x9F, 2), (0xC1, 1)] as [(UInt8, Int)]
  )
  func depth(first: UInt8, bytesPerLevel: Int) throws {
    let count = 1_000_000
    let ends = [UInt8](repeating: 0xFF, count: bytesPerLevel == 2 ? count : 0)
    let bytes = [UInt8](repeating: first, count: count) + [0x00] + ends
    #expect(parseError(bytes) == .tooDeep(offset: 1024))
    var limits = CBORLimits()
    limits.depth = count
    #expect(try rewritten(bytes, limits: limits).count == count + 1)
    let cut = [UInt8](repeating: first, count: count)
    let error = parseError(cut, limits: limits)
    #expect(error == .endOfInput(offset: error?.offset ?? 0, needed: first == 0x81 ? 2 : 1))
    #expect(error?.offset == (first == 0x81 ? count - 1 : count))
    var reader = CBORReader(bytes.span)
    try reader.skipValue()
    #expect(reader.isAtEnd == true)
    #expect(try diagnostic(of: bytes).utf8.count > count)
  }

  @Test("keeps to its limits")
  func limits() {
    var limits = CBORLimits()
    limits.textByteCount = 2
    #expect(parseError(octets("8262616143010203"), limits: limits) == .tooLong(offset: 4))
    #expect(parseError(octets("7f6261616161ff"), limits: limits) == .tooLong(offset: 0))
    limits = CBORLimits()
    limits.byteCount = 2
    #expect(parseError(octets("820102"), limits: limits) == .tooLong(offset: 0))
  }

  @Test(
    "finds a key that stands twice, in whatever encoding",
    arguments: [
      ("a2616101616102", 4), ("a20101180102", 3), ("a2616101616202", nil),
      ("bf616101616102ff", 4), ("81a1a2f601f60203", 5), ("a2617f017f617fff02", 4),
      ("a2a20102030401a20304010202", 7), ("a2c100010002", nil), ("a161619f616101616102ff", nil),
    ] as [(String, Int?)]
  )
  func repeatedKeys(hex: String, offset: Int?) {
    var limits = CBORLimits()
    limits.uniqueKeys = true
    let bytes = octets(hex)
    #expect(parseError(bytes) == nil)
    #expect(parseError(bytes, limits: limits) == offset.map { .duplicateKey(offset: $0) })
  }

  @Test(
    "names what is not deterministic",
    arguments: [
      ("1817", .longHead, 0), ("811900ff", .longHead, 1), ("fa3fc00000", .longFloat, 0),
      ("fb3ff8000000000000", .longFloat, 0), ("9fff", .indefiniteLength, 0),
      ("7f6161ff", .indefiniteLength, 0), ("c24101", .longInteger, 0),
      ("c249000000000000000001", .longInteger, 0), ("a2616202616101", .keyOrder, 4),
      ("a1a26162026161010 0", .keyOrder, 5),
    ] as [(String, CBORDeviation, Int)]
  )
  func deviations(hex: String, deviation: CBORDeviation, offset: Int) {
    var limits = CBORLimits()
    limits.determinism = .bytewise
    let bytes = octets(hex)
    #expect(parseError(bytes) == nil)
    #expect(parseError(bytes, limits: limits) == .notDeterministic(offset: offset, deviation))
  }

  @Test("reads a sequence")
  func sequence() throws {
    let bytes = octets("01820203f6")
    var parser = CBORParser()
    var (offset, ends) = (0, [Int]())
    while offset < bytes.count {
      _ = try parser.parse(bytes.span, at: &offset)
      ends.append(offset)
    }
    #expect(ends == [1, 4, 5])
  }
}
