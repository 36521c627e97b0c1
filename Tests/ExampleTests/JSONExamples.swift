import MoltBytes
import MoltJSON
import MoltTape
import Testing

@Suite("The examples of docs/codecs/json.md")
struct JSONExamples {
  @Test("a document is read")
  func reading() throws {
    let bytes = #"{"user":{"name":"Ada"},"prices":[1,2.5]}"#.utf8.span
    var parser = JSONParser()
    let document = try parser.parse(bytes)
    let name = try document.root["user"]?["name"]?.string()
    #expect(name == "Ada")
    var total = 0.0
    var prices = try document.root.map()["prices"]!.array().makeIterator()
    while let price = prices.next() { total += try price.double() }
    #expect(total == 3.5)
  }

  @Test("a part of a document is read")
  func parts() throws {
    let bytes = #"{"statuses":[{"user":{"name":"Ada"},"id":3},{"id":4}]}"#.utf8.span
    let document = try JSONLazyDocument(bytes)
    let name = try document.root.value(at: "/statuses/0/user/name").string()
    var total = 0
    var statuses = try document.root.value("statuses").elements()
    while let status = try statuses.next() {
      var fields = try status.members()
      total += Int(try fields.value("id").int64())
    }
    #expect(name == "Ada" && total == 7)
  }

  @Test("an error says where")
  func errors() {
    var printed = ""
    func print(_ line: String) { printed = line }
    var parser = JSONParser()
    do throws(JSONError) {
      try parser.validate("[1,\n 2,]".utf8.span)
    } catch {
      print(error.description(in: "[1,\n 2,]".utf8.span))
      // expected a value at byte 7 (line 2, column 4)
    }
    #expect(printed == "expected a value at byte 7 (line 2, column 4)")
  }

  @Test("a document is written")
  func writing() throws {
    let bytes = #"{ "a" : [ 1 ] }"#.utf8.span
    var parser = JSONParser()
    let document = try parser.parse(bytes)
    var sink = JSONSink()
    try document.root.write(to: &sink)
    sink.finish()
    #expect(text(sink.takeWriter()) == #"{"a":[1]}"#)
  }

  @Test("values are written one after the other")
  func sink() throws {
    var sink = JSONSink(.python)
    try sink.beginMap(count: 1)
    try sink.append(key: "delay".utf8.span)
    try sink.append(2.5)
    try sink.endMap()
    sink.finish()  // {"delay": 2.5}
    #expect(text(sink.takeWriter()) == #"{"delay": 2.5}"#)
  }

  @Test("types are decoded and encoded")
  func types() throws {
    let bytes = #"{"delays":[0.5],"number":725}"#.utf8.span
    struct Flight: Codable {
      var number: Int
      var delays: [Double]
    }
    var decoder = MoltJSONDecoder()
    let flight = try decoder.decode(Flight.self, from: bytes)
    let written = try MoltJSONEncoder().encode(flight)
    #expect(String(decoding: written, as: UTF8.self) == #"{"number":725,"delays":[0.5]}"#)
  }

  private func text(_ writer: consuming ByteWriter) -> String {
    let span = writer.span
    return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }
}
