internal import CMoltIntrinsics

/// A document that is not parsed: where ``JSONCursor``s come from.
///
///     let document = try JSONLazyDocument(bytes)
///     let id = try document.root.value("statuses").element(50).value("id").int64()
///
/// It reads nothing ahead. It remembers how far its cursors have come, so that what follows a value
/// that was read is found without passing the value a second time. Cursors may be used in any
/// order: what they find does not depend on it, only how long it takes.
///
/// A document takes 1 KB of memory, whatever its length.
@safe public struct JSONLazyDocument: ~Copyable, ~Escapable {
  private let state: UnsafeMutablePointer<ReadingState>
  /// Where the document's value starts, in bytes.
  public let start: Int

  /// Begins with a document.
  ///
  /// - Parameter input: The document, in UTF-8.
  /// - Throws: ``JSONError`` when there is nothing in it.
  @_lifetime(copy input)
  public init(_ input: Span<UInt8>) throws(JSONError) {
    try self.init(input, instructions: .best)
  }

  /// Begins with a document and uses certain instructions, for tests.
  @_lifetime(copy input)
  package init(_ input: Span<UInt8>, instructions: JSONInstructions) throws(JSONError) {
    var offset = 0
    while offset < input.count, isSpace(input[offset]) { offset += 1 }
    guard offset < input.count, let bytes = unsafe input.withUnsafeBufferPointer({ $0.baseAddress })
    else { throw JSONError(.empty, at: offset, expected: .value) }
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: ReadingState(bytes, count: input.count, instructions.path))
    start = offset
  }

  deinit {
    unsafe state.deallocate()
  }

  /// The document's value.
  public var root: JSONCursor {
    @_lifetime(borrow self) get {
      let cursor = unsafe JSONCursor(ValueScan(state: state), ValuePlace(root: start))
      return unsafe _overrideLifetime(cursor, borrowing: self)
    }
  }
}
