import MoltBytes
import MoltCBOR
import MoltTape
import Testing

@Suite("The examples of docs/codecs/cbor.md")
struct CBORExamples {
  /// The map {"reading": 1.5}.
  private let example: [UInt8] = [0xA1, 0x67] + Array("reading".utf8) + [0xF9, 0x3E, 0]

  @Test("a document is read")
  func reading() throws {
    let encoded = example.span
    var parser = CBORParser()
    let document = try parser.parse(encoded)
    let reading = try document.root["reading"]?.double()
    #expect(reading == 1.5)
  }

  @Test("values are read one after the other")
  func reader() throws {
    let encoded = example.span
    var reader = CBORReader(encoded)
    let pairCount = try reader.readMapCount()
    let key = try reader.readTextString()
    #expect(pairCount == 1)
    #expect(key == "reading")
  }

  @Test("diagnostic notation shows what bytes say")
  func notation() throws {
    let encoded = example.span
    var notation = ByteWriter()
    try notation.appendCBOR(diagnosticOf: encoded)  // {"reading": 1.5}
    let span = notation.span
    let text = String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
    #expect(text == #"{"reading": 1.5}"#)
  }

  @Test("values are written one after the other")
  func sink() throws {
    var sink = CBORSink(.deterministic())
    sink.beginMap(count: 1)
    sink.append(key: "reading".utf8.span)
    sink.append(1.5)
    sink.endMap()
    try sink.finish()
    #expect(sink.bytes.indices.map { sink.bytes[$0] } == example)
  }
}
