/// Where the words and bytes of a document stand: all that reads a tape reads it through here.
///
/// Safety: a parser writes words whose offsets and ends lie inside the input, the arena and the tape.
/// Who holds this sees to it that the three outlive it: ``TapeValue`` by its lifetime, an
/// ``OwnedDocument`` by owning them.
@safe @frozen public struct TapeMemory {
  /// The words.
  @usableFromInline package let words: UnsafePointer<UInt64>
  /// The first byte of the input.
  @usableFromInline package let input: UnsafePointer<UInt8>
  /// The first byte of the texts that the parser had to build.
  @usableFromInline package let arena: UnsafePointer<UInt8>
  /// What the input is written in.
  @usableFromInline package let format: DocumentFormat

  @inlinable @unsafe
  package init(
    words: UnsafePointer<UInt64>,
    input: UnsafePointer<UInt8>,
    arena: UnsafePointer<UInt8>,
    format: DocumentFormat
  ) {
    unsafe self.words = words
    unsafe self.input = input
    unsafe self.arena = arena
    self.format = format
  }

  /// The word at an index.
  @inlinable @inline(__always)
  package func word(_ index: Int) -> TapeWord { TapeWord(bits: unsafe words[index]) }

  /// The value behind the word at an index.
  @inlinable @inline(__always)
  package func operand(_ index: Int) -> UInt64 { unsafe words[index &+ 1] }

  /// The index behind a value and all that it holds.
  ///
  /// - Complexity: O(1), and O(tags) for a value with tags.
  @inlinable @inline(__always)
  package func end(of index: Int) -> Int {
    let word = word(index)
    let kind = word.bits >> 60
    // Up to the kind arenaBinary: of these only int64, uint64 and double take a second word.
    if kind < 11 { return index &+ 1 &+ Int(truncatingIfNeeded: 0b11_1000 >> kind & 1) }
    return kind < 13 ? word.offset : endOfWrapped(index)
  }

  @usableFromInline @inline(never)
  func endOfWrapped(_ start: Int) -> Int {
    var index = start
    while true {
      let word = word(index)
      switch word.kind {
      case .tag: index &+= word.wordCount
      case .extension: return index &+ 2
      case .array, .map: return word.offset
      default: return index &+ word.wordCount
      }
    }
  }

  /// Where the bytes of a text or binary start, or those of a source.
  @inlinable @inline(__always) @unsafe
  package func bytes(of word: TapeWord) -> UnsafeBufferPointer<UInt8> {
    let isBuilt = word.kind == .arenaText || word.kind == .arenaBinary
    return unsafe UnsafeBufferPointer(
      start: (isBuilt ? arena : input) + word.offset,
      count: word.count
    )
  }
}

/// What a document is written in.
@frozen public enum DocumentFormat: UInt8, Sendable {
  /// RFC 8259.
  case json
  /// The MessagePack specification.
  case messagePack
  /// RFC 8949.
  case cbor
}
