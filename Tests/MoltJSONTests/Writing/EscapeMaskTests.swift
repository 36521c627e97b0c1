import CMoltIntrinsics
import MoltBytes
import MoltJSON
import Testing

@Suite("The mask of bytes to escape")
struct EscapeMaskTests {
  @Test("is the same with and without vector instructions", arguments: [0xE2, 0x22] as [UInt8])
  func portable(extra: UInt8) {
    var mismatches = 0
    for byte in UInt8(0)...0xFF {
      let isSpecial = byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == extra
      if molt_is_special(byte, extra, true) != isSpecial { mismatches += 1 }
      for filler in [0x41, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xE1, 0xFF, 0] as [UInt8] {
        for place in 0..<8 {
          var word = UInt64(filler) &* 0x0101_0101_0101_0101
          word &= ~(0xFF << (place * 8))
          word |= UInt64(byte) << (place * 8)
          let others: UInt32 = filler == 0 ? 0xFF : 0
          let expected = others & ~(1 << place) | (isSpecial ? 1 << place : 0)
          if molt_special_mask8_portable(word, extra, true) != expected { mismatches += 1 }
          if molt_special_mask8(word, extra, true) != expected { mismatches += 1 }
        }
      }
    }
    #expect(mismatches == 0)
  }

  @Test(
    "finds what to escape at every place of every length",
    arguments: [
      "\"", "\\", "\u{1f}", "\u{2028}", "\u{2029}", "\u{2027}", "\u{20ac}", "é", "\u{1f600}",
    ]
  )
  func everyPlace(special: String) throws {
    for length in 0...50 {
      let plain = (0..<length).map { String(UnicodeScalar(UInt8(0x41 + $0 % 26))) }
      for place in 0...length {
        var pieces = plain
        pieces.insert(special, at: place)
        let text = pieces.joined()
        for escapes in [JSONEscapes.utf8, .drf, .ascii] {
          var options = JSONWriteOptions()
          options.escapes = escapes
          var sink = JSONSink(options, appendingTo: ByteWriter(capacity: 1))
          try sink.append(text: Array(text.utf8).span)
          sink.finish()
          #expect(bytes(of: sink.takeWriter()) == slowJSONString(text, escapes))
        }
      }
    }
  }

  @Test("keeps long texts with many escapes", arguments: [2047, 2048, 2049, 10_000])
  func longRuns(count: Int) throws {
    for piece in ["\u{1}", "\u{2028}", "\u{20ac}", "é", "abcdefghijklmno\n", "\u{2028}abc"] {
      let text = String(repeating: piece, count: count)
      for escapes in [JSONEscapes.utf8, .drf] {
        var options = JSONWriteOptions()
        options.escapes = escapes
        var sink = JSONSink(options, appendingTo: ByteWriter(capacity: 1))
        try sink.append(text: Array(text.utf8).span)
        sink.finish()
        #expect(bytes(of: sink.takeWriter()) == slowJSONString(text, escapes))
      }
    }
  }
}
