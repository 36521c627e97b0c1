import CMolt
import MoltCABI
import Testing

/// A document behind the C functions.
final class CDocument {
  let handle: OpaquePointer?
  var error = molt_error()

  init(_ limits: molt_document_limits = molt_document_limits()) {
    handle = withUnsafePointer(to: limits) { molt_document_create($0) }
  }

  deinit { molt_document_release(handle) }

  /// Parses bytes, which are copied.
  func parse(_ bytes: [UInt8], _ format: Int = MOLT_FORMAT_JSON) -> Int32 {
    molt_document_parse(handle, Int32(format), bytes, bytes.count, 1, &error)
  }

  func parse(_ text: String) -> Int32 { parse(Array(text.utf8)) }

  func value(_ number: UInt32 = MOLT_ROOT) -> molt_value {
    var value = molt_value()
    #expect(molt_document_value(handle, number, &value, &error) == 0)
    return value
  }

  /// The values inside a container, one after the other.
  func inside(_ container: molt_value) -> [molt_value] {
    var found: [molt_value] = []
    var number = container.first
    while number != container.next {
      found.append(value(number))
      number = found[found.count - 1].next
    }
    return found
  }

  func write(
    _ format: Int,
    _ options: molt_write_options = molt_write_options(),
    from number: UInt32 = MOLT_ROOT
  ) -> [UInt8]? {
    var answer = molt_answer()
    defer { molt_answer_release(&answer) }
    let code = withUnsafePointer(to: options) {
      molt_document_write(handle, number, Int32(format), $0, &answer, &error)
    }
    return code == 0 ? bytes(of: answer) : nil
  }

  var message: String {
    withUnsafeBytes(of: error.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// What an answer holds.
func bytes(of answer: molt_answer) -> [UInt8] {
  Array(UnsafeBufferPointer(start: answer.bytes, count: answer.byte_count))
}

extension molt_value {
  var text: String {
    String(decoding: UnsafeBufferPointer(start: bytes, count: byte_count), as: UTF8.self)
  }
}

@Suite("Documents through the C interface")
struct DocumentTests {
  @Test("every kind of JSON value is described")
  func kinds() {
    let document = CDocument()
    let text = #"[null,true,-7,18446744073709551615,2.5,1e400,"a\nb",[],{"k":0}]"#
    #expect(document.parse(text) == 0)
    let root = document.value()
    #expect(root.kind == MOLT_KIND_ARRAY && root.count == 9)
    let values = document.inside(root)
    #expect(
      values.map { Int($0.kind) } == [
        MOLT_KIND_NULL, MOLT_KIND_BOOLEAN, MOLT_KIND_INTEGER, MOLT_KIND_NATURAL, MOLT_KIND_FLOAT,
        MOLT_KIND_NUMBER, MOLT_KIND_TEXT, MOLT_KIND_ARRAY, MOLT_KIND_MAP,
      ]
    )
    #expect(values[1].integer == 1)
    #expect(values[2].integer == -7)
    #expect(values[3].natural == .max)
    #expect(values[4].real == 2.5)
    #expect(values[5].text == "1e400")
    #expect(values[6].text == "a\nb")
    #expect(values[7].count == 0 && values[7].first == values[7].next)
    #expect(values[8].count == 1)
    let pair = document.inside(values[8])
    #expect(pair[0].text == "k" && pair[1].integer == 0)
  }

  @Test("what only MessagePack and CBOR have is described")
  func otherKinds() {
    let document = CDocument()
    // An extension of type -1, bytes.
    #expect(document.parse([0x92, 0xD4, 0xFF, 0x2A, 0xC4, 1, 7], MOLT_FORMAT_MESSAGEPACK) == 0)
    let packed = document.inside(document.value())
    #expect(packed.map { Int($0.kind) } == [MOLT_KIND_EXTENSION, MOLT_KIND_BINARY])
    #expect(packed[0].integer == -1 && packed[0].bytes[0] == 0x2A)
    #expect(packed[1].byte_count == 1 && packed[1].bytes[0] == 7)
    // Tag 1 on 5, undefined, half a float, a map of unknown length with an integer as key.
    let cbor: [UInt8] = [0x84, 0xC1, 5, 0xF7, 0xF9, 0x3E, 0, 0xBF, 1, 2, 0xFF]
    #expect(document.parse(cbor, MOLT_FORMAT_CBOR) == 0)
    let values = document.inside(document.value())
    #expect(values[0].kind == MOLT_KIND_TAG && values[0].natural == 1)
    #expect(document.value(values[0].first).integer == 5)
    #expect(values[1].kind == MOLT_KIND_SIMPLE && values[1].natural == 23)
    #expect(values[2].kind == MOLT_KIND_FLOAT && values[2].real == 1.5)
    #expect(values[3].kind == MOLT_KIND_MAP && values[3].count == 1)
    #expect(document.inside(values[3]).map(\.integer) == [1, 2])
  }

  @Test("a document that borrows reads the caller's bytes, one that copies does not")
  func ownership() {
    var text = Array(#"["abc"]"#.utf8)
    let document = CDocument()
    text.withUnsafeMutableBufferPointer { bytes in
      let start = UnsafePointer(bytes.baseAddress)
      #expect(molt_document_parse(document.handle, Int32(MOLT_FORMAT_JSON), start, 7, 0, nil) == 0)
      #expect(document.inside(document.value())[0].bytes == start.map { $0 + 2 })
      #expect(molt_document_parse(document.handle, Int32(MOLT_FORMAT_JSON), start, 7, 1, nil) == 0)
      bytes.update(repeating: 0x20)
      #expect(document.inside(document.value())[0].text == "abc")
    }
  }

  @Test("errors name the byte, and for JSON the line and the column")
  func errors() {
    let document = CDocument()
    #expect(document.parse("[1,\n 2,]") == 1)
    #expect(document.error.code == 1 && document.error.offset == 7)
    #expect(document.message.contains("line 2, column 4"))
    #expect(document.parse([0x92, 1, 0xC1], MOLT_FORMAT_MESSAGEPACK) == 1)
    #expect(document.error.offset == 2)
    #expect(document.parse([0x82, 1, 2, 0x1C], MOLT_FORMAT_CBOR) == 1)
    #expect(document.error.offset == 3)
    #expect(document.parse([0x80], 4) == 1)
    #expect(document.message.contains("no format with the number 4"))
    // The document holds nothing now.
    var value = molt_value()
    #expect(molt_document_value(document.handle, MOLT_ROOT, &value, nil) == 1)
    #expect(molt_document_parse(document.handle, Int32(MOLT_FORMAT_JSON), nil, 0, 0, nil) == 1)
  }

  @Test("limits are errors of their own", arguments: [MOLT_FORMAT_JSON, MOLT_FORMAT_CBOR])
  func limits(format: Int) {
    var limits = molt_document_limits()
    limits.depth = 2
    limits.byte_count = 16
    limits.text_byte_count = 3
    let document = CDocument(limits)
    let isJSON = format == MOLT_FORMAT_JSON
    #expect(document.parse(isJSON ? Array("[[]]".utf8) : [0x81, 0x80], format) == 0)
    #expect(document.parse(isJSON ? Array("[[[]]]".utf8) : [0x81, 0x81, 0x80], format) == 8)
    #expect(document.parse(isJSON ? Array(#""abcd""#.utf8) : [0x64, 97, 98, 99, 100], format) == 8)
    #expect(document.parse([UInt8](repeating: isJSON ? 0x20 : 0, count: 17), format) == 8)
    limits = molt_document_limits()
    limits.unique_keys = 1
    let strict = CDocument(limits)
    let twice: [UInt8] =
      isJSON ? Array(#"{"a":1,"a":2}"#.utf8) : [0xA2, 0x61, 97, 1, 0x61, 97, 2]
    #expect(strict.parse(twice, format) == 1)
  }

  @Test("values are found by pointers")
  func pointers() {
    let document = CDocument()
    #expect(document.parse(#"{"a/b":[0,{"c":7}],"a/b":[1,{"c":8}],"~":[]}"#) == 0)
    func find(_ pointer: String, from number: UInt32 = MOLT_ROOT) -> UInt32? {
      var found: UInt32 = 0
      let code = molt_document_find(
        document.handle,
        number,
        pointer,
        pointer.utf8.count,
        &found,
        &document.error
      )
      return code == 0 ? found : nil
    }
    #expect(find("") == MOLT_ROOT)
    #expect(find("/a~1b/1/c").map { document.value($0).integer } == 8)
    let inner = find("/a~1b/1") ?? MOLT_NONE
    #expect(find("/c", from: inner).map { document.value($0).integer } == 8)
    #expect(find("/a~1b/2") == MOLT_NONE)
    #expect(find("/x") == MOLT_NONE)
    #expect(find("/~0").map { document.value($0).count } == 0)
    #expect(find("a") == nil)
    #expect(document.error.code == 1 && document.error.offset == 0)
    #expect(find("", from: 1000) == nil)
  }

  @Test("a number beyond the document is an error")
  func beyond() {
    let document = CDocument()
    #expect(document.parse("[1]") == 0)
    var value = molt_value()
    #expect(molt_document_value(document.handle, 2, &value, &document.error) == 1)
    #expect(molt_document_value(document.handle, MOLT_NONE, &value, &document.error) == 1)
    #expect(document.message.contains("4294967295"))
  }

  @Test("releasing NULL does nothing")
  func null() {
    molt_document_release(nil)
    let document = molt_document_create(nil)
    molt_document_release(document)
  }
}
