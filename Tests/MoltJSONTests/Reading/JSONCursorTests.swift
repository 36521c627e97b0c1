import MoltBytes
import MoltJSON
import MoltTape
import MoltTestKit
import Testing

@Suite("Values of a document that was not parsed")
struct JSONCursorTests {
  static let document = Array(
    """
    {"name": "caf\\u00e9", "list": [1, 2.5, "x", [], {"k": [true, null]}], "a/b": 1, "m~n": 2,
     "": 3, " ": 4, "name": "again", "big": 18446744073709551615, "huge": 1e400}
    """.utf8
  )

  @Test("are found by key and index")
  func navigation() throws {
    for instructions in JSONInstructions.available {
      let document = try JSONLazyDocument(Self.document.span, instructions: instructions)
      let cursor = document.root
      #expect(try cursor.value("name").string() == "caf\u{E9}")
      #expect(try cursor.value("list").element(1).double() == 2.5)
      #expect(try cursor.value("list").element(0).int64() == 1)
      #expect(try cursor.value("list").element(4).value("k").element(0).boolean())
      #expect(try cursor.value("list").element(4).value("k").element(1).isNull)
      #expect(try cursor.value("big").uint64() == .max)
      #expect(cursor.kind == .object)
      #expect(try cursor.value("list").element(3).kind == .array)
    }
  }

  @Test(
    "are found by JSON Pointer",
    arguments: [("/a~1b", 1), ("/m~0n", 2), ("/", 3), ("/ ", 4), ("/list/0", 1)]
  )
  func pointers(_ pointer: String, _ expected: Int64) throws {
    let document = try JSONLazyDocument(Self.document.span)
    let cursor = document.root
    #expect(try cursor.value(at: pointer).int64() == expected)
    #expect(try cursor.value(at: "").offset == 0)
  }

  @Test(
    "that a JSON Pointer does not name are not found",
    arguments: [
      "/x", "/list/00", "/list/5",
      "/list/-", "/name/0", "name", "/m~2n", "/m~", "/list/0/0",
    ]
  )
  func missing(_ pointer: String) throws {
    let document = try JSONLazyDocument(Self.document.span)
    let cursor = document.root
    let error = #expect(throws: JSONError.self) { _ = try cursor.value(at: pointer).offset }
    #expect(error?.code == .notFound)
  }

  @Test("are found in any order, the first of a key that stands twice")
  func members() throws {
    let document = try JSONLazyDocument(Self.document.span)
    let cursor = document.root
    var members = try cursor.members()
    #expect(try members.value("list").kind == .array)
    #expect(try members.value(" ").int64() == 4)
    #expect(try members.value("name").string() == "again")
    #expect(try members.value("name").string() == "caf\u{E9}")
    #expect(try members.find("none") == nil)
    #expect(try members.value("a/b").int64() == 1)
    var count = 0
    var all = try cursor.members()
    while let member = try all.next() {
      #expect(member.key.kind == .text)
      count += 1
    }
    #expect(count == 9)
  }

  @Test("are of one kind")
  func mismatches() throws {
    let document = try JSONLazyDocument(Self.document.span)
    let cursor = document.root
    func error(_ pointer: String, _ read: (JSONCursor) throws(JSONError) -> Void) -> JSONError? {
      do throws(JSONError) {
        let value = try cursor.value(at: pointer)
        try read(value)
        return nil
      } catch {
        return error
      }
    }
    #expect(error("/name") { value throws(JSONError) in _ = try value.int64() }?.code == .mismatch)
    #expect(error("/list") { value throws(JSONError) in _ = try value.string() }?.code == .mismatch)
    #expect(
      error("/list/1") { value throws(JSONError) in _ = try value.int64() }?.code == .mismatch
    )
    #expect(error("/big") { value throws(JSONError) in _ = try value.int64() }?.code == .outOfRange)
    #expect(
      error("/huge") { value throws(JSONError) in _ = try value.double() }?.code == .outOfRange
    )
    #expect(
      error("/name") { value throws(JSONError) in _ = try value.elements() }?.code == .mismatch
    )
    #expect(
      error("/name") { value throws(JSONError) in _ = try value.members() }?.code == .mismatch
    )
    #expect(
      error("/name") { value throws(JSONError) in _ = try value.boolean() }?.code == .mismatch
    )
  }

  @Test("are refused where what is on the way is wrong")
  func wrong() throws {
    for (text, pointer, code) in [
      ("{\"a\" 1}", "/a", JSONError.Code.unexpectedByte),
      ("{\"a\":1 \"b\":2}", "/b", .unexpectedByte),
      ("{\"a\":[1,2", "/b", .unexpectedEnd), ("[1,", "/1", .unexpectedEnd),
      ("{\"a", "/a", .unexpectedEnd),
      ("[01]", "/0", .leadingZero), ("[1x]", "/0", .trailingData), ("{1:2}", "/a", .unexpectedByte),
      ("[tru]", "/0", .mismatch), ("[,]", "/1", .unexpectedByte),
    ] {
      let bytes = Array(text.utf8)
      let error = error(in: bytes) { root throws(JSONError) in
        _ = try root.value(at: pointer).double()
      }
      #expect(error?.code == code, "\(text)")
    }
    for text in ["\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "\"a"] {
      let error = error(in: Array(text.utf8)) { root throws(JSONError) in _ = try root.string() }
      #expect(error != nil)
    }
    let latin = error(in: [0x22, 0xE9, 0x22]) { root throws(JSONError) in _ = try root.string() }
    #expect(latin == JSONError(.invalidUTF8, at: 1))
    let none = error(in: []) { _ in }
    #expect(none == JSONError(.empty, at: 0, expected: .value))
  }

  /// What is thrown where a document is read.
  func error(
    in bytes: [UInt8],
    _ read: (borrowing JSONCursor) throws(JSONError) -> Void
  ) -> JSONError? {
    do throws(JSONError) {
      let document = try JSONLazyDocument(bytes.span)
      try read(document.root)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "are those that a parser finds, in all of the corpora",
    .enabled(if: Suites.folder("json/corpora") != nil, "\(Suites.hint)")
  )
  func corpora() throws {
    for (name, bytes) in try files("json/corpora") {
      var parser = JSONParser()
      let document = try parser.parse(bytes.span)
      for instructions in JSONInstructions.available {
        let lazy = try JSONLazyDocument(bytes.span, instructions: instructions)
        let cursor = lazy.root
        var index = 0
        try compare(cursor, document.memory, &index, depth: 0)
        #expect(index == document.wordCount, "\(name)")
        #expect(try cursor.source.count <= bytes.count)
      }
    }
  }

  /// Goes through a value and its words together; below some depth only counts.
  func compare(_ cursor: JSONCursor, _ memory: TapeMemory, _ index: inout Int, depth: Int) throws {
    let word = memory.word(index)
    switch word.kind {
    case .map where depth < 4:
      index += 1
      var members = try cursor.members()
      while let member = try members.next() {
        try compare(member.key, memory, &index, depth: depth)
        try compare(member.value, memory, &index, depth: depth + 1)
      }
      #expect(index == word.offset)
    case .array where depth < 4:
      index += 1
      var elements = try cursor.elements()
      while let element = try elements.next() {
        try compare(element, memory, &index, depth: depth + 1)
      }
      #expect(index == word.offset)
    case .text, .arenaText:
      let text = String(decoding: memory.bytes(of: word), as: UTF8.self)
      let read = try cursor.string()
      if read != text { Issue.record("\(read) is not \(text)") }
      index += 1
    case .integer:
      let read = try cursor.int64()
      if read != word.integer { Issue.record("\(read) is not \(word.integer)") }
      index += 1
    case .double:
      let read = try cursor.double()
      if read.bitPattern != memory.operand(index) { Issue.record("\(read) is another double") }
      index += 2
    default: index = memory.end(of: index)
    }
  }
}
