import MoltJSON
import MoltTestKit
import Testing

/// A document that is wrong, and what is wrong with it.
struct WrongDocument: Sendable, CustomTestStringConvertible {
  var text: String
  var error: JSONError
  var testDescription: String { text }

  init(
    _ text: String,
    _ code: JSONError.Code,
    _ offset: Int,
    _ expected: JSONError.Expectation? = nil
  ) {
    self.text = text
    error = JSONError(code, at: offset, expected: expected)
  }
}

@Suite("Documents that are wrong")
struct ParserErrorTests {
  static let documents: [WrongDocument] = [
    WrongDocument("", .empty, 0, .value),
    WrongDocument(" \n\t", .empty, 3, .value),
    WrongDocument("\u{FEFF}[]", .byteOrderMark, 0),
    WrongDocument("[", .unexpectedEnd, 1, .valueOrEndOfArray),
    WrongDocument("[1", .unexpectedEnd, 2, .commaOrEndOfArray),
    WrongDocument("[1,", .unexpectedEnd, 3, .value),
    WrongDocument("[1,]", .unexpectedByte, 3, .value),
    WrongDocument("[1 2]", .unexpectedByte, 3, .commaOrEndOfArray),
    WrongDocument("[1:2]", .unexpectedByte, 2, .commaOrEndOfArray),
    WrongDocument("[,1]", .unexpectedByte, 1, .valueOrEndOfArray),
    WrongDocument("[1}", .unexpectedByte, 2, .commaOrEndOfArray),
    WrongDocument("]", .unexpectedByte, 0, .value),
    WrongDocument("{", .unexpectedEnd, 1, .keyOrEndOfObject),
    WrongDocument("{1:2}", .unexpectedByte, 1, .keyOrEndOfObject),
    WrongDocument("{\"a\"", .unexpectedEnd, 4, .colon),
    WrongDocument("{\"a\"}", .unexpectedByte, 4, .colon),
    WrongDocument("{\"a\",\"b\":1}", .unexpectedByte, 4, .colon),
    WrongDocument("{\"a\":}", .unexpectedByte, 5, .value),
    WrongDocument("{\"a\":1", .unexpectedEnd, 6, .commaOrEndOfObject),
    WrongDocument("{\"a\":1,}", .unexpectedByte, 7, .key),
    WrongDocument("{\"a\":1:2}", .unexpectedByte, 6, .commaOrEndOfObject),
    WrongDocument("{\"a\":1]", .unexpectedByte, 6, .commaOrEndOfObject),
    WrongDocument("{\"a\":[\"b\":1]}", .unexpectedByte, 9, .commaOrEndOfArray),
    WrongDocument("{\"a\",[\"b\":1]}", .unexpectedByte, 4, .colon),
    WrongDocument("1 2", .trailingData, 2),
    WrongDocument("[]]", .trailingData, 2),
    WrongDocument("1,", .trailingData, 1),
    WrongDocument("1x", .trailingData, 1),
    WrongDocument("\"a\"b", .trailingData, 3),
    WrongDocument("tru", .unexpectedEnd, 3, .literal),
    WrongDocument("[trux]", .unexpectedByte, 4, .literal),
    WrongDocument("[truex]", .unexpectedByte, 5, .commaOrEndOfArray),
    WrongDocument("[nul]", .unexpectedByte, 4, .literal),
    WrongDocument("[True]", .unexpectedByte, 1, .valueOrEndOfArray),
    WrongDocument("[01]", .leadingZero, 1),
    WrongDocument("[-01]", .leadingZero, 2),
    WrongDocument("-", .unexpectedEnd, 1, .digit),
    WrongDocument("[-]", .unexpectedByte, 2, .digit),
    WrongDocument("[1.]", .unexpectedByte, 3, .digit),
    WrongDocument("[1.e5]", .unexpectedByte, 3, .digit),
    WrongDocument("[1e]", .unexpectedByte, 3, .digit),
    WrongDocument("[1e+]", .unexpectedByte, 4, .digit),
    WrongDocument("[.5]", .unexpectedByte, 1, .valueOrEndOfArray),
    WrongDocument("[+5]", .unexpectedByte, 1, .valueOrEndOfArray),
    WrongDocument("[1.5.5]", .unexpectedByte, 4, .commaOrEndOfArray),
    WrongDocument("[\"a]", .unexpectedEnd, 4, .endOfText),
    WrongDocument("[\"\u{1}\"]", .controlCharacter, 2),
    WrongDocument("[\"a\n\"]", .controlCharacter, 3),
    WrongDocument("[\"\\x\"]", .invalidEscape, 2, .escape),
    WrongDocument("[\"\\", .unexpectedEnd, 3, .escape),
    WrongDocument("[\"\\u12", .unexpectedEnd, 6, .hexadecimalDigit),
    WrongDocument("[\"\\u12g4\"]", .invalidEscape, 2, .hexadecimalDigit),
    WrongDocument("[\"\\ud800\"]", .loneSurrogate, 2, .lowSurrogate),
    WrongDocument("[\"\\udc00\"]", .loneSurrogate, 2, .lowSurrogate),
    WrongDocument("[\"\\ud800\\u0041\"]", .loneSurrogate, 2, .lowSurrogate),
    WrongDocument("[a]", .unexpectedByte, 1, .valueOrEndOfArray),
    WrongDocument("[\\\"]", .unexpectedByte, 1, .valueOrEndOfArray),
  ]

  @Test("are refused with the first thing that is wrong", arguments: documents)
  func refused(_ document: WrongDocument) {
    let bytes = Array(document.text.utf8)
    for instructions in JSONInstructions.available {
      #expect(tapeText(bytes, instructions: instructions).error == document.error)
      #expect(validation(bytes, instructions: instructions) == document.error)
    }
  }

  @Test("are refused wherever they stand in a block of 64 bytes", arguments: documents)
  func everywhere(_ document: WrongDocument) {
    // What is empty or starts with a mark means something else behind spaces.
    guard document.error.code != .empty, document.error.code != .byteOrderMark else { return }
    for spaces in 1...130 {
      let bytes = [UInt8](repeating: 0x20, count: spaces) + Array(document.text.utf8)
      let error = JSONError(
        document.error.code,
        at: document.error.offset + spaces,
        expected: document.error.expected
      )
      for instructions in JSONInstructions.available {
        #expect(tapeText(bytes, instructions: instructions).error == error)
        #expect(validation(bytes, instructions: instructions) == error)
      }
    }
  }

  @Test("that are not UTF-8 are refused at the first byte that is wrong")
  func encoding() {
    let wrong: [[UInt8]] = [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
    ]
    for bytes in wrong {
      for spaces in 0...70 {
        let text = [0x22] + [UInt8](repeating: 0x41, count: spaces) + bytes + [0x22]
        for instructions in JSONInstructions.available {
          let error = tapeText(text, instructions: instructions).error
          #expect(error == JSONError(.invalidUTF8, at: spaces + 1), "\(bytes) behind \(spaces)")
          #expect(validation(text, instructions: instructions) == error)
        }
      }
    }
  }

  @Test("are refused cut off anywhere")
  func cutOff() {
    let document = Array(
      "{\"a\":[1,-2.5e10,\"caf\u{E9} \\u00e9\\ud83d\\ude00\",true,null,{}],\"b\":[[],\"\u{1F600}\"]}"
        .utf8
    )
    for end in 0..<document.count {
      let bytes = Array(document[..<end])
      for instructions in JSONInstructions.available {
        let error = tapeText(bytes, instructions: instructions).error
        #expect(error != nil && validation(bytes, instructions: instructions) == error)
      }
    }
  }

  @Test("say line and column")
  func position() {
    let text = Array("{\n  \"\u{E9}\": 1,\r\n  \"b\": x\n}".utf8)
    let error = tapeText(text).error
    #expect(error == JSONError(.unexpectedByte, at: 21, expected: .value))
    #expect(
      error?.description(in: text.span) == "expected a value at byte 21 (line 3, column 8)"
    )
    #expect(error?.description == "expected a value at byte 21")
  }

  @Test("that nest a hundred million arrays are refused, not crashed on")
  func deep() {
    let bytes = [UInt8](repeating: 0x5B, count: 100_000_000)
    for instructions in JSONInstructions.available {
      #expect(validation(bytes, instructions: instructions) == JSONError(.tooDeep, at: 1024))
      #expect(tapeText(bytes, instructions: instructions).error == JSONError(.tooDeep, at: 1024))
    }
    var limits = JSONLimits()
    limits.depth = .max
    let end = JSONError(.unexpectedEnd, at: 3_000_000, expected: .valueOrEndOfArray)
    #expect(tapeText(Array(bytes[..<3_000_000]), limits: limits).error == end)
  }
}
