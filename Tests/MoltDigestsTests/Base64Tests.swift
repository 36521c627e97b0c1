import MoltDigests
import Testing

@Suite("Base64")
struct Base64Tests {
  static func text(_ bytes: [UInt8], _ kind: Base64) -> String {
    String(decoding: kind.encode(bytes.span), as: UTF8.self)
  }

  static func bytes(_ text: String, _ kind: Base64) throws(Base64Error) -> [UInt8] {
    try kind.decode(text.utf8.span)
  }

  @Test(
    "the vectors of RFC 4648 hold",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
  )
  func vectors(plain: String, encoded: String) throws {
    #expect(Self.text(Array(plain.utf8), .standard) == encoded)
    #expect(try Self.bytes(encoded, .standard) == Array(plain.utf8))
    let short = String(encoded.prefix { $0 != "=" })
    for kind in [Base64.url, .standardWithoutPadding] {
      #expect(Self.text(Array(plain.utf8), kind) == short)
      #expect(try Self.bytes(short, kind) == Array(plain.utf8))
    }
  }

  @Test("all bytes come back", arguments: [Base64.standard, .standardWithoutPadding, .url])
  func roundTrip(kind: Base64) throws {
    for count in 0...260 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
      #expect(try Self.bytes(Self.text(bytes, kind), kind) == bytes)
    }
  }

  @Test("the two alphabets differ in two characters")
  func alphabets() throws {
    #expect(Self.text([0xFB, 0xFF, 0xFE], .standard) == "+//+")
    #expect(Self.text([0xFB, 0xFF, 0xFE], .url) == "-__-")
  }

  @Test(
    "what writing would not have made is refused with its offset",
    arguments: [
      (Base64.standard, "Zg", 2), (.standard, "Zg=", 3), (.standard, "Zh==", 1),
      (.standard, "Zm9=", 2), (.standard, "Z===", 1), (.standard, "====", 0),
      (.standard, "Zg==Zg==", 2), (.standard, "-_-_", 0), (.standard, "Zm 9", 2),
      (.url, "Zg==", 2), (.url, "Z", 0), (.url, "Zh", 1), (.url, "+/+/", 0),
      (.url, "Zm9v\n", 4), (.url, "Zm9\u{e9}", 3), (.standardWithoutPadding, "Zg==", 2),
    ]
  )
  func refused(kind: Base64, text: String, offset: Int) {
    #expect(throws: Base64Error.self) { try Self.bytes(text, kind) }
    do {
      _ = try Self.bytes(text, kind)
    } catch {
      #expect(error.offset == offset)
    }
  }
}
