import MoltPostgresWire
import Testing

@Suite("SASLprep")
struct SASLprepTests {
  @Test(
    "passwords become what PostgreSQL hashes",
    arguments: [
      ("pencil", "pencil"), ("", ""), ("a\u{7}b", "a\u{7}b"), ("pässword", "pässword"),
      ("a\u{A0}b", "a b"), ("a\u{200B}b", "a b"), ("a\u{3000}", "a "), ("I\u{AD}X", "IX"),
      ("\u{FEFF}ü", "ü"), ("\u{AD}", "\u{AD}"), ("ü\u{7}\u{A0}", "ü\u{7}\u{A0}"),
      ("\u{E000}\u{A0}", "\u{E000}\u{A0}"), ("\u{2028}\u{A0}", "\u{2028}\u{A0}"),
      ("日本\u{A0}語", "日本 語"), ("😀\u{A0}", "😀\u{A0}"), ("𠀀\u{A0}", "𠀀 "),
    ]
  )
  func prepare(password: String, expected: String) {
    #expect(SASLprep.prepare(password) == Array(expected.utf8))
  }
}
