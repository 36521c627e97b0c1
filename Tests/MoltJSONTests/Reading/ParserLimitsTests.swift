import MoltJSON
import MoltTestKit
import Testing

@Suite("Limits of documents")
struct ParserLimitsTests {
  func check(
    _ text: String,
    _ expected: JSONError?,
    _ change: (inout JSONLimits) -> Void,
    _ location: SourceLocation = #_sourceLocation
  ) {
    var limits = JSONLimits()
    change(&limits)
    let bytes = Array(text.utf8)
    for instructions in JSONInstructions.available {
      let parsed = tapeText(bytes, limits: limits, instructions: instructions)
      let validated = validation(bytes, limits: limits, instructions: instructions)
      #expect(parsed.error == expected, sourceLocation: location)
      #expect(validated == expected, sourceLocation: location)
    }
  }

  @Test("hold for nesting")
  func depth() {
    check("[[1]]", nil) { $0.depth = 2 }
    check("[[[1]]]", JSONError(.tooDeep, at: 2)) { $0.depth = 2 }
    check("[{\"a\":[]}]", JSONError(.tooDeep, at: 6)) { $0.depth = 2 }
    check("1", nil) { $0.depth = 0 }
    check("[]", JSONError(.tooDeep, at: 0)) { $0.depth = 0 }
    let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
    check(deep, nil) { $0.depth = 5000 }
    check(deep, JSONError(.tooDeep, at: 4999)) { $0.depth = 4999 }
    check(deep, JSONError(.tooDeep, at: 1024)) { _ in }
  }

  @Test("hold for the document's size")
  func size() {
    check("[1]", nil) { $0.byteCount = 3 }
    check("[1] ", JSONError(.documentTooLong, at: 3)) { $0.byteCount = 3 }
  }

  @Test("hold for texts and long numbers")
  func texts() {
    check("[\"abc\"]", nil) { $0.textByteCount = 3 }
    check("[\"abcd\"]", JSONError(.textTooLong, at: 1)) { $0.textByteCount = 3 }
    check("{\"abcd\":1}", JSONError(.textTooLong, at: 1)) { $0.textByteCount = 3 }
    check("[\"\\u0061bc\"]", nil) { $0.textByteCount = 3 }
    check("[\"\\u0061bcd\"]", JSONError(.textTooLong, at: 1)) { $0.textByteCount = 3 }
    check("[\"\\ud83d\\ude00\"]", JSONError(.textTooLong, at: 1)) { $0.textByteCount = 3 }
    check("[12345, 1.2345, 12345678901234567890]", nil) { $0.textByteCount = 3 }
    check("[123456789012345678901]", JSONError(.textTooLong, at: 1)) { $0.textByteCount = 20 }
    check("[123456789012345678901]", nil) { $0.textByteCount = 21 }
  }

  @Test("hold for keys that stand twice, where that is asked for")
  func keys() {
    check("{\"a\":1,\"a\":2}", nil) { _ in }
    check("{\"a\":1,\"b\":2}", nil) { $0.uniqueKeys = true }
    check("{\"a\":1,\"a\":2}", JSONError(.duplicateKey, at: 7)) { $0.uniqueKeys = true }
    check("{\"a\":1,\"\\u0061\":2}", JSONError(.duplicateKey, at: 7)) { $0.uniqueKeys = true }
    check("[\"a\",\"a\",{\"a\":\"a\",\"b\":{\"a\":1}}]", nil) { $0.uniqueKeys = true }
    check("{\"x\":{\"b\":\"\\\"\",\"c\":1,\"b\":2},\"x\":1}", JSONError(.duplicateKey, at: 21)) {
      $0.uniqueKeys = true
    }
    let many = (0..<3000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    check("{\(many)}", nil) { $0.uniqueKeys = true }
    check("{\(many),\"k7\":1}", JSONError(.duplicateKey, at: many.utf8.count + 2)) {
      $0.uniqueKeys = true
    }
  }
}
