import MoltBytes
import MoltCBOR
import MoltTape
import Testing

@Suite("CBORParser")
struct CBORParserTests {
  @Test("puts the document of the worked example on the tape")
  func example() throws {
    let bytes: [UInt8] = [0xA2, 0x61, 0x61, 0x9F, 0x01, 0xFF, 0x61, 0x62, 0xF6]
    var parser = CBORParser()
    let document = try parser.parse(bytes.span)
    #expect(document.wordCount == 6)
    #expect(document.root.kind == .map)
  }
}
