import MoltBytes
import MoltJSON
import MoltTape
import Testing

/// What `body` writes, or why it could not.
func sunk(
  _ options: JSONWriteOptions = JSONWriteOptions(),
  _ body: (inout JSONSink) throws(JSONWriteError) -> Void
) -> Result<String, JSONWriteError> {
  var sink = JSONSink(options, appendingTo: ByteWriter(capacity: 1))
  do {
    try body(&sink)
  } catch {
    return .failure(error)
  }
  sink.finish()
  let span = sink.bytes
  return .success(String(decoding: span.indices.map { span[$0] }, as: UTF8.self))
}

extension JSONSink {
  mutating func append(_ text: String) throws(JSONWriteError) {
    try append(text: Array(text.utf8).span)
  }
  mutating func append(key: String) throws(JSONWriteError) { try append(key: Array(key.utf8).span) }

  /// A document with values of each kind.
  fileprivate mutating func appendSample() throws(JSONWriteError) {
    try beginMap(count: 3)
    try append(key: "b")
    try beginArray(count: nil)
    try append(-7 as Int64)
    try append(UInt64.max)
    try append(1.5)
    try append("é\n")
    try appendNull()
    try append(true)
    try append(false)
    try append(number: Array("123456789012345678901234567890".utf8).span)
    endArray()
    try append(key: "")
    try beginArray(count: 0)
    endArray()
    try append(key: "a")
    try beginMap(count: 1)
    try append(key: "x")
    try beginMap(count: 0)
    try endMap()
    try endMap()
    try endMap()
  }
}

@Suite("JSONSink")
struct JSONSinkTests {
  @Test("writes every kind of value, compact and with spaces")
  func compact() {
    let numbers = "123456789012345678901234567890"
    #expect(
      sunk { sink throws(JSONWriteError) in try sink.appendSample() }
        == .success(
          "{\"b\":[-7,18446744073709551615,1.5,\"é\\n\",null,true,false,\(numbers)],"
            + "\"\":[],\"a\":{\"x\":{}}}"
        )
    )
    #expect(
      sunk(.python) { sink throws(JSONWriteError) in try sink.appendSample() }
        == .success(
          "{\"b\": [-7, 18446744073709551615, 1.5, \"\\u00e9\\n\", null, true, false, \(numbers)], "
            + "\"\": [], \"a\": {\"x\": {}}}"
        )
    )
  }

  @Test("writes a line for each element")
  func indented() {
    var options = JSONWriteOptions()
    let lines = [
      "{", "*\"b\": [", "**-7,", "**18446744073709551615,", "**1.5,", "**\"é\\n\",", "**null,",
      "**true,", "**false,", "**123456789012345678901234567890", "*],", "*\"\": [],", "*\"a\": {",
      "**\"x\": {}", "*}", "}",
    ]
    for (layout, indent) in [
      (.spaces(2), "  "), (.spaces(0), ""), (.tabs(1), "\t"), (.spaces(-3), ""),
    ] as [(JSONWriteOptions.Layout, String)] {
      options.layout = layout
      let expected = lines.joined(separator: "\n").split(
        separator: "*",
        omittingEmptySubsequences: false
      )
      .joined(separator: indent)
      #expect(
        sunk(options) { sink throws(JSONWriteError) in try sink.appendSample() }
          == .success(expected)
      )
    }
  }

  @Test(
    "sorts the keys of each object",
    arguments: [.compact, .spaced, .spaces(1)] as [JSONWriteOptions.Layout]
  )
  func sorted(layout: JSONWriteOptions.Layout) {
    var options = JSONWriteOptions()
    options.layout = layout
    options.keyOrder = .codePoints
    let keys = ["b", "", "a\n", "a", "\u{1f600}", "\u{fb33}", "\u{e9}", "a"]
    func document(_ keys: [(offset: Int, element: String)], _ options: JSONWriteOptions) -> Result<
      String, JSONWriteError
    > {
      sunk(options) { sink throws(JSONWriteError) in
        try sink.beginMap(count: nil)
        for (index, key) in keys {
          try sink.append(key: key)
          try sink.beginMap(count: 2)
          try sink.append(key: options.keyOrder == .given ? "x" : "y")
          try sink.append(Int64(index))
          try sink.append(key: options.keyOrder == .given ? "y" : "x")
          try sink.append(Int64(index))
          try sink.endMap()
        }
        try sink.endMap()
      }
    }
    var given = options
    given.keyOrder = .given
    let ordered = keys.enumerated().sorted {
      ($0.element.unicodeScalars.map(\.value)).lexicographicallyPrecedes(
        $1.element.unicodeScalars.map(\.value)
      )
    }
    #expect(document(Array(keys.enumerated()), options) == document(ordered, given))
    options.keyOrder = .utf16
    let units = keys.enumerated().sorted {
      Array($0.element.utf16).lexicographicallyPrecedes(Array($1.element.utf16))
    }
    #expect(document(Array(keys.enumerated()), options) == document(units, given))
    options.refusesDuplicateKeys = true
    guard case .failure(.duplicateKey) = document(Array(keys.enumerated()), options) else {
      Issue.record("the key a stands there twice")
      return
    }
  }

  @Test("writes keys that are no texts as Python does, or refuses them")
  func otherKeys() {
    func document(_ sink: inout JSONSink) throws(JSONWriteError) {
      try sink.beginMap(count: nil)
      sink.beginKey()
      try sink.append(10 as Int64)
      try sink.append(1 as Int64)
      sink.beginKey()
      try sink.append("text")
      try sink.beginArray(count: 1)
      try sink.append(2 as Int64)
      sink.endArray()
      sink.beginKey()
      try sink.append(1.0)
      try sink.appendNull()
      sink.beginKey()
      try sink.append(true)
      try sink.append(false)
      sink.beginKey()
      try sink.appendNull()
      try sink.append("")
      try sink.endMap()
    }
    var options = JSONWriteOptions.python
    #expect(
      sunk(options, document)
        == .success(#"{"10": 1, "text": [2], "1.0": null, "true": false, "null": ""}"#)
    )
    options.layout = .compact
    options.keyOrder = .codePoints
    #expect(
      sunk(options, document)
        == .success(#"{"1.0":null,"10":1,"null":"","text":[2],"true":false}"#)
    )
    #expect(sunk(JSONWriteOptions(), document) == .failure(.otherKey(offset: 1)))
    #expect(
      sunk(.python) { sink throws(JSONWriteError) in
        try sink.beginMap(count: nil)
        sink.beginKey()
        try sink.beginArray(count: 0)
      } == .failure(.otherKey(offset: 1))
    )
  }

  @Test("has three rules for what is not finite")
  func notFinite() {
    var options = JSONWriteOptions()
    for value in [Double.nan, .infinity, -.infinity] {
      #expect(
        sunk { sink throws(JSONWriteError) in try sink.append(value) }
          == .failure(.notFinite(offset: 0))
      )
    }
    func document(_ sink: inout JSONSink) throws(JSONWriteError) {
      try sink.beginArray(count: 3)
      for value in [Double.nan, .infinity, -.infinity] { try sink.append(value) }
      sink.endArray()
    }
    options.nonFinite = .null
    #expect(sunk(options, document) == .success("[null,null,null]"))
    options.nonFinite = .literal
    #expect(sunk(options, document) == .success("[NaN,Infinity,-Infinity]"))
  }

  @Test(
    "writes bytes in base64",
    arguments: [
      ([], "", ""), ([0], "AA==", "AA"), ([0xFB, 0xFF], "+/8=", "-_8"),
      ([0x66, 0x6F, 0x6F], "Zm9v", "Zm9v"), ([0x66, 0x6F, 0x6F, 0x62], "Zm9vYg==", "Zm9vYg"),
    ] as [([UInt8], String, String)]
  )
  func binary(bytes: [UInt8], padded: String, url: String) {
    var options = JSONWriteOptions()
    #expect(
      sunk { sink throws(JSONWriteError) in try sink.append(binary: bytes.span) }
        == .failure(.binary(offset: 0))
    )
    options.binary = .base64
    #expect(
      sunk(options) { sink throws(JSONWriteError) in try sink.append(binary: bytes.span) }
        == .success("\"\(padded)\"")
    )
    options.binary = .base64URL
    #expect(
      sunk(options) { sink throws(JSONWriteError) in try sink.append(binary: bytes.span) }
        == .success("\"\(url)\"")
    )
  }

  @Test("refuses what only other formats have, or replaces it")
  func foreign() {
    func document(_ sink: inout JSONSink) throws(JSONWriteError) {
      try sink.beginArray(count: 3)
      try sink.append(tag: 1)
      try sink.append(5 as Int64)
      try sink.append(simple: 23)
      try sink.append(extensionType: 1, [0x66].span)
      sink.endArray()
    }
    #expect(sunk(.converting, document) == .success(#"[5,null,"Zg"]"#))
    #expect(sunk(JSONWriteOptions(), document) == .failure(.foreign(offset: 1)))
  }
}
