import MoltTape
import Testing

@Suite("A word of a tape")
struct TapeWordTests {
  @Test("keeps the extremes of every payload", arguments: [-(1 << 59), -1, 0, 1, 1 << 59 - 1])
  func integers(value: Int64) {
    let word = TapeWord(integer: value)
    #expect(word.kind == .integer)
    #expect(word.integer == value)
  }

  @Test("keeps a count above an offset")
  func sources() {
    let word = TapeWord(.text, count: TapeWord.maximumCount, at: TapeWord.maximumOffset)
    #expect(word.kind == .text)
    #expect(word.count == 268_435_455)
    #expect(word.offset == 4_294_967_295)
  }

  @Test("says how many words its value takes")
  func wordCounts() {
    #expect(TapeWord(.double, payload: 0).wordCount == 2)
    #expect(TapeWord(.tag, payload: 1).wordCount == 1)
    #expect(TapeWord(.tag, payload: 1 << 60 - 1).wordCount == 2)
    #expect(TapeWord(.array, count: 3, at: 9).wordCount == 1)
  }
}
