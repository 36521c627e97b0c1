/// What all decoders and containers of one document share.
///
/// They hold it by reference, so that code that keeps a decoder for later finds it alive; what it
/// reads then is a copy (``finish(_:)``).
///
/// Safety: one thread at a time decodes a document, and no method calls foreign code while it changes
/// a variable, so that exclusive access needs no check.
@safe package final class DecodingState {
  let options: DecodingOptions
  @exclusivity(unchecked) private var document: TapeMemory
  @exclusivity(unchecked) private var types: TypeTable
  @exclusivity(unchecked) private var trail = ErrorTrail()
  @exclusivity(unchecked) private var cursors: UnsafeMutablePointer<KeyCursor>
  @exclusivity(unchecked) private var cursorCount = 16
  private var kept: KeptMemory?

  /// Creates the state of a document.
  ///
  /// Safety: the document must live until the call of ``finish(_:)``, or as long as the state.
  @unsafe
  package init(_ document: TapeDocument, options: DecodingOptions) {
    self.options = options
    unsafe self.document = document.memory
    unsafe types = TypeTable(conversions: options.conversionIndexes)
    unsafe cursors = .allocate(capacity: 16)
    unsafe cursors.initialize(repeating: KeyCursor(), count: 16)
  }

  deinit { unsafe cursors.deallocate() }

  /// Begins another document.
  ///
  /// Safety: as with the initialiser.
  @unsafe
  package func begin(_ document: TapeDocument) {
    unsafe self.document = document.memory
    unsafe trail = ErrorTrail()
    unsafe cursors.update(repeating: KeyCursor(), count: cursorCount)
  }

  /// Copies the document, for decoders that outlive it because the decoded values keep them.
  package func finish(_ document: TapeDocument) {
    let kept = KeptMemory(document)
    self.kept = kept
    unsafe self.document = kept.memory
  }

  /// Decodes the outermost value.
  package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try decode(type, at: 0, depth: 1)
  }

  /// Where the document stands.
  @inline(__always) var memory: TapeMemory { unsafe document }

  /// How a type is decoded.
  @inline(__always)
  func plan<Value: Decodable>(_ type: Value.Type) -> DecodingPlan { unsafe types.plan(type) }

  /// The names of the cases of a key type; nil when its keys are larger than a byte.
  @inline(__always) @unsafe
  func names<Key: CodingKey>(_ type: Key.Type) -> KeyNames? { unsafe types.names(type) }

  /// The keys and indexes that lead to a value.
  func path(to index: Int) -> [any CodingKey] { unsafe trail.path(to: index, in: memory) }

  /// The byte where a value starts.
  func offset(of index: Int) -> Int { unsafe trail.offset(of: index, in: memory) }

  /// Where the containers of a depth stand in their map.
  @inline(__always) @unsafe
  func cursor(_ depth: Int) -> UnsafeMutablePointer<KeyCursor> {
    if _slowPath(unsafe depth >= cursorCount) { growCursors(depth) }
    return unsafe cursors + depth
  }

  @inline(never)
  private func growCursors(_ depth: Int) {
    let count = unsafe cursorCount
    let size = max(count * 2, depth + 1)
    let larger = UnsafeMutablePointer<KeyCursor>.allocate(capacity: size)
    unsafe larger.moveInitialize(from: cursors, count: count)
    unsafe (larger + count).initialize(repeating: KeyCursor(), count: size - count)
    unsafe cursors.deallocate()
    unsafe cursors = larger
    unsafe cursorCount = size
  }
}
