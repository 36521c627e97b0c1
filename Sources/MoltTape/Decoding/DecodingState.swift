/// Keeps what a document's decoders need, for as long as one of them is there.
///
/// Safety: the core is its own until it is put back.
@safe package final class DecodingState {
  let options: DecodingOptions
  private var kept: KeptMemory?
  private var ownCore: UnsafeMutablePointer<DecodingCore>?

  /// Creates the state of a document.
  ///
  /// Safety: the document must live until the call of ``finish(_:isKept:)``.
  @unsafe
  init(_ document: TapeDocument, options: DecodingOptions) {
    self.options = options
    unsafe ownCore = CorePool.take(self, document)
  }

  deinit { if let core = unsafe ownCore { unsafe CorePool.put(core) } }

  private var core: UnsafeMutablePointer<DecodingCore> {
    guard let core = unsafe ownCore else { preconditionFailure("a state has a core") }
    return unsafe core
  }

  /// The document, for decoders and containers.
  var run: DecodingRun { unsafe DecodingRun(core) }

  /// Begins another document.
  ///
  /// Safety: as with the initialiser.
  @unsafe
  func begin(_ document: TapeDocument) { unsafe core.pointee.begin(document) }

  /// Ends the document.
  ///
  /// Decoders that decoded values have kept get a copy of it and can go on.
  func finish(_ document: TapeDocument, isKept: Bool) {
    if isKept {
      let kept = KeptMemory(document)
      self.kept = kept
      unsafe core.pointee.memory = kept.memory
    } else {
      unsafe core.pointee.generation &+= 1
    }
  }
}
