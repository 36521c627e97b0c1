import CMoltIntrinsics
import Testing

@Suite("molt_utf8")
struct UTF8Tests {
  /// What each of the functions answers, with nothing and with more readable behind the text.
  func answers(_ text: [UInt8]) -> [Bool] {
    let longer = text + [UInt8](repeating: 0x80, count: 64)
    var answers = [
      molt_utf8_is_valid(text, text.count, text.count),
      molt_utf8_is_valid(longer, text.count, longer.count),
      molt_utf8_is_valid_portable(text, text.count),
    ]
    if molt_cpu_has_avx2() {
      answers.append(molt_utf8_is_valid_avx2(text, text.count, text.count))
      answers.append(molt_utf8_is_valid_avx2(longer, text.count, longer.count))
    }
    return answers
  }

  func check(_ text: [UInt8]) {
    let isValid = String(validating: text, as: UTF8.self) != nil
    #expect(answers(text).allSatisfy { $0 == isValid }, "\(text)")
    let isASCII = text.allSatisfy { $0 < 0x80 }
    #expect(molt_is_ascii(text, text.count, text.count) == isASCII, "\(text)")
    let longer = text + [UInt8](repeating: 0x80, count: 64)
    #expect(molt_is_ascii(longer, text.count, longer.count) == isASCII, "\(text)")
  }

  @Test("agrees with Swift on every start of two bytes, at every place of a block")
  func pairs() {
    for first in UInt8(0x7E)...UInt8.max {
      for second in stride(from: UInt8(0), through: 0xFF, by: 1) where second % 16 < 2 {
        check([first, second])
        check([first, second, 0x80])
        check([first, second, 0x80, 0xBF])
      }
    }
  }

  @Test("agrees with Swift on characters that straddle blocks, whole and cut")
  func blocks() {
    for character in ["a", "é", "語", "😀", "\u{10FFFF}", "\u{7FF}", "\u{800}"] {
      for before in 0..<70 {
        let whole = [UInt8](repeating: 0x61, count: before) + Array(character.utf8)
        check(whole)
        check(Array(whole.dropLast()))
        check(whole + [0x80])
        check(whole + [UInt8](repeating: 0x62, count: 40))
      }
    }
  }

  @Test("agrees with Swift on mutated texts of every length")
  func mutations() {
    let text = Array(String(repeating: "aé語😀 plain ", count: 8).utf8)
    for _ in 0..<5000 {
      let start = Int.random(in: 0..<text.count)
      var piece = Array(text[start..<Int.random(in: start...text.count)])
      if !piece.isEmpty, Bool.random() {
        piece[.random(in: piece.indices)] = .random(in: 0...255)
      }
      check(piece)
    }
  }
}
