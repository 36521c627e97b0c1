import CMoltIntrinsics
import MoltBytes
import MoltJSON
import Testing

/// A text and what the three sets of escapes make of it.
struct StringVector: CustomTestStringConvertible, Sendable {
  let name: String
  let text: String
  let ascii: String
  let utf8: String
  let drf: String

  init(_ name: String, _ text: String, ascii: String, utf8: String, drf: String? = nil) {
    self.name = name
    self.text = text
    self.ascii = ascii
    self.utf8 = utf8
    self.drf = drf ?? utf8
  }

  var testDescription: String { name }

  static let all = [
    StringVector("nothing", "", ascii: #""""#, utf8: #""""#),
    StringVector("plain", "abc", ascii: #""abc""#, utf8: #""abc""#),
    StringVector(
      "the escapes with a letter",
      "\"\\\n\r\t\u{8}\u{c}/",
      ascii: #""\"\\\n\r\t\b\f/""#,
      utf8: #""\"\\\n\r\t\b\f/""#
    ),
    StringVector(
      "other controls and delete",
      "\0\u{1}\u{1f}\u{7f}",
      ascii: #""\u0000\u0001\u001f\u007f""#,
      utf8: "\"\\u0000\\u0001\\u001f\u{7f}\""
    ),
    StringVector(
      "two, three and four bytes",
      "\u{80}\u{e9}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{1f600}\u{10ffff}",
      ascii: #""\u0080\u00e9\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\ud83d\ude00\udbff\udfff""#,
      utf8:
        "\"\u{80}\u{e9}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{1f600}\u{10ffff}\""
    ),
    StringVector(
      "line separators",
      "a\u{2027}\u{2028}\u{2029}\u{202a}",
      ascii: #""a\u2027\u2028\u2029\u202a""#,
      utf8: "\"a\u{2027}\u{2028}\u{2029}\u{202a}\"",
      drf: "\"a\u{2027}\\u2028\\u2029\u{202a}\""
    ),
  ]
}

/// The text as a JSON string, or nil if it was refused.
func jsonString(_ text: [UInt8], _ escapes: JSONEscapes, capacity: Int = 1) -> [UInt8]? {
  var writer = ByteWriter(capacity: capacity)
  writer.append(0x2A)
  let isValid = writer.appendJSONString(text.span, escapes)
  let all = bytes(of: writer)
  if !isValid && all != [0x2A] { return [] }
  return isValid ? Array(all.dropFirst()) : nil
}

func bytes(of writer: borrowing ByteWriter) -> [UInt8] {
  let span = writer.span
  return span.indices.map { span[$0] }
}

/// What a set of escapes makes of a text, one character after the other.
func slowJSONString(_ text: String, _ escapes: JSONEscapes) -> [UInt8] {
  let letters: [UInt32: String] = [
    0x22: "\\\"", 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x08: "\\b", 0x0C: "\\f",
  ]
  func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
  var result = "\""
  for scalar in text.unicodeScalars {
    let value = scalar.value
    if let letter = letters[value] {
      result += letter
    } else if value < 0x20 || (escapes == .ascii && value > 0x7E)
      || (escapes == .drf && (value == 0x2028 || value == 0x2029))
    {
      for unit in String(scalar).utf16 { result += escape(unit) }
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return Array((result + "\"").utf8)
}

@Suite("appendJSONString")
struct JSONStringTests {
  @Test("writes the named vectors", arguments: StringVector.all)
  func vectors(vector: StringVector) {
    let text = Array(vector.text.utf8)
    #expect(jsonString(text, .ascii) == Array(vector.ascii.utf8))
    #expect(jsonString(text, .utf8) == Array(vector.utf8.utf8))
    #expect(jsonString(text, .drf) == Array(vector.drf.utf8))
  }

  @Test(
    "finds a special character at every place of every length",
    arguments: ["\"", "\u{1f}", "\u{7f}", "é", "\u{2028}", "\u{1f600}"]
  )
  func everyPlace(special: String) {
    for length in 0...70 {
      let plain = (0..<length).map { String(UnicodeScalar(UInt8(0x41 + $0 % 26))) }
      for place in 0...length {
        var pieces = plain
        pieces.insert(special, at: place)
        let text = pieces.joined()
        for escapes in [JSONEscapes.ascii, .utf8, .drf] {
          #expect(jsonString(Array(text.utf8), escapes) == slowJSONString(text, escapes))
        }
      }
    }
  }

  @Test("writes every character of Unicode")
  func everyScalar() {
    var text = ""
    for value in UInt32(0)...0x10FFFF {
      if let scalar = UnicodeScalar(value) { text.unicodeScalars.append(scalar) }
    }
    for escapes in [JSONEscapes.ascii, .utf8, .drf] {
      #expect(jsonString(Array(text.utf8), escapes) == slowJSONString(text, escapes))
    }
  }

  @Test("keeps long runs that need the most room", arguments: [2000, 2047, 2048, 2049, 10_000])
  func longRuns(count: Int) {
    for piece in ["\u{1}", "é", "€", "\u{1f600}", "a", "abcdefghijklmno\n"] {
      let text = String(repeating: piece, count: count)
      #expect(jsonString(Array(text.utf8), .ascii) == slowJSONString(text, .ascii))
    }
  }

  @Test(
    "refuses what is not UTF-8 and then writes nothing",
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x41], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x41, 0x80], [0xE2, 0x82, 0x41],
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x41], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ] as [[UInt8]]
  )
  func invalid(bytes: [UInt8]) {
    let filler = [UInt8](repeating: 0x41, count: 40)
    for escapes in [JSONEscapes.ascii, .utf8, .drf] {
      #expect(jsonString(bytes, escapes) == nil)
      for length in 0...40 {
        #expect(jsonString(filler.prefix(length) + bytes, escapes) == nil)
        #expect(jsonString(filler.prefix(length) + bytes + filler, escapes) == nil)
      }
    }
  }

  @Test("accepts exactly the byte sequences that Swift accepts as UTF-8, up to three bytes")
  func everySequence() {
    var mismatches = 0
    for first in UInt8(0x80)...0xFF {
      for second in UInt8(0)...0xFF {
        for tail in [[], [0x80], [0xBF, 0x80], [0x80, 0x80]] as [[UInt8]] {
          let bytes = [first, second] + tail
          let isValid = String(validating: bytes, as: UTF8.self) != nil
          if (jsonString(bytes, .utf8) != nil) != isValid { mismatches += 1 }
        }
      }
    }
    #expect(mismatches == 0)
  }
}

@Suite("The mask of special bytes")
struct SpecialMaskTests {
  @Test("is the same with and without vector instructions", arguments: [0x7F, 0x22] as [UInt8])
  func portable(extra: UInt8) {
    var mismatches = 0
    for byte in UInt8(0)...0xFF {
      let isSpecial = byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C || byte == extra
      for filler in [0x41, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7E, 0x80, 0xFF, 0] as [UInt8] {
        let others: UInt32 = filler == 0 || filler >= 0x80 ? 0xFF : 0
        for place in 0..<8 {
          var word = UInt64(filler) &* 0x0101_0101_0101_0101
          word &= ~(0xFF << (place * 8))
          word |= UInt64(byte) << (place * 8)
          let expected = others & ~(1 << place) | (isSpecial ? 1 << place : 0)
          if molt_special_mask8_portable(word, extra, false) != expected { mismatches += 1 }
          if molt_special_mask8(word, extra, false) != expected { mismatches += 1 }
        }
      }
    }
    #expect(mismatches == 0)
  }
}
