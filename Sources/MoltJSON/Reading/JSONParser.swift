internal import CMoltIntrinsics
internal import MoltBytes
public import MoltTape

/// A document of JSON: ``TapeDocument`` over the bytes that were parsed.
public typealias JSONDocument = TapeDocument

/// Reads JSON (RFC 8259) onto a tape.
///
///     var parser = JSONParser()
///     let document = try parser.parse(bytes)
///     let id = try document.root["statuses"]?[0]?["id"]?.int64()
///
/// A document is read in two steps that take turns, 8 KB at a time. The first turns 64 bytes at
/// once into bit masks and lists where values stand; the second goes through that list and writes
/// a word or two for each value (``TapeWord``). Texts without escapes are not copied. Nothing is
/// asked of the memory behind the input.
///
/// The reader is strict. UTF-8 is checked; there are no comments, no trailing commas, no NaN and no
/// byte order mark; half a surrogate pair is an error, because UTF-8 has no form for it. Numbers
/// are the nearest `Double`, or integers of 64 bits with or without sign; integers beyond those,
/// and floats beyond the largest `Double`, are kept as text (``TapeValue/Kind/number``). Minus zero
/// without a point is the integer 0 and keeps its source.
///
/// A parser keeps its memory: one that is used again does not allocate for documents like the last.
@safe public struct JSONParser: ~Copyable {
  /// How much documents may ask for.
  public let limits: JSONLimits
  var tape = Tape(capacity: 64)
  var frames = WalkFrames()
  let entries: UnsafeMutablePointer<UInt32>
  let tailBytes: UnsafeMutablePointer<UInt8>
  let path: molt_json_path

  /// Creates a parser.
  ///
  /// - Parameter limits: How much documents may ask for.
  public init(limits: JSONLimits = JSONLimits()) {
    self.init(limits: limits, instructions: .best)
  }

  /// Creates a parser that uses certain instructions, for tests.
  package init(limits: JSONLimits = JSONLimits(), instructions: JSONInstructions) {
    self.limits = limits
    path = instructions.path
    unsafe entries = .allocate(capacity: EntryWindow.capacity)
    unsafe tailBytes = .allocate(capacity: DocumentTail.capacity)
    unsafe tailBytes.initialize(repeating: 0x20, count: DocumentTail.capacity)
  }

  deinit {
    unsafe entries.deallocate()
    unsafe tailBytes.deallocate()
  }

  /// Parses a document.
  ///
  /// - Parameter input: The whole document, in UTF-8.
  /// - Returns: Its values; valid as long as the parser and the input are left alone.
  /// - Throws: ``JSONError`` with the first thing that is wrong, or more than the limits allow. The
  ///   parser can be used again.
  /// - Complexity: O(`input.count`), and what ``JSONLimits/uniqueKeys`` takes.
  @_lifetime(&self, copy input)
  public mutating func parse(_ input: Span<UInt8>) throws(JSONError) -> JSONDocument {
    try readTape(input)
    return TapeDocument(tape, input: input, format: .json)
  }

  /// Checks that a document is JSON and within the limits.
  ///
  /// - Parameter input: The whole document, in UTF-8.
  /// - Throws: The same as ``parse(_:)``.
  /// - Complexity: O(`input.count`), without memory that grows with the input unless
  ///   ``JSONLimits/uniqueKeys`` is set.
  public mutating func validate(_ input: Span<UInt8>) throws(JSONError) {
    if limits.uniqueKeys { return try readTape(input) }
    try checkLength(input)
    tape.removeAll()
    let isRight = unsafe input.withUnsafeBufferPointer { unsafe walk($0, keepsWords: false) }
    if !isRight { throw diagnose(input) }
  }

  /// Fills the tape.
  mutating func readTape(_ input: Span<UInt8>) throws(JSONError) {
    try checkLength(input)
    tape.removeAll()
    let isRight = unsafe input.withUnsafeBufferPointer { unsafe walk($0, keepsWords: true) }
    if !isRight { throw diagnose(input) }
    if limits.uniqueKeys { try checkKeys(input) }
  }

  func checkLength(_ input: Span<UInt8>) throws(JSONError) {
    guard input.count <= min(limits.byteCount, TapeWord.maximumOffset) else {
      throw JSONError(.documentTooLong, at: min(limits.byteCount, TapeWord.maximumOffset))
    }
  }

  /// Reads a document.
  ///
  /// - Returns: Whether it is right.
  private mutating func walk(_ input: UnsafeBufferPointer<UInt8>, keepsWords: Bool) -> Bool {
    guard let start = input.baseAddress, !input.isEmpty else { return false }
    var window = unsafe EntryWindow(start, count: input.count, entries: entries, path: path)
    let tail = unsafe DocumentTail(start, count: input.count, memory: tailBytes)
    if keepsWords { tape.reserve(input.count / 16) }
    var walk = unsafe TapeWalk(window, tail, limits, tape)
    while unsafe refill(&window, &walk, keepsWords: keepsWords) {
      guard unsafe walk.readWindow(&tape.arena, &frames) else { return false }
    }
    if keepsWords { unsafe tape.written = walk.out - walk.words }
    return unsafe walk.isFinished(window)
  }

  /// Gets more entries, and makes room for what they become.
  ///
  /// Where words are not kept those of each window overwrite the last.
  ///
  /// - Returns: False when there are none.
  @inline(__always)
  private mutating func refill(
    _ window: inout EntryWindow,
    _ walk: inout TapeWalk,
    keepsWords: Bool
  ) -> Bool {
    unsafe window.next = walk.next
    guard unsafe window.refill() else { return false }
    unsafe walk.next = window.next
    unsafe walk.limit = window.limit
    if keepsWords {
      unsafe tape.written = walk.out - walk.words
    } else {
      tape.arena.removeAll()
    }
    let needed = unsafe 2 * (window.end - window.next) + 2 * EntryWindow.lookahead
    if tape.capacity - tape.written < needed {
      // The rest of the document is taken to be like what was read, with one sixteenth more.
      let rest = unsafe (window.count - window.scanned) * tape.written / max(window.scanned, 1)
      tape.grow(toCapacity: tape.written + needed + rest + rest / 16)
    }
    unsafe walk.words = tape.words
    unsafe walk.out = tape.words + tape.written
    return true
  }

  @inline(never)
  func diagnose(_ input: Span<UInt8>) -> JSONError {
    // Both ways of reading find the same documents right; the tests hold them against each other.
    firstError(in: input) ?? JSONError(.unexpectedByte, at: 0)
  }

  /// The first thing that is wrong with a document, found one byte after the other.
  package func firstError(in input: Span<UInt8>) -> JSONError? {
    if input.count > limits.byteCount { return JSONError(.documentTooLong, at: limits.byteCount) }
    return unsafe input.withUnsafeBufferPointer { input in
      var empty: UInt8 = 0
      return unsafe withUnsafePointer(to: &empty) { empty in
        var diagnosis = unsafe Diagnosis(input.baseAddress ?? empty, count: input.count, limits)
        do throws(JSONError) {
          try unsafe diagnosis.run()
          return nil
        } catch {
          return error
        }
      }
    }
  }

  /// How many bytes the words and built texts of documents take at the moment, used or not.
  package var tapeByteCount: Int { tape.capacity * 8 + tape.arena.count }
}

/// The instructions that a parser uses for its first step.
package enum JSONInstructions: CaseIterable, Sendable {
  /// The best that the CPU has.
  case best
  case portable, avx2, avx512

  /// Whether the CPU has them.
  package var areAvailable: Bool {
    self == .best || path.rawValue <= molt_json_best_path().rawValue
  }

  var path: molt_json_path {
    switch self {
    case .best: molt_json_best_path()
    case .portable: MOLT_JSON_PORTABLE
    case .avx2: MOLT_JSON_AVX2
    case .avx512: MOLT_JSON_AVX512
    }
  }
}
