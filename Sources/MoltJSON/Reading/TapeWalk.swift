internal import CMoltIntrinsics
internal import MoltBytes
internal import MoltTape

/// The way through a document's entries that puts its values on a tape.
///
/// What is around the array or object that is read waits in frames. The document itself is like an
/// array that nothing opens and the end closes, which holds exactly one value:
///
///     {"a":[true]}      frames: document, object              while `true` is read
///
/// A walk ends with true when the document is right. Otherwise something is wrong somewhere, and
/// ``Diagnosis`` finds out what.
///
/// The loop is one function over a value of its own, so that what changes with every entry stays in
/// registers; what is rare is called with copies.
///
/// Safety: offsets come from the list and lie inside the document, or are 0, its first byte. The
/// tape has room for two words for each entry of the window.
@unsafe struct TapeWalk {
  let input: UnsafePointer<UInt8>
  let count: Int
  let tail: DocumentTail
  let depthLimit: Int
  let textLimit: Int
  let path: molt_json_path

  var next: UnsafeMutablePointer<UInt32>
  var limit: UnsafeMutablePointer<UInt32>
  var words: UnsafeMutablePointer<UInt64>
  var out: UnsafeMutablePointer<UInt64>

  var frame = WalkFrame(begin: 0, count: 0, isMap: false)
  var depth = 0
  /// How many commas and colons stand between the values read so far.
  var commas: UInt64 = 0
  var colons: UInt64 = 0

  /// A walk that has not begun.
  init(
    _ window: EntryWindow,
    _ tail: DocumentTail,
    _ limits: JSONLimits,
    _ tape: borrowing Tape
  ) {
    unsafe input = window.input
    unsafe count = window.count
    unsafe self.tail = tail
    unsafe depthLimit = limits.depth
    unsafe textLimit = min(limits.textByteCount, TapeWord.maximumCount)
    unsafe path = window.path
    unsafe next = window.next
    unsafe limit = window.limit
    unsafe words = tape.words
    unsafe out = tape.words
  }

  /// Reads everything in the window.
  ///
  /// - Returns: Whether it is right so far.
  @inline(__always)
  mutating func readWindow(_ arena: inout ByteWriter, _ frames: inout WalkFrames) -> Bool {
    while unsafe next < limit {
      var start = unsafe Int(next[0])
      if unsafe frame.isMap {
        if unsafe input[start] == 0x7D {
          unsafe next += 1
          unsafe colons &+= UInt64(truncatingIfNeeded: frame.count)
          unsafe close(.map, &frames)
          continue
        }
        guard unsafe input[start] == 0x22, unsafe readText(start, isKey: true, &arena)
        else { return false }
        start = unsafe Int(next[0])
      }
      let byte = unsafe input[start]
      if byte == 0x22 {
        guard unsafe readText(start, isKey: false, &arena) else { return false }
      } else {
        unsafe next += 1
        if byte <= 0x39 {
          guard unsafe readNumbers(start) else { return false }
        } else if byte | 0x20 == 0x7B {
          guard unsafe depth < depthLimit else { return false }
          unsafe open(isMap: byte == 0x7B, &frames)
          continue
        } else if byte == 0x5D {
          guard unsafe !frame.isMap && depth > 0 else { return false }
          unsafe close(.array, &frames)
          continue
        } else {
          guard unsafe readLiteral(start) else { return false }
        }
      }
      unsafe frame.count &+= 1
    }
    return true
  }

  /// Whether one value was there, and its parts, the commas and the colons add up.
  func isFinished(_ window: EntryWindow) -> Bool {
    unsafe window.isComplete && next == window.end && window.state.errors == 0
      && depth == 0 && frame.count == 1
      && commas == window.state.commas && colons == window.state.colons
  }

  /// The index of the next word.
  private var place: Int {
    let bytes = unsafe UInt(bitPattern: out) &- UInt(bitPattern: words)
    return Int(bitPattern: bytes >> 3)
  }

  // MARK: Containers

  @inline(__always)
  private mutating func open(isMap: Bool, _ frames: inout WalkFrames) {
    unsafe frame.count &+= 1
    unsafe frames.push(frame, at: depth)
    unsafe depth &+= 1
    unsafe frame = WalkFrame(begin: place, count: 0, isMap: isMap)
    unsafe out += 1
  }

  @inline(__always)
  private mutating func close(_ kind: TapeWord.Kind, _ frames: inout WalkFrames) {
    let count = unsafe frame.count
    unsafe commas &+= UInt64(truncatingIfNeeded: max(count &- 1, 0))
    let exact = min(count, TapeWord.maximumCount)
    unsafe words[frame.begin] = TapeWord(kind, count: exact, at: place).bits
    unsafe depth &-= 1
    unsafe frame = frames.frame(at: depth)
  }

  // MARK: Values

  @inline(__always)
  private mutating func append(_ bits: UInt64) {
    unsafe out[0] = bits
    unsafe out += 1
  }

  /// Reads the text of the entries at `next`, and the colon behind a key.
  @inline(__always)
  private mutating func readText(
    _ start: Int,
    isKey: Bool,
    _ arena: inout ByteWriter
  ) -> Bool {
    let stop = unsafe Int(next[1])
    let byteCount = stop &- start &- 1
    unsafe next += 2
    if unsafe input[stop] == 0x22 && byteCount <= textLimit {
      unsafe append(TapeWord(.text, count: byteCount, at: start &+ 1).bits)
      if unsafe !isKey || (stop &+ 1 < count && input[stop &+ 1] == 0x3A) { return true }
      return unsafe hasColon(input, count, behind: stop)
    }
    let word = unsafe escapedText(input, count, start, stop, isKey: isKey, textLimit, &arena)
    unsafe append(word)
    return word != 0
  }

  /// Reads the number whose entry was taken last, and those that follow it in an array.
  @inline(__always)
  private mutating func readNumbers(_ start: Int) -> Bool {
    guard unsafe path != MOLT_JSON_PORTABLE else { return unsafe readNumber(start) }
    // The other way costs more to start with.
    if unsafe frame.isMap, let word = unsafe shortWord(tail.pointer(to: start, in: input)) {
      unsafe append(word)
      return true
    }
    let first = unsafe next - 1
    let stop = unsafe frame.isMap ? next : limit
    let read = unsafe molt_json_read_numbers(path, input, count, first, stop, out)
    let numberCount = unsafe read.next - UnsafePointer(first)
    guard numberCount > 0 else { return unsafe readNumber(start) }
    // The last of them is counted with all other values.
    unsafe frame.count &+= numberCount &- 1
    unsafe next = first + numberCount
    unsafe out = read.out
    return true
  }

  private mutating func readNumber(_ start: Int) -> Bool {
    let quick = unsafe NumberWord.read(tail.pointer(to: start, in: input), at: start, to: out)
    let end = unsafe quick ?? longNumber(input, count, start, textLimit, out)
    guard let end = unsafe end else { return false }
    unsafe out = end
    return true
  }

  @inline(__always)
  private mutating func readLiteral(_ start: Int) -> Bool {
    let word = unsafe literal(tail.pointer(to: start, in: input))
    unsafe append(word)
    return word != .max
  }
}

/// The word of a short integer.
@inline(never)
private func shortWord(_ start: UnsafePointer<UInt8>) -> UInt64? {
  let word = unsafe NumberWord.short(start)
  return word == 0 ? nil : word
}

/// The word of `true`, `false` or `null`, or all ones when it is none of them.
@inline(never)
private func literal(_ start: UnsafePointer<UInt8>) -> UInt64 {
  let isFalse = unsafe start[0] == 0x66
  let letters = unsafe molt_load32(start + (isFalse ? 1 : 0))
  guard unsafe endsNumber(start[isFalse ? 5 : 4]) else { return .max }
  switch unsafe (start[0], letters) {
  case (0x74, 0x6575_7274): return TapeWord(.boolean, payload: 1).bits
  case (0x66, 0x6573_6C61): return TapeWord(.boolean, payload: 0).bits
  case (0x6E, 0x6C6C_756E): return TapeWord(.null, payload: 0).bits
  default: return .max
  }
}

/// Reads a text with escapes, or one that is too long.
///
/// - Returns: Its word, or 0 when it is wrong.
@inline(never)
private func escapedText(
  _ input: UnsafePointer<UInt8>,
  _ count: Int,
  _ start: Int,
  _ stop: Int,
  isKey: Bool,
  _ limit: Int,
  _ arena: inout ByteWriter
) -> UInt64 {
  let begin = arena.count
  guard unsafe input[stop] == 0x5C,
    let end = unsafe appendEscapedText(
      input,
      count: count,
      from: start + 1,
      firstEscape: stop,
      to: &arena
    ),
    arena.count - begin <= limit,
    unsafe !isKey || hasColon(input, count, behind: end)
  else { return 0 }
  return TapeWord(.arenaText, count: arena.count - begin, at: begin).bits
}

/// Whether a colon is the next byte that is no white space.
@inline(never)
private func hasColon(_ input: UnsafePointer<UInt8>, _ count: Int, behind quote: Int) -> Bool {
  var offset = quote + 1
  while offset < count, unsafe input[offset] != 0x3A {
    guard unsafe isSpace(input[offset]) else { return false }
    offset += 1
  }
  return offset < count
}

/// Reads a number the long way.
///
/// - Returns: Where its words end, or nil when it is wrong.
@inline(never)
private func longNumber(
  _ input: UnsafePointer<UInt8>,
  _ count: Int,
  _ start: Int,
  _ limit: Int,
  _ out: UnsafeMutablePointer<UInt64>
) -> UnsafeMutablePointer<UInt64>? {
  guard let number = unsafe LongNumber(input, count: count, at: start),
    unsafe number.end == count || endsNumber(input[number.end])
  else { return nil }
  let byteCount = unsafe number.end - start
  let (word, operand) = unsafe number.words
  if byteCount > (word.kind == .number ? limit : TapeWord.maximumCount) { return nil }
  unsafe out[0] = word.bits
  guard let operand else { return unsafe out + 1 }
  unsafe out[1] = operand
  return unsafe out + 2
}

/// White space of JSON.
@inline(__always)
func isSpace(_ byte: UInt8) -> Bool {
  byte <= 0x20 && 0x1_0000_2600 >> UInt64(byte) & 1 != 0
}
