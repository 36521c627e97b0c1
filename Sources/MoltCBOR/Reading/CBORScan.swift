internal import CMoltIntrinsics
internal import MoltTape

/// The loop of ``CBORParser``: one turn for each value, with the tape's memory at hand.
///
/// `remaining` counts the values that the innermost open array or map still lacks. One of indefinite
/// length begins with none, so that it counts below zero until the break:
///
///     82 9f 01 ff 02     82  open an array, remaining 2
///                        9f  open an array, remaining 0 (the other's 2 wait on the stack)
///                        01  remaining -1
///                        ff  close with 1 element, the other's is now 1
///                        02  remaining 0: close, the document's is now 0: the end
///
/// Safety: all reads from `base` stand behind a check against `count`, and each turn begins with room
/// for the two words that it writes at most.
@unsafe struct CBORScan {
  private let base: UnsafePointer<UInt8>
  private let count: Int
  private let depthLimit: Int
  private let lengthLimit: Int
  /// Where the next value starts.
  private(set) var offset: Int
  private var words: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private var written = 0
  private var remaining = 1
  /// Where the content of the latest tag is to stand on the tape, and how many tags it has.
  private var tagEnd = -1
  private var tagCount = 0

  init(
    _ base: UnsafePointer<UInt8>,
    _ count: Int,
    from offset: Int,
    _ tape: inout Tape,
    _ limits: CBORLimits
  ) {
    unsafe self.base = unsafe base
    unsafe self.count = count
    unsafe self.offset = offset
    unsafe words = tape.words
    unsafe capacity = tape.capacity
    unsafe depthLimit = limits.depth
    unsafe lengthLimit = min(limits.textByteCount, TapeWord.maximumCount)
  }

  mutating func run(_ tape: inout Tape, _ open: inout OpenContainers) throws(CBORError) {
    while true {
      if unsafe _slowPath(written &+ 2 > capacity) { unsafe grow(&tape) }
      guard unsafe offset < count else { throw unsafe .endOfInput(offset: offset, needed: 1) }
      let first = unsafe base[offset]
      if first &- 0x60 < 0x18 {
        try unsafe appendString(.text, UInt64(first & 0x1F), headSize: 1)
      } else if first < 0x18 {
        unsafe append(TapeWord(integer: Int64(first)), size: 1)
      } else if first >= 0xE0 {
        try unsafe appendSimple(first, &open)
      } else if try unsafe appendOther(first, &tape, &open) {
        continue
      }
      unsafe remaining &-= 1
      while unsafe remaining == 0 {
        guard open.count > 0 else {
          unsafe tape.written = written
          return
        }
        let frame = open.pop()
        unsafe words[frame.index] = unsafe frame.word | UInt64(truncatingIfNeeded: written)
        unsafe remaining = frame.remaining &- 1
      }
    }
  }

  /// Reads a value of major type 7, or ends one of indefinite length.
  @inline(__always)
  private mutating func appendSimple(
    _ first: UInt8,
    _ open: inout OpenContainers
  ) throws(CBORError) {
    switch first {
    case 0xFB: unsafe append(.double, try field(UInt64.self), size: 9)
    case 0xFA:
      let bits = UInt32(truncatingIfNeeded: try unsafe field(UInt32.self))
      unsafe append(.double, Double(single: bits).bitPattern, size: 5)
    case 0xF9:
      let bits = UInt16(truncatingIfNeeded: try unsafe field(UInt16.self))
      unsafe append(.double, Double(half: bits).bitPattern, size: 3)
    case 0xF4: unsafe append(TapeWord(.boolean, payload: 0), size: 1)
    case 0xF5: unsafe append(TapeWord(.boolean, payload: 1), size: 1)
    case 0xF6: unsafe append(TapeWord(.null, payload: 0), size: 1)
    case 0xFF: try unsafe endIndefinite(&open)
    case 0xE0...0xF3, 0xF7:
      unsafe append(TapeWord(.simple, payload: UInt64(first & 0x1F)), size: 1)
    case 0xF8:
      let number = try unsafe field(UInt8.self)
      guard number >= 32 else { throw unsafe .reserved(offset: offset) }
      unsafe append(TapeWord(.simple, payload: number), size: 2)
    default: throw unsafe .reserved(offset: offset)
    }
  }

  /// Reads a value of any other major type.
  ///
  /// - Returns: Whether more values belong to it, which come next.
  @inline(__always)
  private mutating func appendOther(
    _ first: UInt8,
    _ tape: inout Tape,
    _ open: inout OpenContainers
  ) throws(CBORError) -> Bool {
    // The most frequent heads first: one jump instead of two.
    switch first {
    case 0x18: return try unsafe appendInteger(UInt8.self)
    case 0x19: return try unsafe appendInteger(UInt16.self)
    case 0x1A: return try unsafe appendInteger(UInt32.self)
    case 0x78:
      try unsafe appendString(.text, field(UInt8.self), headSize: 2)
      return false
    default: break
    }
    var argument = UInt64(first & 0x1F)
    var size = 1
    // The low five bits are the argument, or announce a field of 1, 2, 4 or 8 bytes that is.
    if argument >= 24 {
      switch argument {
      case 24: (argument, size) = (try unsafe field(UInt8.self), 2)
      case 25: (argument, size) = (try unsafe field(UInt16.self), 3)
      case 26: (argument, size) = (try unsafe field(UInt32.self), 5)
      case 27: (argument, size) = (try unsafe field(UInt64.self), 9)
      case 31: return try unsafe beginIndefinite(first, &tape, &open)
      default: throw unsafe .reserved(offset: offset)
      }
    }
    switch first >> 5 {
    case 0: unsafe appendUnsigned(argument, size: size)
    case 1: unsafe appendNegative(argument, size: size, &tape)
    case 2: try unsafe appendString(.binary, argument, headSize: size)
    case 3: try unsafe appendString(.text, argument, headSize: size)
    case 4: return try unsafe begin(.array, argument, headSize: size, &open)
    case 5: return try unsafe begin(.map, argument, headSize: size, &open)
    default: return try unsafe appendTag(argument, headSize: size, open.count)
    }
    return false
  }
}

// The pieces of a turn.
extension CBORScan {
  /// The big-endian field behind the first byte of the value.
  @inline(__always)
  private func field<Field: FixedWidthInteger & UnsignedInteger>(
    _ type: Field.Type
  ) throws(CBORError) -> UInt64 {
    let size = MemoryLayout<Field>.size
    guard unsafe count &- offset > size else {
      throw unsafe .endOfInput(offset: offset, needed: 1 + size)
    }
    let bits = unsafe UnsafeRawPointer(base + (offset &+ 1)).loadUnaligned(as: type)
    return UInt64(truncatingIfNeeded: Field(bigEndian: bits))
  }

  @inline(__always)
  private mutating func grow(_ tape: inout Tape) {
    tape.written = unsafe written
    tape.grow(2)
    unsafe words = tape.words
    unsafe capacity = tape.capacity
  }

  @inline(__always)
  private mutating func append(_ word: TapeWord, size: Int) {
    unsafe words[written] = word.bits
    unsafe written &+= 1
    unsafe offset &+= size
  }

  /// Appends a number of two words, whose source is its encoding.
  @inline(__always)
  private mutating func append(_ kind: TapeWord.Kind, _ bits: UInt64, size: Int) {
    unsafe words[written] = TapeWord(kind, count: size, at: offset).bits
    unsafe words[written &+ 1] = bits
    unsafe written &+= 2
    unsafe offset &+= size
  }

  @inline(__always)
  private mutating func appendInteger<Field: FixedWidthInteger & UnsignedInteger>(
    _ type: Field.Type
  ) throws(CBORError) -> Bool {
    let value = Int64(truncatingIfNeeded: try unsafe field(type))
    unsafe append(TapeWord(integer: value), size: 1 &+ MemoryLayout<Field>.size)
    return false
  }

  @inline(__always)
  private mutating func appendUnsigned(_ value: UInt64, size: Int) {
    if value <= UInt64(TapeWord.inlineIntegers.upperBound) {
      unsafe append(TapeWord(integer: Int64(truncatingIfNeeded: value)), size: size)
    } else {
      unsafe append(value >> 63 == 0 ? .int64 : .uint64, value, size: size)
    }
  }

  /// Appends -1 - `argument`.
  @inline(__always)
  private mutating func appendNegative(_ argument: UInt64, size: Int, _ tape: inout Tape) {
    let value = ~Int64(bitPattern: argument)
    if argument <= UInt64(TapeWord.inlineIntegers.upperBound) {
      unsafe append(TapeWord(integer: value), size: size)
    } else if argument >> 63 == 0 {
      unsafe append(.int64, UInt64(bitPattern: value), size: size)
    } else {
      unsafe append(TapeWord(.tag, payload: 3), size: 0)
      unsafe append(CBORChunks.binary(argument, &tape), size: size)
    }
  }

  /// Appends a string of definite length.
  @inline(__always)
  private mutating func appendString(
    _ kind: TapeWord.Kind,
    _ byteCount: UInt64,
    headSize: Int
  ) throws(CBORError) {
    let size = try unsafe checkString(kind, byteCount, headSize: headSize)
    unsafe append(TapeWord(kind, count: size, at: offset &+ headSize), size: headSize &+ size)
  }

  /// The length of a string that lies in the input, within the limit, and is UTF-8 if it is a text.
  @inline(__always)
  private func checkString(
    _ kind: TapeWord.Kind,
    _ byteCount: UInt64,
    headSize: Int
  ) throws(CBORError) -> Int {
    let start = unsafe offset &+ headSize
    let readable = unsafe count &- start
    let size = Int(truncatingIfNeeded: byteCount)
    guard byteCount <= UInt64(readable) else {
      throw unsafe Self.endOfInput(offset, byteCount, headSize)
    }
    guard unsafe size <= lengthLimit else { throw unsafe .tooLong(offset: offset) }
    if kind == .text {
      let text = unsafe base + start
      if unsafe _slowPath(!molt_is_ascii(text, size, readable)) {
        guard unsafe molt_utf8_is_valid(text, size, readable) else {
          throw unsafe .invalidUTF8(offset: offset)
        }
      }
    }
    return size
  }

  @inline(__always)
  private mutating func appendChunks(
    _ kind: TapeWord.Kind,
    _ tape: inout Tape
  ) throws(CBORError) {
    // Everything that is not inlined gets a reader of its own: a scan in memory would be slow.
    var chunks = unsafe CBORChunks(base, count, from: offset, limit: lengthLimit)
    let word = try unsafe chunks.read(kind, &tape)
    unsafe append(word, size: chunks.offset &- offset)
  }

  /// The error for a value at `offset` that announces more bytes than there are.
  @inline(never)
  static func endOfInput(_ offset: Int, _ announced: UInt64, _ headSize: Int) -> CBORError {
    let (needed, isOver) = Int(clamping: announced).addingReportingOverflow(headSize)
    return .endOfInput(offset: offset, needed: isOver ? .max : needed)
  }
}

// Arrays, maps and tags.
extension CBORScan {
  /// Appends the word of an empty array or map, or opens one with elements.
  ///
  /// - Returns: Whether it has elements.
  @inline(__always)
  private mutating func begin(
    _ kind: TapeWord.Kind,
    _ elements: UInt64,
    headSize: Int,
    _ open: inout OpenContainers
  ) throws(CBORError) -> Bool {
    let readable = unsafe UInt64(count &- offset &- headSize)
    guard elements <= (kind == .map ? readable / 2 : readable) else {
      let (values, isOver) = elements.multipliedReportingOverflow(by: kind == .map ? 2 : 1)
      throw unsafe Self.endOfInput(offset, isOver ? .max : values, headSize)
    }
    guard unsafe open.count < depthLimit else { throw unsafe .tooDeep(offset: offset) }
    if elements == 0 {
      unsafe append(TapeWord(kind, count: 0, at: written &+ 1), size: headSize)
      return false
    }
    let number = Int(truncatingIfNeeded: elements)
    unsafe open.push(kind, count: number, index: written, remaining: remaining)
    unsafe written &+= 1
    unsafe offset &+= headSize
    unsafe remaining = kind == .map ? 2 &* number : number
    return true
  }

  /// Opens an array or map of indefinite length, or appends a string in chunks.
  ///
  /// - Returns: Whether it is an array or map.
  @inline(__always)
  private mutating func beginIndefinite(
    _ first: UInt8,
    _ tape: inout Tape,
    _ open: inout OpenContainers
  ) throws(CBORError) -> Bool {
    switch first {
    case 0x5F: try unsafe appendChunks(.binary, &tape)
    case 0x7F: try unsafe appendChunks(.text, &tape)
    case 0x9F, 0xBF:
      guard unsafe open.count < depthLimit else { throw unsafe .tooDeep(offset: offset) }
      let kind: TapeWord.Kind = first == 0x9F ? .array : .map
      unsafe open.push(kind, count: 0, index: written, remaining: remaining)
      unsafe written &+= 1
      unsafe offset &+= 1
      unsafe remaining = 0
      return true
    default: throw unsafe .reserved(offset: offset)
    }
    return false
  }

  /// Closes an array or map of indefinite length.
  @inline(__always)
  private mutating func endIndefinite(_ open: inout OpenContainers) throws(CBORError) {
    // Above zero it has a length, or is no array or map at all; behind a tag its content is missing.
    guard unsafe remaining <= 0, unsafe tagEnd != written else {
      throw unsafe .unexpectedBreak(offset: offset)
    }
    let frame = open.pop()
    let kind = TapeWord(bits: frame.word).kind
    let items = unsafe 0 &- remaining
    guard kind == .array || items & 1 == 0 else {
      throw unsafe .unexpectedBreak(offset: offset)
    }
    let elements = min(kind == .map ? items >> 1 : items, TapeWord.maximumCount)
    unsafe words[frame.index] = unsafe TapeWord(kind, count: elements, at: written).bits
    unsafe offset &+= 1
    unsafe remaining = frame.remaining
  }

  /// Appends a tag; its content comes next.
  @inline(__always)
  private mutating func appendTag(
    _ number: UInt64,
    headSize: Int,
    _ depth: Int
  ) throws(CBORError) -> Bool {
    unsafe tagCount = unsafe tagEnd == written ? tagCount &+ 1 : 1
    guard unsafe depth &+ tagCount <= depthLimit else { throw unsafe .tooDeep(offset: offset) }
    if number < 1 << 60 - 1 {
      unsafe append(TapeWord(.tag, payload: number), size: headSize)
    } else {
      unsafe append(TapeWord(.tag, payload: 1 << 60 - 1), size: headSize)
      unsafe append(TapeWord(bits: number), size: 0)
    }
    unsafe tagEnd = written
    return true
  }
}
