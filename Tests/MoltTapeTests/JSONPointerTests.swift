import MoltTape
import Testing

@Suite("A JSON pointer")
struct JSONPointerTests {
  @Test(
    "is parsed into its tokens and written again",
    arguments: [
      ("", []), ("/", [""]), ("/foo", ["foo"]), ("/foo/0", ["foo", "0"]), ("/a~1b", ["a/b"]),
      ("/c%d", ["c%d"]), ("/m~0n", ["m~n"]), ("/~01", ["~1"]), ("//", ["", ""]),
      ("/é/ ", ["é", " "]),
    ] as [(String, [String])]
  )
  func tokens(text: String, tokens: [String]) throws {
    let pointer = try JSONPointer(text)
    #expect(pointer.tokens == tokens)
    #expect(pointer.text == text)
    #expect(JSONPointer(tokens: tokens) == pointer)
  }

  @Test(
    "is read from a URI fragment",
    arguments: [
      ("#", []), ("", []), ("#/a~1b", ["a/b"]), ("#/c%25d", ["c%d"]), ("#/e%5Ef", ["e^f"]),
      ("/k%22l", ["k\"l"]), ("#/%20", [" "]), ("#/%C3%a9", ["é"]),
    ] as [(String, [String])]
  )
  func fragments(text: String, tokens: [String]) throws {
    #expect(try JSONPointer(fragment: text).tokens == tokens)
  }

  @Test(
    "that is none says where it is wrong",
    arguments: [("a", 0), ("/~", 1), ("/a~2", 2), ("/a/b~", 4), ("#/a", 0)]
  )
  func syntax(text: String, offset: Int) {
    #expect(throws: JSONPointerError(.syntax, at: offset)) { try JSONPointer(text) }
  }

  @Test(
    "in a fragment needs whole bytes and UTF-8",
    arguments: [("#/%4", 2), ("#/%zz", 2), ("#/%ff", 1)]
  )
  func badFragments(text: String, offset: Int) {
    #expect(throws: JSONPointerError(.syntax, at: offset)) { try JSONPointer(fragment: text) }
  }

  /// The index of what a pointer leads to on the sample tape.
  func resolve(_ text: String) throws -> Int {
    try SampleTape().withDocument { document in
      try document.root.resolve(try JSONPointer(text)).index
    }
  }

  @Test("leads through maps, arrays and tags")
  func values() throws {
    #expect(try resolve("") == 0)
    #expect(try resolve("/list") == 2)
    #expect(try resolve("/list/0") == 3)
    #expect(try resolve("/list/4") == 10)
    let null = SampleTape().withDocument { document in document.root["a"]?.index }
    #expect(try resolve("/a") == null)
    let tagged = SampleTape().withDocument { document in
      document.root[""]?.untagged.untagged.index
    }
    #expect(try resolve("/") == tagged)
  }

  @Test(
    "says which token leads nowhere",
    arguments: [
      ("/b", .notFound, 0), ("/list/7", .notFound, 1), ("/list/-", .notFound, 1),
      ("/list/01", .notAnIndex, 1), ("/list/+1", .notAnIndex, 1), ("/list/", .notAnIndex, 1),
      ("/list/99999999999999999999", .notFound, 1), ("/a/b", .notAContainer, 1),
      ("/list/4/x", .notAContainer, 2),
    ] as [(String, JSONPointerError.Code, Int)]
  )
  func errors(text: String, code: JSONPointerError.Code, place: Int) {
    #expect(throws: JSONPointerError(code, at: place)) { try resolve(text) }
  }
}
