public import MoltBytes

/// The memory of one parsed document after the other: its words and the texts that it had to build.
///
/// A parser appends words and closes what it opened:
///
///     let list = tape.open()
///     tape.append(TapeWord(integer: 1))
///     tape.close(.array, at: list, count: 1)
///
/// ``removeAll()`` keeps the memory, so that a parser that is used again stops allocating.
@safe public struct Tape: ~Copyable {
  @usableFromInline package var words: UnsafeMutablePointer<UInt64>
  @usableFromInline package var capacity: Int
  /// How many words are written.
  public var count: Int { written }
  @usableFromInline package var written = 0
  /// The bytes of `arenaText` and `arenaBinary`.
  public package(set) var arena = ByteWriter(capacity: 64)

  /// Creates an empty tape.
  ///
  /// - Parameter capacity: How many words fit before the first growth; at least 16.
  public init(capacity: Int = 16) {
    self.capacity = max(capacity, 16)
    unsafe words = .allocate(capacity: self.capacity)
  }

  deinit { unsafe words.deallocate() }

  /// Removes all words and the arena's bytes and keeps the memory.
  public mutating func removeAll() {
    written = 0
    arena.removeAll()
  }

  /// The words written so far.
  public var span: Span<UInt64> {
    @_lifetime(borrow self) get {
      // Safety: the first `count` words are initialised and live as long as `self` is borrowed.
      let span = unsafe Span(_unsafeStart: UnsafePointer(words), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Makes room for at least `wordCount` more words.
  ///
  /// A parser that knows a bound reserves once and writes behind `words` by itself.
  ///
  /// - Complexity: O(1) when there is room, otherwise O(`count`).
  @inlinable @inline(__always)
  package mutating func reserve(_ wordCount: Int) {
    if _slowPath(capacity &- written < wordCount) { grow(wordCount) }
  }

  @usableFromInline @inline(never)
  package mutating func grow(_ wordCount: Int) {
    grow(toCapacity: max(capacity * 2, count + wordCount))
  }

  /// Makes room for as many words in all, where a parser knows better than to double.
  @usableFromInline @inline(never)
  package mutating func grow(toCapacity size: Int) {
    guard size > capacity else { return }
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: size)
    unsafe larger.moveInitialize(from: words, count: count)
    unsafe words.deallocate()
    unsafe words = larger
    capacity = size
  }

  /// Appends a word.
  @inlinable @inline(__always)
  package mutating func append(_ word: TapeWord) { append(raw: word.bits) }

  /// Appends a word that is the value of the one before.
  @inlinable @inline(__always)
  package mutating func append(raw bits: UInt64) {
    reserve(1)
    unsafe words[written] = bits
    written &+= 1
  }

  /// Leaves room for the word of an array or map.
  ///
  /// - Returns: Where it will stand.
  @inlinable @inline(__always)
  package mutating func open() -> Int {
    append(raw: 0)
    return written &- 1
  }

  /// Writes the word of an array or map whose elements are complete.
  @inlinable @inline(__always)
  package mutating func close(_ kind: TapeWord.Kind, at index: Int, count elements: Int) {
    let exact = min(elements, TapeWord.maximumCount)
    unsafe words[index] = TapeWord(kind, count: exact, at: written).bits
  }
}
