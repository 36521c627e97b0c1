import MoltBytes
import MoltJSON
import MoltTape
import MoltTestKit
import Testing

@Suite("Documents on the tape")
struct ParserTests {
  static let documents: [(String, String)] = [
    ("{\"a\":[1,2.5],\"b\":\"x\"}", "map(2 to 8) 'a'@2 array(2 to 6) 1 2.5(2.5) 'b'@14 'x'@18"),
    ("[]", "array(0 to 1)"), ("{}", "map(0 to 1)"), ("\"\"", "''@1"), ("null", "null"),
    ("[[],[{}]]", "array(2 to 4) array(0 to 2) array(1 to 4) map(0 to 4)"),
    ("[true,false,null]", "array(3 to 4) true false null"),
    ("{\"a\" : 1 , \"b\"\n:\t2}", "map(2 to 5) 'a'@2 1 'b'@12 2"),
    ("\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\"", "'a\"b\\c/\u{8}\u{C}\n\r\t'"),
    ("\"\\u00e9\\u20ac\\ud83d\\ude00\\u0041\"", "'\u{E9}\u{20AC}\u{1F600}A'"),
    ("{\"\\u0061\":1}", "map(1 to 3) 'a' 1"),
    ("[0,-0,-1,1,10]", "array(5 to 7) 0 int64(0, -0) -1 1 10"),
    ("[576460752303423487]", "array(1 to 2) 576460752303423487"),
    ("[576460752303423488]", "array(1 to 3) int64(576460752303423488, 576460752303423488)"),
    ("[-576460752303423488]", "array(1 to 2) -576460752303423488"),
    ("-9223372036854775808", "int64(-9223372036854775808, -9223372036854775808)"),
    ("18446744073709551615", "uint64(18446744073709551615, 18446744073709551615)"),
    ("18446744073709551616", "number(18446744073709551616)"),
    ("-9223372036854775809", "number(-9223372036854775809)"),
    ("1e400", "number(1e400)"), ("-1e400", "number(-1e400)"), ("1e-400", "0.0(1e-400)"),
    ("-0.0", "-0.0(-0.0)"), ("0.0", "0.0(0.0)"), ("0e5", "0.0(0e5)"), ("1E+2", "100.0(1E+2)"),
    ("0.1234567890123456789012345", "0.12345678901234568(0.1234567890123456789012345)"),
    (
      "123456789012345678901234567890.5", "1.2345678901234568e+29(123456789012345678901234567890.5)"
    ),
  ]

  @Test("are what was written", arguments: documents)
  func words(_ text: String, _ expected: String) {
    for instructions in JSONInstructions.available {
      #expect(tapeText(Array(text.utf8), instructions: instructions) == .success(expected))
      #expect(validation(Array(text.utf8), instructions: instructions) == nil)
    }
  }

  @Test("are the same wherever they stand in a block of 64 bytes", arguments: documents)
  func everywhere(_ text: String, _ expected: String) {
    let plain = withoutOffsets(expected)
    for spaces in 1...130 {
      let padding = [UInt8](repeating: 0x20, count: spaces)
      for bytes in [padding + Array(text.utf8), padding + Array(text.utf8) + padding] {
        for instructions in JSONInstructions.available {
          let answer = tapeText(bytes, instructions: instructions)
          #expect((try? answer.get()).map(withoutOffsets) == plain, "behind \(spaces)")
        }
      }
    }
  }

  @Test("keep texts of every length, with and without an escape at every place")
  func texts() throws {
    for count in 0...150 {
      for escape in [-1, 0, count / 2, count - 1, count] {
        var text = [UInt8](repeating: 0x61, count: count)
        if escape >= 0 && escape <= count { text.insert(contentsOf: [0x5C, 0x22], at: escape) }
        let expected = "map(1 to 4) '\(unescaped(text))' array(1 to 4) '\(unescaped(text))'"
        let document = [0x7B, 0x22] + text + [0x22, 0x3A, 0x5B, 0x22] + text + [0x22, 0x5D, 0x7D]
        for instructions in JSONInstructions.available {
          let answer = try tapeText(document, instructions: instructions).get()
          #expect(withoutOffsets(answer) == expected)
        }
      }
    }
  }

  @Test("see through any run of backslashes")
  func backslashes() {
    for spaces in 0...70 {
      for count in 0...70 {
        let padding = [UInt8](repeating: 0x61, count: spaces)
        let run = [UInt8](repeating: 0x5C, count: count)
        let document = [0x5B, 0x22] + padding + run + [0x22, 0x2C, 0x22, 0x22, 0x5D]
        let answers = JSONInstructions.available.map { tapeText(document, instructions: $0) }
        #expect(answers.allSatisfy { $0 == answers[0] })
        #expect((answers[0].error == nil) == (count % 2 == 0))
      }
    }
  }

  @Test("survive a parser that read something wrong before")
  func reuse() throws {
    var parser = JSONParser()
    let wrong = Array("[1,2,{\"a\":\"\\u0041".utf8)
    let right = Array("[\"\\u0041\"]".utf8)
    for _ in 0..<3 {
      #expect(throws: JSONError.self) { try parser.validate(wrong.span) }
      do throws(JSONError) {
        _ = try parser.parse(wrong.span)
        Issue.record("a wrong document was parsed")
      } catch {
        #expect(error.code == .unexpectedEnd)
      }
      let document = try parser.parse(right.span)
      #expect(document.wordCount == 2)
    }
  }

  func unescaped(_ text: [UInt8]) -> String {
    String(decoding: text.filter { $0 != 0x5C }, as: UTF8.self)
  }
}

/// The words without `@offset`.
func withoutOffsets(_ text: String) -> String {
  text.split(separator: " ", omittingEmptySubsequences: false).map { word -> Substring in
    guard let mark = word.lastIndex(of: "@"), word[..<mark].hasSuffix("'") else { return word }
    return word[..<mark]
  }.joined(separator: " ")
}
