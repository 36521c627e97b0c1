/// A document that keeps its own copy of the words and bytes, for when it outlives its parser.
///
///     let settings = OwnedDocument(copying: try parser.parse(bytes))
///     let port = try settings.document.root["port"]?.int64()
public struct OwnedDocument: ~Copyable, @unchecked Sendable {
  // Safety: what it owns is written once, before anybody shares it.
  private let memory: KeptMemory

  /// Creates a document with a copy of everything that another one borrows.
  ///
  /// - Complexity: O(bytes of the input and the tape)
  public init(copying document: TapeDocument) { memory = KeptMemory(document) }

  /// The document.
  public var document: TapeDocument {
    @_lifetime(borrow self) get {
      let document = unsafe TapeDocument(
        memory.memory,
        wordCount: memory.wordCount,
        byteCount: memory.byteCount,
        arenaByteCount: memory.arenaByteCount,
        startingAt: memory.startOffset
      )
      // Safety: the memory lives as long as `self`.
      return unsafe _overrideLifetime(document, borrowing: self)
    }
  }
}

/// Owns a copy of a document's words and bytes.
@safe final class KeptMemory {
  let memory: TapeMemory
  let wordCount: Int
  let byteCount: Int
  let arenaByteCount: Int
  let startOffset: Int

  init(_ document: TapeDocument) {
    wordCount = document.wordCount
    byteCount = document.byteCount
    arenaByteCount = document.arenaByteCount
    startOffset = document.startOffset
    let source = document.memory
    unsafe memory = TapeMemory(
      words: Self.copy(source.words, wordCount),
      input: Self.copy(source.input, byteCount),
      arena: Self.copy(source.arena, arenaByteCount),
      format: source.format
    )
  }

  deinit {
    unsafe memory.words.deallocate()
    unsafe memory.input.deallocate()
    unsafe memory.arena.deallocate()
  }

  private static func copy<Element: BitwiseCopyable>(
    _ source: UnsafePointer<Element>,
    _ count: Int
  ) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(count, 1))
    unsafe memory.initialize(from: source, count: count)
    return unsafe UnsafePointer(memory)
  }
}
