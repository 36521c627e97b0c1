internal import CMoltIntrinsics
internal import MoltBytes
internal import MoltTape

// Strings of indefinite length (RFC 8949, section 3.2.3).
extension CBORScan {
  /// Appends a string that comes in chunks.
  ///
  ///     7f 61 68 61 69 ff     "h", "i", the end: "hi" in the arena
  ///     7f 62 68 69 ff        one chunk stays where it is
  ///
  /// Each chunk of a text must be UTF-8 by itself.
  mutating func appendChunks(_ kind: TapeWord.Kind, _ tape: inout Tape) throws(CBORError) {
    let start = unsafe offset
    let arenaStart = tape.arena.count
    var (chunks, single) = (0, 0..<0)
    unsafe offset += 1
    while let chunk = try unsafe nextChunk(kind) {
      if chunks == 1 { unsafe copy(single, to: &tape) }
      if chunks > 0 { unsafe copy(chunk, to: &tape) }
      single = chunk
      chunks += 1
      guard unsafe lengthLimit >= tape.arena.count - arenaStart,
        tape.arena.count <= TapeWord.maximumOffset
      else { throw .tooLong(offset: start) }
    }
    if chunks <= 1 {
      unsafe append(TapeWord(kind, count: single.count, at: single.lowerBound), size: 1)
    } else {
      let kind: TapeWord.Kind = kind == .text ? .arenaText : .arenaBinary
      let byteCount = tape.arena.count - arenaStart
      unsafe append(TapeWord(kind, count: byteCount, at: arenaStart), size: 1)
    }
  }

  /// Moves behind the next chunk.
  ///
  /// - Returns: Where its bytes stand, or nil at the break, which is not read.
  private mutating func nextChunk(_ kind: TapeWord.Kind) throws(CBORError) -> Range<Int>? {
    guard unsafe offset < count else { throw unsafe .endOfInput(offset: offset, needed: 1) }
    let first = unsafe base[offset]
    if first == 0xFF { return nil }
    guard first >> 5 == (kind == .text ? 3 : 2), first & 0x1F != 0x1F else {
      throw unsafe .invalidChunk(offset: offset)
    }
    guard first & 0x1F < 28 else { throw unsafe .reserved(offset: offset) }
    let headSize = unsafe headSize(first)
    let size = try unsafe checkString(kind, argument(first), headSize: headSize)
    let start = unsafe offset + headSize
    unsafe offset = start + size
    return start..<(start + size)
  }

  private func copy(_ range: Range<Int>, to tape: inout Tape) {
    // Safety: the range was checked against the input.
    let bytes = unsafe UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    unsafe tape.arena.append(copying: bytes)
  }
}
