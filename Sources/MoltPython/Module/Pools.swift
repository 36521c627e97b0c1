internal import MoltBytes
internal import MoltCBOR
internal import MoltJSON
internal import MoltMessagePack
internal import MoltTape

/// Memory that calls take and give back, so that the next one need not allocate.
///
/// Taken and given back under the GIL. A call that finds the pool empty, because another thread or
/// an outer call is at work, makes its own.
@safe enum Pools {
  /// Inputs and outputs beyond this leave no memory behind.
  static let largest = 16 << 20

  private struct State: ~Copyable {
    var json: KeptJSONParser?
    var messagePack: KeptMessagePackParser?
    var cbor: KeptCBORParser?
    var writer: ByteWriter?
    var scratch: ByteWriter?
    var keyCache: KeyCache?
    var answers: [AnswerMemory] = []
    /// One for each of the escapes, without and with spaces.
    var encoded: [EncodedKeys?] = Array(repeating: nil, count: 8)
  }

  /// Behind a pointer: for each access to a global variable Swift would look for another one that
  /// is going on, which takes as long as a small document.
  nonisolated(unsafe) private static let state = {
    let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
    unsafe state.initialize(to: State())
    return unsafe state
  }()

  /// The keys of all documents.
  static var keys: KeyCache {
    if let keys = unsafe state.pointee.keyCache { return keys }
    let keys = KeyCache()
    unsafe state.pointee.keyCache = keys
    return keys
  }

  /// The keys of all dicts, as they are written with some rules.
  static func encodedKeys(_ rules: WritingRules) -> EncodedKeys {
    let place = rules.escapes << 1 | (rules.contains(.spaced) ? 1 : 0)
    if let keys = unsafe state.pointee.encoded[place] { return keys }
    let keys = EncodedKeys()
    unsafe state.pointee.encoded[place] = keys
    return keys
  }

  /// A parser for the caller alone.
  static func takeJSON() -> KeptJSONParser {
    guard let reader = unsafe state.pointee.json else { return KeptJSONParser() }
    unsafe state.pointee.json = nil
    return reader
  }

  /// Gives a parser back after an input of a size.
  static func give(_ reader: KeptJSONParser, after byteCount: Int) {
    if byteCount <= largest { unsafe state.pointee.json = reader }
  }

  /// A parser for the caller alone.
  static func takeMessagePack() -> KeptMessagePackParser {
    guard let reader = unsafe state.pointee.messagePack else { return KeptMessagePackParser() }
    unsafe state.pointee.messagePack = nil
    return reader
  }

  /// Gives a parser back after an input of a size.
  static func give(_ reader: KeptMessagePackParser, after byteCount: Int) {
    if byteCount <= largest { unsafe state.pointee.messagePack = reader }
  }

  /// A parser for the caller alone.
  static func takeCBOR() -> KeptCBORParser {
    guard let reader = unsafe state.pointee.cbor else { return KeptCBORParser() }
    unsafe state.pointee.cbor = nil
    return reader
  }

  /// Gives a parser back after an input of a size.
  static func give(_ reader: KeptCBORParser, after byteCount: Int) {
    if byteCount <= largest { unsafe state.pointee.cbor = reader }
  }

  /// Takes memory for the answer of a statement.
  ///
  /// - Parameter release: The `molt_answer_release` that belongs to the statement.
  /// - Returns: Memory for the caller alone.
  static func takeAnswerMemory(_ release: AnswerMemory.Release) -> AnswerMemory {
    guard let memory = unsafe state.pointee.answers.popLast() else {
      return unsafe AnswerMemory(release)
    }
    // Tests load several libraries.
    let (wanted, known) = unsafe (unsafeBitCast(release, to: Int.self), memory.release)
    return unsafe wanted == unsafeBitCast(known, to: Int.self) ? memory : AnswerMemory(release)
  }

  /// Gives memory for answers back.
  static func give(_ memory: AnswerMemory) { unsafe state.pointee.answers.append(memory) }

  /// An empty writer for the caller alone.
  static func takeWriter() -> ByteWriter {
    if let writer = unsafe state.pointee.writer.take() { return writer }
    return ByteWriter(capacity: 1 << 12)
  }

  /// Gives a writer back.
  static func give(_ used: consuming ByteWriter) {
    guard used.count <= largest else { return }
    used.removeAll()
    unsafe state.pointee.writer = consume used
  }

  /// An empty writer for texts that are made in pieces, for the caller alone.
  static func takeScratch() -> ByteWriter {
    if let scratch = unsafe state.pointee.scratch.take() { return scratch }
    return ByteWriter(capacity: 64)
  }

  /// Gives a writer for pieces back.
  static func give(scratch used: consuming ByteWriter) {
    guard used.count <= largest else { return }
    used.removeAll()
    unsafe state.pointee.scratch = consume used
  }
}
