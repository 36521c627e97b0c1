public import MoltBytes

/// A parsed document: the values on a parser's tape, over the input they were read from.
///
///     var parser = JSONParser()
///     let document = try parser.parse(bytes)
///     let name = try document.root["user"]?["name"]?.string()
///
/// A document borrows the parser and the input, the compiler sees to it that both stay as they are
/// meanwhile, and nothing is copied. ``OwnedDocument`` keeps both for longer.
public struct TapeDocument: ~Escapable {
  /// Where the words and bytes stand.
  @usableFromInline package let memory: TapeMemory
  /// How many words the document takes.
  public let wordCount: Int
  /// How many bytes the input has.
  public let byteCount: Int
  /// How many bytes the texts take that the parser had to build.
  @usableFromInline package let arenaByteCount: Int
  /// The byte where the outermost value starts, or white space before it.
  public let startOffset: Int

  /// Creates a document from what a parser has written.
  ///
  /// - Parameters:
  ///   - tape: Holds one complete value.
  ///   - input: What it was read from; offsets on the tape count from its first byte.
  ///   - format: What the input is written in.
  ///   - startOffset: Where in the input the value starts.
  @_lifetime(borrow tape, copy input)
  @inlinable
  package init(
    _ tape: borrowing Tape,
    input: Span<UInt8>,
    format: DocumentFormat,
    startingAt startOffset: Int = 0
  ) {
    self.startOffset = startOffset
    memory = unsafe TapeMemory(tape, input: input, format: format)
    wordCount = tape.count
    byteCount = input.count
    arenaByteCount = tape.arena.count
  }

  /// Creates a document over memory that somebody else looks after.
  ///
  /// Safety: the memory must outlive the document, which has no lifetime to tell.
  @_lifetime(immortal)
  @inlinable @unsafe
  package init(
    _ memory: TapeMemory,
    wordCount: Int,
    byteCount: Int,
    arenaByteCount: Int,
    startingAt startOffset: Int = 0
  ) {
    self.startOffset = startOffset
    self.memory = memory
    self.wordCount = wordCount
    self.byteCount = byteCount
    self.arenaByteCount = arenaByteCount
  }

  /// What the document is written in.
  @inlinable public var format: DocumentFormat { memory.format }

  /// The outermost value.
  @inlinable public var root: TapeValue {
    @_lifetime(copy self) get {
      let value = unsafe TapeValue(memory, at: 0)
      return unsafe _overrideLifetime(value, copying: self)
    }
  }
}

extension TapeMemory {
  /// The memory of a tape and an input.
  ///
  /// Safety: valid as long as both are borrowed.
  @inlinable @unsafe
  package init(_ tape: borrowing Tape, input: Span<UInt8>, format: DocumentFormat) {
    let start = unsafe input.withUnsafeBufferPointer { $0.baseAddress }
    unsafe self.init(
      words: UnsafePointer(tape.words),
      input: start ?? UnsafePointer(tape.arena.start),
      arena: tape.arena.start,
      format: format
    )
  }
}
