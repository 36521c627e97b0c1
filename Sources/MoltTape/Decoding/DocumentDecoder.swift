/// Decodes documents of any format into types, one after the other: what the formats' decoders share.
///
/// What it learns about the types it keeps for the next document.
package struct DocumentDecoder: ~Copyable {
  /// How values become Swift's values; those of the next document.
  package var options: DecodingOptions {
    didSet { state = nil }
  }
  private var state: DecodingState?

  /// Creates a decoder.
  package init(options: DecodingOptions) { self.options = options }

  /// Decodes the outermost value of a document.
  ///
  /// - Throws: `DecodingError`, or what the type's own code throws.
  package mutating func decode<Value: Decodable>(
    _ type: Value.Type,
    from document: TapeDocument
  ) throws -> Value {
    if let state {
      unsafe state.begin(document)
    } else {
      // Safety: the document is borrowed until the end of this call; `finish` copies it.
      state = unsafe DecodingState(document, options: options)
    }
    defer { letGo(of: document) }
    return try run(type)
  }

  /// Decodes with nothing left that holds the state afterwards, unless the value does.
  @inline(never)
  private func run<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard let state else { preconditionFailure("there is a state") }
    return try state.run.decode(type, at: 0, depth: 1)
  }

  private mutating func letGo(of document: TapeDocument) {
    let isKept = !isKnownUniquelyReferenced(&state)
    state?.finish(document, isKept: isKept)
    if isKept { state = nil }
  }
}
