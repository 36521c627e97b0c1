import MoltBytes
import MoltJSON
import Testing

extension JSONStyle {
  static let django = JSONStyle(escapes: .ascii, isSpaced: true, allowsNaN: true)
  static let compact = JSONStyle(escapes: .utf8, isSpaced: false, allowsNaN: true)
  static let drf = JSONStyle(escapes: .drf, isSpaced: false, allowsNaN: false)
}

/// The bytes of a document in a style (MessagePack without one), or why there are none.
func reencode(
  _ document: [UInt8],
  _ style: JSONStyle?,
  with reencoder: inout JSONReencoder
) -> Result<[UInt8], JSONReencodeError> {
  var writer = ByteWriter(capacity: 1)
  writer.append("before")
  do {
    if let style {
      try reencoder.append(document.span, to: &writer, as: style)
    } else {
      try reencoder.appendMessagePack(document.span, to: &writer)
    }
  } catch {
    let kept = bytes(of: writer)
    #expect(kept == Array("before".utf8), "the writer is as it was before the error")
    return .failure(error)
  }
  return .success(Array(bytes(of: writer).dropFirst(6)))
}

func reencode(_ document: String, _ style: JSONStyle?) -> Result<[UInt8], JSONReencodeError> {
  var reencoder = JSONReencoder()
  return reencode(Array(document.utf8), style, with: &reencoder)
}

func text(_ result: Result<[UInt8], JSONReencodeError>) -> String {
  switch result {
  case .success(let bytes): String(decoding: bytes, as: UTF8.self)
  case .failure(let error): error.message
  }
}

@Suite("JSONReencoder")
struct JSONReencoderTests {
  @Test(
    "writes a document with a style's separators and escapes",
    arguments: [
      (" [ ] ", "[]", "[]"), ("{\n}", "{}", "{}"), ("null", "null", "null"),
      ("[1,2,[true]]", "[1, 2, [true]]", "[1,2,[true]]"),
      (#"{"a":{},"b":[{}]}"#, #"{"a": {}, "b": [{}]}"#, #"{"a":{},"b":[{}]}"#),
      (#"["\u00e9\/\u0041","é"]"#, #"["\u00e9/A", "\u00e9"]"#, #"["é/A","é"]"#),
      (#""\ud83d\ude00\u2028""#, #""\ud83d\ude00\u2028""#, #""😀\u2028""#),
      ("\"\u{7f}\\u007f\"", #""\u007f\u007f""#, "\"\u{7f}\u{7f}\""),
      (
        #"{"a":{"a":1},"b":{"a":2}}"#, #"{"a": {"a": 1}, "b": {"a": 2}}"#,
        #"{"a":{"a":1},"b":{"a":2}}"#
      ),
    ]
  )
  func styles(document: String, django: String, drf: String) {
    #expect(text(reencode(document, .django)) == django)
    #expect(text(reencode(document, .drf)) == drf)
  }

  @Test(
    "writes numbers as Python does",
    arguments: [
      ("0", "0"), ("-0", "0"), ("-12", "-12"), ("18446744073709551616", "18446744073709551616"),
      ("0.0", "0.0"), ("-0.0", "-0.0"), ("0.000", "0.0"), ("0e5", "0.0"), ("-0e-5", "-0.0"),
      ("1.50", "1.5"), ("100.00", "100.0"), ("0.0001", "0.0001"), ("0.00010", "0.0001"),
      ("0.00001", "1e-05"), ("1e5", "100000.0"), ("1E+2", "100.0"), ("1e16", "1e+16"),
      ("123456789012345.0", "123456789012345.0"), ("0.123456789012345", "0.123456789012345"),
      ("1234567890123456.5", "1234567890123456.5"), ("9007199254740993.0", "9007199254740992.0"),
      ("0.30000000000000004", "0.30000000000000004"),
      ("0.3000000000000000400", "0.30000000000000004"), ("1e22", "1e+22"), ("1e23", "1e+23"),
      ("2.2250738585072011e-308", "2.225073858507201e-308"), ("5e-324", "5e-324"),
      ("1e-400", "0.0"), ("-1e-99999999999999999999", "-0.0"), ("1e999", "Infinity"),
      ("-1e999", "-Infinity"), ("1e00000000000000000000001", "10.0"), ("NaN", "NaN"),
      ("Infinity", "Infinity"), ("-Infinity", "-Infinity"),
      ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ]
  )
  func numbers(document: String, expected: String) {
    #expect(text(reencode(document, .django)) == expected)
  }

  @Test(
    "refuses, with the offset, what Python refuses and what is not certain",
    arguments: [
      ("", .unexpectedEnd(offset: 0)), ("  ", .unexpectedEnd(offset: 2)),
      ("[1,]", .unexpectedByte(offset: 3)), ("{\"a\":1,}", .unexpectedByte(offset: 7)),
      ("01", .trailingData(offset: 1)), ("1.", .unexpectedEnd(offset: 2)),
      ("[-]", .unexpectedByte(offset: 2)), ("nul", .unexpectedEnd(offset: 3)),
      ("[nulx]", .unexpectedByte(offset: 4)), ("1 2", .trailingData(offset: 2)),
      ("\u{feff}1", .unexpectedByte(offset: 0)), ("\u{a0}1", .unexpectedByte(offset: 0)),
      ("\"a\nb\"", .controlCharacter(offset: 2)), ("\"\\x\"", .invalidEscape(offset: 1)),
      ("\"\\u12g4\"", .invalidEscape(offset: 1)), ("\"abc", .unexpectedEnd(offset: 4)),
      ("\"\\", .unexpectedEnd(offset: 2)), ("{\"a\" 1}", .unexpectedByte(offset: 5)),
      ("{1:2}", .unexpectedByte(offset: 1)), ("[1}", .unexpectedByte(offset: 2)),
      ("[", .unexpectedEnd(offset: 1)), ("]", .unexpectedByte(offset: 0)),
      ("{\"a\":1,\"\\u0061\":2}", .duplicateKey(offset: 7)),
      ("{\"\":1,\"\":2}", .duplicateKey(offset: 6)),
    ] as [(String, JSONReencodeError)]
  )
  func refusals(document: String, expected: JSONReencodeError) {
    for style in [JSONStyle.django, .compact, .drf, nil] {
      #expect(throws: expected) { try reencode(document, style).get() }
    }
  }

  @Test(
    "writes half a surrogate pair only as ASCII",
    arguments: ["\\ud800", "\\udfff", "\\ud800a"]
  )
  func loneSurrogates(half: String) {
    let document = "[\"\(half)\"]"
    #expect(text(reencode(document, .django)) == document)
    for style in [JSONStyle.compact, .drf, nil] {
      #expect(throws: JSONReencodeError.loneSurrogate(offset: 2)) {
        try reencode(document, style).get()
      }
    }
  }

  @Test(
    "refuses what is not finite in a style without it",
    arguments: ["NaN", "-Infinity", "1e999"]
  )
  func notFinite(number: String) {
    #expect(throws: JSONReencodeError.notFinite(offset: 1)) {
      try reencode("[\(number)]", .drf).get()
    }
  }

  @Test("refuses bytes that are not UTF-8 in a string")
  func invalidUTF8() {
    var reencoder = JSONReencoder()
    for style in [JSONStyle.django, .drf, nil] {
      let result = reencode([0x22, 0x61, 0xC3, 0x22], style, with: &reencoder)
      #expect(result == .failure(.invalidUTF8(offset: 2)))
    }
  }

  @Test("takes integers of up to 4,300 digits")
  func longIntegers() {
    let longest = String(repeating: "7", count: 4300)
    #expect(text(reencode("-" + longest, .drf)) == "-" + longest)
    #expect(throws: JSONReencodeError.integerTooLong(offset: 1)) {
      try reencode("[\(longest)7]", .drf).get()
    }
  }

  @Test("takes nesting up to 200 and then goes on with the next document")
  func nesting() {
    var reencoder = JSONReencoder()
    for depth in [200, 201, 100_000, 1] {
      let document = Array((String(repeating: "[", count: depth)).utf8)
      let closed = document + Array(String(repeating: "]", count: depth).utf8)
      let error: JSONReencodeError? = depth > 200 ? .tooDeep(offset: 200) : nil
      for style in [JSONStyle.drf, nil] {
        let result = reencode(closed, style, with: &reencoder)
        #expect(
          result == error.map { .failure($0) } ?? .success(style == nil ? packed(depth) : closed)
        )
        let cut = reencode(document, style, with: &reencoder)
        #expect(cut == .failure(error ?? .unexpectedEnd(offset: depth)))
      }
    }
  }

  func packed(_ depth: Int) -> [UInt8] {
    [UInt8](repeating: 0x91, count: depth - 1) + [0x90]
  }

  @Test(
    "finds a repeated key among few and many, wherever it stands",
    arguments: [2, 3, 63, 64, 65, 66, 1000]
  )
  func repeatedKeys(count: Int) {
    let keys = (0..<count).map { "\"a key number \($0) of many\"" }
    func document(_ keys: [String]) -> String {
      "{" + keys.map { "\($0):{\"x\":[{}]}" }.joined(separator: ",") + "}"
    }
    #expect(text(reencode(document(keys), .drf)) == document(keys))
    for (first, second) in [(0, count - 1), (count / 2, count - 1), (0, 1), (count - 2, count - 1)]
    where first < second {
      var repeated = keys
      repeated[second] = repeated[first]
      let head = document(Array(repeated[..<second]))
      let offset = head.utf8.count - 1 + (second == 0 ? 0 : 1)
      #expect(throws: JSONReencodeError.duplicateKey(offset: offset)) {
        try reencode(document(repeated), .drf).get()
      }
    }
  }

  @Test("stays fast with many keys whose beginning, middle and end are the same")
  func collidingKeys() {
    let same = String(repeating: "x", count: 8)
    let keys = (0..<20_000).map { number -> String in
      let digits = String(number)
      let filler = String(repeating: "0", count: 6 - digits.count)
      return "\"\(same)\(filler)\(digits)\(same)\(same)\(filler)000000\(same)\":0"
    }
    let document = "{" + keys.joined(separator: ",") + "}"
    #expect(text(reencode(document, .drf)) == document)
  }

  @Test(
    "writes MessagePack with the smallest encodings, in the document's order",
    arguments: [
      ("[]", [0x90]), ("{}", [0x80]), ("[7,[true]]", [0x92, 7, 0x91, 0xC3]),
      (
        #"{"b":null,"a":-1.5}"#,
        [0x82, 0xA1, 0x62, 0xC0, 0xA1, 0x61, 0xCB, 0xBF, 0xF8, 0, 0, 0, 0, 0, 0]
      ),
      ("-0", [0]), ("-9223372036854775808", [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
      ("18446744073709551615", [0xCF] + [UInt8](repeating: 0xFF, count: 8)),
      (#""\u00e9\"""#, [0xA3, 0xC3, 0xA9, 0x22]), ("\"\u{7f}\\u0000\"", [0xA2, 0x7F, 0]),
      ("[{\"a\":[1]},2]", [0x92, 0x81, 0xA1, 0x61, 0x91, 1, 2]),
    ] as [(String, [UInt8])]
  )
  func messagePack(document: String, expected: [UInt8]) {
    #expect(reencode(document, nil) == .success(expected))
  }

  @Test(
    "refuses integers that MessagePack cannot hold",
    arguments: ["18446744073709551616", "-9223372036854775809", "99999999999999999999999999"]
  )
  func outOfRange(integer: String) {
    #expect(throws: JSONReencodeError.outOfRange(offset: 1)) {
      try reencode("[\(integer)]", nil).get()
    }
  }
}
