internal import CMoltIntrinsics
internal import MoltBytes
internal import MoltTape

/// The way through a document's entries that puts its values on a tape.
///
/// Arrays and objects have a loop each, so that the processor learns their habits apart. What is
/// around them waits in frames. The document itself is like an array that nothing opens and the end
/// closes, which holds exactly one value:
///
///     {"a":[true]}      frames: document, object              while `true` is read
///
/// A walk ends with true when the document is right. Otherwise something is wrong somewhere, and
/// ``Diagnosis`` finds out what.
///
/// Safety: offsets come from the list and lie inside the document, or are 0, its first byte. The
/// tape has room for two words for each entry of the window.
@unsafe struct TapeWalk<Use: WalkUse> {
  var window: EntryWindow
  let tail: DocumentTail
  let depthLimit: Int
  let textLimit: Int

  var next: UnsafeMutablePointer<UInt32>
  var limit: UnsafeMutablePointer<UInt32>
  var words: UnsafeMutablePointer<UInt64>
  var out: UnsafeMutablePointer<UInt64>

  private var frame = WalkFrame(begin: 0, count: 0, isMap: false)
  private var depth = 0
  /// How many commas and colons stand between the values read so far.
  private var commas: UInt64 = 0
  private var colons: UInt64 = 0

  /// A walk that has not begun.
  init(_ window: EntryWindow, _ tail: DocumentTail, _ limits: JSONLimits, _ tape: borrowing Tape) {
    unsafe self.window = window
    unsafe self.tail = tail
    unsafe depthLimit = limits.depth
    unsafe textLimit = min(limits.textByteCount, TapeWord.maximumCount)
    unsafe next = window.next
    unsafe limit = window.limit
    unsafe words = tape.words
    unsafe out = tape.words
  }

  /// Walks through the whole document.
  ///
  /// - Returns: Whether it is right.
  @inline(__always)
  mutating func run(_ tape: inout Tape, _ frames: inout WalkFrames) -> Bool {
    while true {
      if unsafe next >= limit {
        guard unsafe refill(&tape) else { return unsafe isFinished }
      }
      let goesOn = unsafe frame.isMap ? walkMap(&tape, &frames) : walkArray(&tape, &frames)
      guard goesOn else { return false }
    }
  }

  /// Reads pairs until another container begins, the map ends, or the window does.
  @inline(__always)
  private mutating func walkMap(_ tape: inout Tape, _ frames: inout WalkFrames) -> Bool {
    repeat {
      let start = unsafe Int(next[0])
      guard unsafe window.input[start] == 0x22 else {
        guard unsafe window.input[start] == 0x7D else { return false }
        unsafe next += 1
        unsafe colons &+= UInt64(truncatingIfNeeded: frame.count)
        return unsafe close(.map, &frames)
      }
      guard unsafe readText(start, isKey: true, &tape.arena) else { return false }
      unsafe frame.count &+= 1
      let value = unsafe Int(next[0])
      unsafe next += 1
      switch unsafe readValue(value, &tape.arena) {
      case .read: break
      case .opens(let isMap):
        guard unsafe open(isMap: isMap, &frames) else { return false }
        if !isMap { return true }
      case .closes, .isWrong: return false
      }
    } while unsafe next < limit
    return true
  }

  /// Reads elements until another container begins, the array ends, or the window does.
  @inline(__always)
  private mutating func walkArray(_ tape: inout Tape, _ frames: inout WalkFrames) -> Bool {
    repeat {
      let start = unsafe Int(next[0])
      unsafe next += 1
      switch unsafe readValue(start, &tape.arena) {
      case .read: unsafe frame.count &+= 1
      case .opens(let isMap):
        unsafe frame.count &+= 1
        guard unsafe open(isMap: isMap, &frames) else { return false }
        if isMap { return true }
      case .closes: return unsafe close(.array, &frames)
      case .isWrong: return false
      }
    } while unsafe next < limit
    return true
  }

  /// What stands at the beginning of a value.
  private enum Beginning {
    case read
    case opens(isMap: Bool)
    /// The end of an array where a value might have been.
    case closes
    case isWrong
  }

  /// Reads a value, or the bracket that it begins with.
  @inline(__always)
  private mutating func readValue(_ start: Int, _ arena: inout ByteWriter) -> Beginning {
    let byte = unsafe window.input[start]
    if byte == 0x22 {
      unsafe next -= 1
      return unsafe readText(start, isKey: false, &arena) ? .read : .isWrong
    }
    if byte <= 0x39 { return unsafe readNumber(start) ? .read : .isWrong }
    if byte == 0x7B { return .opens(isMap: true) }
    if byte == 0x5B { return .opens(isMap: false) }
    if byte == 0x5D { return .closes }
    return unsafe readLiteral(start, byte) ? .read : .isWrong
  }

  /// Reads the text of the entries at `next`, and the colon behind a key.
  @inline(__always)
  private mutating func readText(
    _ start: Int,
    isKey: Bool,
    _ arena: inout ByteWriter
  ) -> Bool {
    let stop = unsafe Int(next[1])
    let input = unsafe window.input
    let byteCount = stop &- start &- 1
    guard unsafe input[stop] == 0x22, unsafe byteCount <= textLimit else {
      return unsafe readEscapedText(start, isKey: isKey, &arena)
    }
    if isKey, unsafe !(stop &+ 1 < window.count && input[stop &+ 1] == 0x3A) {
      guard unsafe hasColon(behind: stop) else { return false }
    }
    unsafe next += 2
    unsafe append(TapeWord(.text, count: byteCount, at: start &+ 1).bits)
    return true
  }

  @inline(never)
  private mutating func readEscapedText(
    _ start: Int,
    isKey: Bool,
    _ arena: inout ByteWriter
  ) -> Bool {
    let begin = Use.keepsWords ? arena.count : 0
    if !Use.keepsWords { arena.removeAll() }
    guard unsafe window.input[Int(next[1])] == 0x5C,
      let end = unsafe appendEscapedText(
        window.input, count: window.count, from: start + 1, firstEscape: Int(next[1]), to: &arena),
      unsafe arena.count - begin <= textLimit,
      unsafe !isKey || hasColon(behind: end)
    else { return false }
    unsafe next += 2
    unsafe append(TapeWord(.arenaText, count: arena.count - begin, at: begin).bits)
    return true
  }

  /// Whether a colon is the next byte that is no white space.
  @inline(never)
  private func hasColon(behind quote: Int) -> Bool {
    var offset = quote + 1
    while unsafe offset < window.count, unsafe window.input[offset] != 0x3A {
      guard unsafe isSpace(window.input[offset]) else { return false }
      offset += 1
    }
    return unsafe offset < window.count
  }

  @inline(__always)
  private mutating func readNumber(_ start: Int) -> Bool {
    if unsafe NumberWord.read(tail.pointer(to: start, in: window.input), at: start, to: &out) {
      return true
    }
    return unsafe readLongNumber(start)
  }

  @inline(never)
  private mutating func readLongNumber(_ start: Int) -> Bool {
    guard let number = unsafe LongNumber(window.input, count: window.count, at: start),
      unsafe number.end == window.count || endsNumber(window.input[number.end])
    else { return false }
    let (word, operand) = unsafe number.words
    if word.kind == .number, unsafe number.end - start > textLimit { return false }
    if unsafe number.end - start > TapeWord.maximumCount { return false }
    unsafe append(word.bits)
    if let operand { unsafe append(operand) }
    return true
  }

  /// Reads `true`, `false` or `null`.
  @inline(__always)
  private mutating func readLiteral(_ start: Int, _ byte: UInt8) -> Bool {
    let literal = unsafe tail.pointer(to: start, in: window.input)
    let isFalse = byte == 0x66
    let letters = unsafe molt_load32(literal + (isFalse ? 1 : 0))
    guard unsafe endsNumber(literal[isFalse ? 5 : 4]) else { return false }
    switch (byte, letters) {
    case (0x74, 0x6575_7274): unsafe append(TapeWord(.boolean, payload: 1).bits)
    case (0x66, 0x6573_6C61): unsafe append(TapeWord(.boolean, payload: 0).bits)
    case (0x6E, 0x6C6C_756E): unsafe append(TapeWord(.null, payload: 0).bits)
    default: return false
    }
    return true
  }

  @inline(__always)
  private mutating func append(_ bits: UInt64) {
    unsafe out[0] = bits
    unsafe out += 1
  }

  @inline(__always)
  private mutating func open(isMap: Bool, _ frames: inout WalkFrames) -> Bool {
    guard unsafe depth < depthLimit, unsafe frames.push(frame, at: depth) else { return false }
    unsafe depth &+= 1
    unsafe frame = WalkFrame(begin: out - words, count: 0, isMap: isMap)
    unsafe out += 1
    return true
  }

  @inline(__always)
  private mutating func close(_ kind: TapeWord.Kind, _ frames: inout WalkFrames) -> Bool {
    guard unsafe depth > 0 else { return false }
    let count = unsafe frame.count
    unsafe commas &+= UInt64(truncatingIfNeeded: max(count &- 1, 0))
    if Use.keepsWords {
      let exact = min(count, TapeWord.maximumCount)
      unsafe words[frame.begin] = TapeWord(kind, count: exact, at: out - words).bits
    }
    unsafe depth &-= 1
    unsafe frame = frames.frame(at: depth)
    return true
  }

  /// Gets more entries, and makes room for what they become.
  @inline(never)
  private mutating func refill(_ tape: inout Tape) -> Bool {
    unsafe window.next = next
    guard unsafe window.refill() else { return false }
    unsafe next = window.next
    unsafe limit = window.limit
    if Use.keepsWords { unsafe tape.written = out - words }
    unsafe tape.reserve(2 * (window.end - window.next) + 2 * EntryWindow.lookahead)
    unsafe words = tape.words
    unsafe out = tape.words + tape.written
    return true
  }

  /// Whether one value was there, and its parts, the commas and the colons add up.
  private var isFinished: Bool {
    unsafe window.isComplete && next == window.end && window.state.errors == 0
      && depth == 0 && frame.count == 1
      && commas == window.state.commas && colons == window.state.colons
  }
}

/// White space of JSON.
@inline(__always)
func isSpace(_ byte: UInt8) -> Bool {
  byte <= 0x20 && 0x1_0000_2600 >> UInt64(byte) & 1 != 0
}

/// What a walk is for.
protocol WalkUse {
  /// Whether words are kept.
  static var keepsWords: Bool { get }
}

/// The words are wanted.
enum ForTape: WalkUse {
  @inline(__always) static var keepsWords: Bool { true }
}

/// Only whether the document is right is wanted; the words of each window overwrite the last.
enum ForValidation: WalkUse {
  @inline(__always) static var keepsWords: Bool { false }
}
