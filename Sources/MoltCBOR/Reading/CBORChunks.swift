internal import CMoltIntrinsics
internal import MoltBytes
internal import MoltTape

/// Reads a string of indefinite length (RFC 8949, section 3.2.3).
///
///     7f 61 68 61 69 ff     "h", "i", the end: "hi" in the arena
///     7f 62 68 69 ff        one chunk stays where it is
///
/// Safety: all reads from `base` stand behind a check against `count`.
@unsafe struct CBORChunks {
  private let base: UnsafePointer<UInt8>
  private let count: Int
  private let lengthLimit: Int
  private(set) var offset: Int

  init(_ base: UnsafePointer<UInt8>, _ count: Int, from offset: Int, limit: Int) {
    unsafe self.base = unsafe base
    unsafe self.count = count
    unsafe self.offset = offset
    unsafe lengthLimit = limit
  }

  /// Moves behind the string, with its break.
  ///
  /// - Returns: Its word; several chunks are put together in the arena.
  mutating func read(
    _ kind: TapeWord.Kind,
    _ tape: inout Tape
  ) throws(CBORError) -> TapeWord {
    let start = unsafe offset
    let arenaStart = tape.arena.count
    var (chunks, single) = (0, 0..<0)
    unsafe offset += 1
    while let chunk = try unsafe next(kind) {
      if chunks == 1 { unsafe copy(single, to: &tape) }
      if chunks > 0 { unsafe copy(chunk, to: &tape) }
      single = chunk
      chunks += 1
      guard unsafe lengthLimit >= max(tape.arena.count - arenaStart, chunk.count),
        tape.arena.count <= TapeWord.maximumOffset
      else { throw .tooLong(offset: start) }
    }
    unsafe offset += 1
    if chunks <= 1 { return TapeWord(kind, count: single.count, at: single.lowerBound) }
    return TapeWord(
      kind == .text ? .arenaText : .arenaBinary,
      count: tape.arena.count - arenaStart,
      at: arenaStart
    )
  }

  /// Moves behind the next chunk.
  ///
  /// - Returns: Where its bytes stand, or nil at the break, which is not read.
  private mutating func next(_ kind: TapeWord.Kind) throws(CBORError) -> Range<Int>? {
    // Safety: the span is used only here, while the input is borrowed.
    let bytes = unsafe Span(_unsafeStart: base, count: count)
    let head = try unsafe CBORHead(bytes, at: offset)
    if head.isBreak { return nil }
    guard head.major == (kind == .text ? 3 : 2), !head.isIndefinite else {
      throw unsafe .invalidChunk(offset: offset)
    }
    let size = try unsafe head.checkedLength(at: offset, in: bytes)
    let start = unsafe offset + head.byteCount
    let readable = unsafe count - start
    // Each chunk of a text is UTF-8 by itself.
    let isValid = unsafe molt_utf8_is_valid(base + start, size, readable)
    guard isValid || kind != .text else { throw unsafe .invalidUTF8(offset: offset) }
    unsafe offset = start + size
    return start..<(start + size)
  }

  private func copy(_ range: Range<Int>, to tape: inout Tape) {
    // Safety: the range was checked against the input.
    let bytes = unsafe UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    unsafe tape.arena.append(copying: bytes)
  }

  /// Puts a number of 64 bits into the arena as the bytes of a big integer.
  @inline(never)
  static func binary(_ number: UInt64, _ tape: inout Tape) -> TapeWord {
    let start = tape.arena.count
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      tape.arena.append(UInt8(truncatingIfNeeded: number >> shift))
    }
    return TapeWord(.arenaBinary, count: 8, at: start)
  }
}
