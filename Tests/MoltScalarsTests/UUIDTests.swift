import MoltBytes
import MoltScalars
import Testing

@Suite("ByteWriter.appendUUID")
struct UUIDTests {
  @Test(
    "writes hyphens and small letters",
    arguments: [
      ("0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"),
      ("0123456789ABCDEF0123456789aBcDeF", "01234567-89ab-cdef-0123-456789abcdef"),
      ("00000000000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
    ]
  )
  func vectors(text: String, expected: String) {
    #expect(writtenIfAccepted { $0.appendUUID(Array(text.utf8).span) } == expected)
  }

  @Test(
    "refuses other lengths and notations",
    arguments: [
      "", "0", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
      "01234567-89ab-cdef-0123-456789abcdef", "{0123456789abcdef0123456789abcd}",
      "0123456789abcdef_123456789abcdef",
    ]
  )
  func refused(text: String) {
    #expect(writtenIfAccepted { $0.appendUUID(Array(text.utf8).span) } == nil)
  }

  @Test("refuses every byte but the 22 digits, in every place")
  func everyByte() {
    let stored = [UInt8](repeating: UInt8(ascii: "0"), count: 32)
    let digits = Set("0123456789abcdefABCDEF".utf8)
    for index in stored.indices {
      for byte in UInt8.min ... .max {
        var bytes = stored
        bytes[index] = byte
        let text = writtenIfAccepted { $0.appendUUID(bytes.span) }
        #expect((text != nil) == digits.contains(byte))
      }
    }
  }
}
