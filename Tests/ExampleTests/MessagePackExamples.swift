import MoltBytes
import MoltJSON
import MoltMessagePack
import MoltTape
import Testing

@Suite("The examples of docs/codecs/messagepack.md")
struct MessagePackExamples {
  /// The map {"port": 8000}.
  private let example: [UInt8] = [0x81, 0xA4, 0x70, 0x6F, 0x72, 0x74, 0xCD, 0x1F, 0x40]

  @Test("a document is read")
  func reading() throws {
    let packed = example.span
    var parser = MessagePackParser()
    let document = try parser.parse(packed)
    let port = try document.root["port"]?.int64()
    #expect(port == 8000)
  }

  @Test("values are read one after the other")
  func reader() throws {
    let packed = example.span
    var printed: [String] = []
    func print(_ key: String, _ value: Int64) { printed.append("\(key) \(value)") }
    var reader = MessagePackReader(packed)
    for _ in 0..<(try reader.readMapCount()) {
      let key = try reader.readTextString()
      print(key, try reader.readInt64())  // port 8000
    }
    #expect(printed == ["port 8000"])
  }

  @Test("values are written one after the other")
  func sink() throws {
    var sink = MessagePackSink()
    sink.beginMap(count: 1)
    sink.append(key: "port".utf8.span)
    sink.append(Int64(8000))
    sink.endMap()
    try sink.finish()
    #expect(sink.bytes.indices.map { sink.bytes[$0] } == example)
  }

  @Test("a JSON document becomes MessagePack")
  func transcoding() throws {
    let bytes = #"{"port":8000}"#.utf8.span
    var json = JSONParser()
    var sink = MessagePackSink()
    try json.parse(bytes).root.write(to: &sink)
    try sink.finish()
    #expect(sink.bytes.indices.map { sink.bytes[$0] } == example)
  }
}
