import CMolt
import MoltCABI
import Testing

@Suite("Writing documents through the C interface")
struct TranscodingTests {
  static let text = #"{"b":[1,2.5,"é"],"a":null}"#

  @Test("a document is written in every format and read back")
  func everyFormat() {
    let document = CDocument()
    for format in [MOLT_FORMAT_MESSAGEPACK, MOLT_FORMAT_CBOR, MOLT_FORMAT_JSON] {
      #expect(document.parse(Self.text) == 0)
      let written = document.write(format)
      #expect(document.parse(written ?? [], format) == 0)
      let text = document.write(MOLT_FORMAT_JSON).map { String(decoding: $0, as: UTF8.self) }
      #expect(text == Self.text)
    }
  }

  @Test(
    "options change how JSON is written",
    arguments: [
      (MOLT_WRITE_SORTED_KEYS, 0, #"{"a":null,"b":[1,2.5,"é"]}"#),
      (MOLT_WRITE_PYTHON, 0, #"{"b": [1, 2.5, "\u00e9"], "a": null}"#),
      (MOLT_WRITE_CANONICAL, 0, #"{"a":null,"b":[1,2.5,"é"]}"#),
      (0, 1, "{\n \"b\": [\n  1,\n  2.5,\n  \"é\"\n ],\n \"a\": null\n}"),
    ] as [(Int, UInt32, String)]
  )
  func styles(flags: Int, indent: UInt32, expected: String) {
    let document = CDocument()
    #expect(document.parse(Self.text) == 0)
    var options = molt_write_options()
    options.flags = UInt32(flags)
    options.indent = indent
    let written = document.write(MOLT_FORMAT_JSON, options)
    #expect(written.map { String(decoding: $0, as: UTF8.self) } == expected)
  }

  @Test("a value inside the document can be written by itself")
  func inner() {
    let document = CDocument()
    #expect(document.parse(Self.text) == 0)
    let list = document.inside(document.value())[1]
    let written = document.write(MOLT_FORMAT_MESSAGEPACK, from: list.number)
    #expect(written == [0x93, 1, 0xCB, 0x40, 0x04, 0, 0, 0, 0, 0, 0, 0xA2, 0xC3, 0xA9])
  }

  @Test("what a format lacks is refused, or becomes its nearest counterpart")
  func conversion() {
    let document = CDocument()
    // {1: h'00', "x": NaN}
    let cbor: [UInt8] = [0xA2, 1, 0x41, 0, 0x61, 0x78, 0xF9, 0x7E, 0]
    #expect(document.parse(cbor, MOLT_FORMAT_CBOR) == 0)
    #expect(document.write(MOLT_FORMAT_JSON) == nil)
    #expect(document.error.code == 1)
    var options = molt_write_options()
    options.flags = UInt32(MOLT_WRITE_CONVERT)
    let written = document.write(MOLT_FORMAT_JSON, options)
    #expect(written.map { String(decoding: $0, as: UTF8.self) } == #"{"1":"AA","x":null}"#)
  }

  @Test("deterministic CBOR sorts its keys and takes the shortest forms")
  func deterministic() {
    let document = CDocument()
    #expect(document.parse(#"{"b":1.5,"a":0}"#) == 0)
    var options = molt_write_options()
    options.flags = UInt32(MOLT_WRITE_CANONICAL)
    let written = document.write(MOLT_FORMAT_CBOR, options)
    #expect(written == [0xA2, 0x61, 0x61, 0, 0x61, 0x62, 0xF9, 0x3E, 0])
  }

  @Test("options that contradict each other or are unknown are refused")
  func refusedOptions() {
    let document = CDocument()
    #expect(document.parse("[]") == 0)
    for (flags, indent) in [
      (MOLT_WRITE_CANONICAL | MOLT_WRITE_PYTHON, 0), (MOLT_WRITE_CANONICAL, 2), (1 << 20, 0),
    ] {
      var options = molt_write_options()
      options.flags = UInt32(flags)
      options.indent = UInt32(indent)
      #expect(document.write(MOLT_FORMAT_JSON, options) == nil)
      #expect(document.error.code == 1)
    }
  }

  @Test("an answer's memory serves the next document, and is empty after an error")
  func reuse() {
    let document = CDocument()
    var answer = molt_answer()
    #expect(document.parse(#"["abc"]"#) == 0)
    let format = Int32(MOLT_FORMAT_JSON)
    #expect(molt_document_write(document.handle, MOLT_ROOT, format, nil, &answer, nil) == 0)
    let owner = answer.owner
    #expect(document.parse([0x41, 0], MOLT_FORMAT_CBOR) == 0)
    #expect(molt_document_write(document.handle, MOLT_ROOT, format, nil, &answer, nil) == 1)
    #expect(answer.bytes != nil && answer.byte_count == 0)
    #expect(document.parse("1") == 0)
    #expect(molt_document_write(document.handle, MOLT_ROOT, format, nil, &answer, nil) == 0)
    #expect(bytes(of: answer) == [0x31])
    #expect(answer.owner == owner)
    molt_answer_release(&answer)
  }

  @Test("one call validates, or goes from one format to another")
  func oneCall() {
    let text = Array(Self.text.utf8)
    let json = Int32(MOLT_FORMAT_JSON)
    let cbor = Int32(MOLT_FORMAT_CBOR)
    var error = molt_error()
    #expect(molt_validate(json, text, text.count, nil, &error) == 0)
    #expect(molt_validate(json, text, text.count - 1, nil, &error) == 1)
    #expect(error.offset == Int64(text.count - 1))
    #expect(molt_validate(cbor, [0x82, 0], 2, nil, &error) == 1)
    var answer = molt_answer()
    #expect(molt_transcode(json, text, text.count, nil, cbor, nil, &answer, &error) == 0)
    let written = bytes(of: answer)
    #expect(molt_transcode(cbor, written, written.count, nil, json, nil, &answer, &error) == 0)
    #expect(bytes(of: answer) == text)
    #expect(molt_transcode(json, text, 3, nil, cbor, nil, &answer, &error) == 1)
    molt_answer_release(&answer)
  }

  @Test("white space is taken out of JSON")
  func minify() {
    let text = Array(#" { "a b" : [ 1, 2 ] } "#.utf8)
    var answer = molt_answer()
    var error = molt_error()
    #expect(molt_minify(text, text.count, &answer, &error) == 0)
    #expect(String(decoding: bytes(of: answer), as: UTF8.self) == #"{"a b":[1,2]}"#)
    #expect(molt_minify(text, 5, &answer, &error) == 1)
    #expect(answer.byte_count == 0)
    molt_answer_release(&answer)
  }
}
