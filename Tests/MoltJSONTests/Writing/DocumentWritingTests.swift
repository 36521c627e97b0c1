import Foundation
import MoltBytes
import MoltJSON
import MoltTape
import MoltTestKit
import Testing

/// A document read and written again, or nil when it cannot be read or written.
private func rewritten(_ document: [UInt8], _ options: JSONWriteOptions) -> [UInt8]? {
  var parser = JSONParser()
  var writer = ByteWriter(capacity: 1)
  do {
    try parser.parse(document.span).root.appendJSON(to: &writer, options)
  } catch {
    return nil
  }
  return bytes(of: writer)
}

private func indented(_ layout: JSONWriteOptions.Layout, _ escapes: JSONEscapes, sorted: Bool)
  -> JSONWriteOptions
{
  var options = JSONWriteOptions.python
  options.layout = layout
  options.escapes = escapes
  options.keyOrder = sorted ? .codePoints : .given
  return options
}

@Suite("Writing documents")
struct DocumentWritingTests {
  @Test(
    "gives the same bytes as the same values in a sink",
    .enabled(if: Suites.folder("json/corpora") != nil, "\(Suites.hint)")
  )
  func sink() throws {
    let folder = try #require(Suites.folder("json/corpora"))
    for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(file)"))
      let document = Array(data)
      var parser = JSONParser()
      let root = try parser.parse(document.span).root
      for doubles in [JSONWriteOptions.Doubles.shortest, .python] {
        var options = JSONWriteOptions()
        options.doubles = doubles
        var sink = JSONSink(options)
        try root.write(to: &sink)
        sink.finish()
        var writer = ByteWriter(capacity: 1)
        writer.append(0x2A)
        try root.appendJSON(to: &writer, options)
        let isSame = bytes(of: writer).dropFirst() == bytes(of: sink.takeWriter())[...]
        #expect(isSame, "\(file)")
      }
    }
  }

  @Test(
    "brings documents back byte for byte",
    .enabled(if: Suites.folder("json/roundtrip") != nil, "\(Suites.hint)")
  )
  func roundTrip() throws {
    let folder = try #require(Suites.folder("json/roundtrip"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files.count == 27)
    for file in files {
      let document = Array(try #require(FileManager.default.contents(atPath: "\(folder)/\(file)")))
      #expect(rewritten(document, JSONWriteOptions()) == document, "\(file)")
    }
  }

  @Test(
    "writes one value of a document",
    arguments: [
      ("[1,[2,{\"a\":[3]}],4]", "[2,{\"a\":[3]}]"),
      ("[0, \"\\u0041\\n\\u2028\"]", "\"A\\n\u{2028}\""),
      ("[0,[]]", "[]"), ("[0,{}]", "{}"), ("[0,null]", "null"), ("[0,true]", "true"),
      ("[0,false]", "false"), ("[0,-1.50]", "-1.5"),
      ("[0,18446744073709551615]", "18446744073709551615"),
      ("[0,-9223372036854775808,1]", "-9223372036854775808"),
      ("[0,123456789012345678901234567890]", "123456789012345678901234567890"),
      ("[0,[[[[]],{\"\":{}}]]]", "[[[[]],{\"\":{}}]]"),
      ("[0, { \"a\" : [ 1 , 2 ] , \"b\" : 3 } ]", "{\"a\":[1,2],\"b\":3}"),
    ]
  )
  func value(document: String, expected: String) throws {
    let document = Array(document.utf8)
    var parser = JSONParser()
    let root = try parser.parse(document.span).root
    var writer = ByteWriter(capacity: 1)
    if let value = try root.array()[1] { try value.appendJSON(to: &writer) }
    #expect(String(decoding: bytes(of: writer), as: UTF8.self) == expected)
  }

  @Test("keeps texts of every length, with and without escapes")
  func lengths() {
    for count in 0...200 {
      let text = String(repeating: "x", count: count)
      let document = Array("{\"\(text)\":[\"\(text)\",\"\\n\(text)\",\"\(text)\\\"\"]}".utf8)
      #expect(rewritten(document, JSONWriteOptions()) == document)
    }
  }

  @Test("writes runs of floats of every length")
  func floats() {
    let floats = ["-65.613617", "0.1", "-0.0", "3.0", "1e300", "-2.2250738585072014e-308", "0.5"]
    for count in 0...40 {
      let run = (0..<count).map { floats[($0 * $0 + count) % 7] }.joined(separator: ",")
      let comma = count == 0 ? "" : ","
      let document = "{\"a\":[\(run)],\"b\":0.5,\"c\":[[],1\(comma)\(run),\"x\",{},0.5]}"
      #expect(rewritten(Array(document.utf8), JSONWriteOptions()) == Array(document.utf8))
    }
  }

  @Test("takes nesting as deep as the parser does")
  func depth() {
    let depth = 1000
    let text =
      String(repeating: "[{\"a\":", count: depth) + "1" + String(repeating: "}]", count: depth)
    var limits = JSONLimits()
    limits.depth = 2 * depth
    var parser = JSONParser(limits: limits)
    var writer = ByteWriter(capacity: 1)
    let document = Array(text.utf8)
    #expect(throws: Never.self) { try parser.parse(document.span).root.appendJSON(to: &writer) }
    #expect(bytes(of: writer) == document)
  }
}

@Suite(
  "Writing documents beside CPython",
  .enabled(if: PythonOracle.interpreter != nil, "\(PythonOracle.hint)")
)
struct DocumentWritingDifferentialTests {
  /// Compares the records of the oracle's output: a document, then the answers in some options.
  private func compare(_ output: [UInt8], _ options: [JSONWriteOptions?], hasName: Bool) -> Int {
    var records = OracleRecords(output)
    var compared = 0
    while !records.isAtEnd {
      if hasName { _ = records.next() }
      let document = records.next() ?? []
      for options in options {
        guard let expected = records.next(), let options else { continue }
        let text = String(decoding: expected, as: UTF8.self)
        // The parser takes no NaN, and keeps a number that is too large for a float as it is.
        guard !text.contains("Infinity"), let answer = rewritten(document, options) else {
          continue
        }
        compared += 1
        #expect(String(decoding: answer, as: UTF8.self) == text, "seed \(PythonOracle.seed)")
      }
    }
    return compared
  }

  @Test("is the same in every style")
  func styles() throws {
    let output = try PythonOracle.run(
      "json_oracle.py",
      ["documents", "\(PythonOracle.seed)", "4000"]
    )
    let styles = [JSONStyle.django, .compact, .drf].map { JSONWriteOptions($0) } + [nil]
    #expect(compare(output, styles, hasName: true) > 4000)
  }

  @Test("is the same in every layout, also with sorted keys")
  func layouts() throws {
    let output = try PythonOracle.run(
      "json_oracle.py",
      ["layouts", "\(PythonOracle.seed)", "4000"]
    )
    let layouts: [JSONWriteOptions?] = [
      indented(.spaces(2), .ascii, sorted: false), indented(.tabs(1), .utf8, sorted: false),
      indented(.spaces(0), .utf8, sorted: true), indented(.spaced, .ascii, sorted: true),
    ]
    #expect(compare(output, layouts, hasName: false) > 4000)
  }
}
