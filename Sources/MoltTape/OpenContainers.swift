/// The arrays and maps whose ends a parser has not reached yet, the innermost last.
///
/// A parser that keeps them here needs no call stack for nesting. The memory is kept from one document
/// to the next.
@safe @usableFromInline package struct OpenContainers: ~Copyable {
  /// An array or map that is open.
  @frozen @usableFromInline package struct Frame {
    /// Its kind and count; the end is still missing.
    @usableFromInline package let word: UInt64
    /// Where its word will stand on the tape.
    @usableFromInline package let index: Int
    /// What the parser wants back when it is closed: how many values its parent still lacks.
    @usableFromInline package let remaining: Int

    @inlinable @inline(__always)
    init(word: UInt64, index: Int, remaining: Int) {
      self.word = word
      self.index = index
      self.remaining = remaining
    }
  }

  @usableFromInline var frames: UnsafeMutablePointer<Frame>
  @usableFromInline var capacity: Int
  @usableFromInline var openCount = 0

  /// How many are open.
  @inlinable package var count: Int { openCount }

  @usableFromInline package init() {
    capacity = 64
    unsafe frames = .allocate(capacity: capacity)
  }

  deinit { unsafe frames.deallocate() }

  /// Forgets all.
  package mutating func removeAll() { openCount = 0 }

  /// Opens an array or map.
  @inlinable @inline(__always)
  package mutating func push(
    _ kind: TapeWord.Kind,
    count elements: Int,
    index: Int,
    remaining: Int
  ) {
    if _slowPath(openCount == capacity) { grow() }
    let word = TapeWord(kind, count: min(elements, TapeWord.maximumCount), at: 0).bits
    unsafe frames[openCount] = Frame(word: word, index: index, remaining: remaining)
    openCount &+= 1
  }

  /// Closes the innermost.
  ///
  /// - Precondition: One is open.
  @inlinable @inline(__always)
  package mutating func pop() -> Frame {
    openCount &-= 1
    return unsafe frames[openCount]
  }

  @usableFromInline @inline(never)
  mutating func grow() {
    let larger = UnsafeMutablePointer<Frame>.allocate(capacity: capacity * 2)
    unsafe larger.moveInitialize(from: frames, count: openCount)
    unsafe frames.deallocate()
    unsafe frames = larger
    capacity *= 2
  }
}
