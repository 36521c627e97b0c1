internal import CMoltIntrinsics
internal import MoltTape

/// The loop of ``MessagePackParser``: one turn for each value, with the tape's memory at hand.
///
/// `remaining` counts the values that the innermost open array or map still lacks:
///
///     92 91 01 02      92  open an array, remaining 2
///                      91  open an array, remaining 1 (the other's 2 wait on the stack)
///                      01  remaining 0: close, the other's is now 1
///                      02  remaining 0: close, the document's is now 0: the end
///
/// Safety: all reads from `base` stand behind a check against `count`, and each turn begins with room
/// for the two words that it writes at most.
@unsafe struct MessagePackScan {
  private let base: UnsafePointer<UInt8>
  private let count: Int
  private let depthLimit: Int
  private let checksUTF8: Bool
  private let lengthLimit: Int
  /// Where the next value starts.
  private(set) var offset: Int
  private var words: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private var written = 0
  private var remaining = 1

  init(
    _ base: UnsafePointer<UInt8>,
    _ count: Int,
    from offset: Int,
    _ tape: inout Tape,
    _ limits: MessagePackLimits
  ) {
    unsafe self.base = unsafe base
    unsafe self.count = count
    unsafe self.offset = offset
    unsafe words = tape.words
    unsafe capacity = tape.capacity
    unsafe depthLimit = limits.depth
    unsafe checksUTF8 = limits.checksUTF8
    unsafe lengthLimit = min(limits.textByteCount, TapeWord.maximumCount)
  }

  mutating func run(
    _ tape: inout Tape,
    _ open: inout OpenContainers
  ) throws(MessagePackError) {
    while true {
      if unsafe _slowPath(written &+ 2 > capacity) { unsafe grow(&tape) }
      guard unsafe offset < count else { throw unsafe .endOfInput(offset: offset, needed: 1) }
      let first = unsafe base[offset]
      if first &- 0xA0 < 0x20 {
        try unsafe appendText(Int(first & 0x1F), headerSize: 1)
      } else if first < 0x80 {
        unsafe append(TapeWord(integer: Int64(first)), size: 1)
      } else if first < 0xA0 {
        let isMap = first < 0x90
        try unsafe beginContainer(isMap ? .map : .array, Int(first & 0x0F), size: 1, &open)
        if first & 0x0F != 0 { continue }
      } else if first >= 0xE0 {
        unsafe append(TapeWord(integer: Int64(Int8(bitPattern: first))), size: 1)
      } else if try unsafe appendWide(first, &tape, &open) {
        continue
      }
      unsafe remaining &-= 1
      while unsafe remaining == 0 {
        guard open.count > 0 else {
          tape.written = unsafe written
          return
        }
        let frame = open.pop()
        unsafe words[frame.index] = unsafe frame.word | UInt64(truncatingIfNeeded: written)
        unsafe remaining = frame.remaining &- 1
      }
    }
  }

  /// Reads a value that starts with 0xC0 to 0xDF.
  ///
  /// - Returns: Whether it is an array or map with elements, which come next.
  @inline(__always)
  private mutating func appendWide(
    _ first: UInt8,
    _ tape: inout Tape,
    _ open: inout OpenContainers
  ) throws(MessagePackError) -> Bool {
    switch first {
    case 0xC0: unsafe append(TapeWord(.null, payload: 0), size: 1)
    case 0xC1: throw unsafe .reserved(offset: offset)
    case 0xC2: unsafe append(TapeWord(.boolean, payload: 0), size: 1)
    case 0xC3: unsafe append(TapeWord(.boolean, payload: 1), size: 1)
    case 0xC4: try unsafe appendBinary(field(UInt8.self), headerSize: 2)
    case 0xC5: try unsafe appendBinary(field(UInt16.self), headerSize: 3)
    case 0xC6: try unsafe appendBinary(field(UInt32.self), headerSize: 5)
    case 0xC7: try unsafe appendExtension(field(UInt8.self), headerSize: 2)
    case 0xC8: try unsafe appendExtension(field(UInt16.self), headerSize: 3)
    case 0xC9: try unsafe appendExtension(field(UInt32.self), headerSize: 5)
    case 0xCA:
      let bits = UInt32(truncatingIfNeeded: try unsafe field(UInt32.self))
      unsafe append(.double, Double(Float(bitPattern: bits)).bitPattern, size: 5)
    case 0xCB: try unsafe appendDoubles(&tape)
    case 0xCC: try unsafe appendIntegers(0xCC, UInt8.self, &tape)
    case 0xCD: try unsafe appendIntegers(0xCD, UInt16.self, &tape)
    case 0xCE: try unsafe appendIntegers(0xCE, UInt32.self, &tape)
    case 0xCF: unsafe appendUnsigned(try field64())
    case 0xD0:
      let value = Int8(truncatingIfNeeded: try unsafe field(UInt8.self))
      unsafe append(TapeWord(integer: Int64(value)), size: 2)
    case 0xD1:
      let value = Int16(truncatingIfNeeded: try unsafe field(UInt16.self))
      unsafe append(TapeWord(integer: Int64(value)), size: 3)
    case 0xD2:
      let value = Int32(truncatingIfNeeded: try unsafe field(UInt32.self))
      unsafe append(TapeWord(integer: Int64(value)), size: 5)
    case 0xD3: unsafe appendSigned(Int64(bitPattern: try field64()))
    case 0xD4...0xD8:
      try unsafe appendExtension(1 << Int(first &- 0xD4), headerSize: 1)
    case 0xD9: try unsafe appendText(field(UInt8.self), headerSize: 2)
    case 0xDA: try unsafe appendText(field(UInt16.self), headerSize: 3)
    case 0xDB: try unsafe appendText(field(UInt32.self), headerSize: 5)
    case 0xDC: return try unsafe beginContainer(.array, field(UInt16.self), size: 3, &open)
    case 0xDD: return try unsafe beginContainer(.array, field(UInt32.self), size: 5, &open)
    case 0xDE: return try unsafe beginContainer(.map, field(UInt16.self), size: 3, &open)
    default: return try unsafe beginContainer(.map, field(UInt32.self), size: 5, &open)
    }
    return false
  }
}

// The pieces of a turn.
extension MessagePackScan {
  @inline(__always)
  private mutating func grow(_ tape: inout Tape) {
    tape.written = unsafe written
    tape.grow(2)
    unsafe words = tape.words
    unsafe capacity = tape.capacity
  }

  /// Reads a float and those behind it, as long as the container goes on and they do.
  ///
  /// The last of them is left for the turn to count.
  @inline(__always)
  private mutating func appendDoubles(_ tape: inout Tape) throws(MessagePackError) {
    while true {
      unsafe append(.double, try field64(), size: 9)
      guard unsafe remaining > 1 && offset < count && base[offset] == 0xCB else { return }
      unsafe remaining &-= 1
      if unsafe _slowPath(written &+ 2 > capacity) { unsafe grow(&tape) }
    }
  }

  /// Reads an integer and those of its width behind it, like ``appendDoubles(_:)``.
  @inline(__always)
  private mutating func appendIntegers<Field: FixedWidthInteger & UnsignedInteger>(
    _ first: UInt8,
    _ type: Field.Type,
    _ tape: inout Tape
  ) throws(MessagePackError) {
    let size = 1 &+ MemoryLayout<Field>.size
    while true {
      unsafe append(TapeWord(integer: Int64(try field(type))), size: size)
      guard unsafe remaining > 1 && offset < count && base[offset] == first else { return }
      unsafe remaining &-= 1
      if unsafe _slowPath(written &+ 2 > capacity) { unsafe grow(&tape) }
    }
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
  private mutating func appendUnsigned(_ value: UInt64) {
    if value <= UInt64(TapeWord.inlineIntegers.upperBound) {
      unsafe append(TapeWord(integer: Int64(truncatingIfNeeded: value)), size: 9)
    } else {
      unsafe append(value >> 63 == 0 ? .int64 : .uint64, value, size: 9)
    }
  }

  @inline(__always)
  private mutating func appendSigned(_ value: Int64) {
    if TapeWord.inlineIntegers.contains(value) {
      unsafe append(TapeWord(integer: value), size: 9)
    } else {
      unsafe append(.int64, UInt64(bitPattern: value), size: 9)
    }
  }

  /// The big-endian field behind the first byte of the value.
  @inline(__always)
  private func field<Field: FixedWidthInteger & UnsignedInteger>(
    _ type: Field.Type
  ) throws(MessagePackError) -> Int {
    let size = MemoryLayout<Field>.size
    guard unsafe count &- offset > size else {
      throw unsafe .endOfInput(offset: offset, needed: 1 + size)
    }
    let bits = unsafe UnsafeRawPointer(base + (offset &+ 1)).loadUnaligned(as: type)
    return Int(truncatingIfNeeded: Field(bigEndian: bits))
  }

  @inline(__always)
  private func field64() throws(MessagePackError) -> UInt64 {
    UInt64(bitPattern: Int64(try unsafe field(UInt64.self)))
  }

  /// The checks that a str, bin and extension share.
  @inline(__always)
  private func checkBody(_ byteCount: Int, headerSize: Int) throws(MessagePackError) {
    guard unsafe count &- offset >= headerSize &+ byteCount else {
      throw unsafe .endOfInput(offset: offset, needed: headerSize + byteCount)
    }
    guard unsafe byteCount <= lengthLimit else { throw unsafe .tooLong(offset: offset) }
  }

  @inline(__always)
  private mutating func appendText(
    _ byteCount: Int,
    headerSize: Int
  ) throws(MessagePackError) {
    try unsafe checkBody(byteCount, headerSize: headerSize)
    let start = unsafe offset &+ headerSize
    let text = unsafe base + start
    let readable = unsafe count &- start
    if unsafe checksUTF8 && _slowPath(!molt_is_ascii(text, byteCount, readable)) {
      guard unsafe molt_utf8_is_valid(text, byteCount, readable) else {
        throw unsafe .invalidUTF8(offset: offset)
      }
    }
    let word = TapeWord(.text, count: byteCount, at: start)
    unsafe append(word, size: headerSize &+ byteCount)
  }

  @inline(__always)
  private mutating func appendBinary(
    _ byteCount: Int,
    headerSize: Int
  ) throws(MessagePackError) {
    try unsafe checkBody(byteCount, headerSize: headerSize)
    let word = unsafe TapeWord(.binary, count: byteCount, at: offset &+ headerSize)
    unsafe append(word, size: headerSize &+ byteCount)
  }

  /// Appends an extension, whose type stands between the header and the body.
  @inline(__always)
  private mutating func appendExtension(
    _ byteCount: Int,
    headerSize: Int
  ) throws(MessagePackError) {
    try unsafe checkBody(byteCount, headerSize: headerSize &+ 1)
    let type = unsafe base[offset &+ headerSize]
    unsafe append(TapeWord(.extension, payload: UInt64(type)), size: 0)
    try unsafe appendBinary(byteCount, headerSize: headerSize &+ 1)
  }

  /// Appends the word of an empty array or map, or opens one with elements.
  ///
  /// - Returns: Whether it has elements.
  @inline(__always) @discardableResult
  private mutating func beginContainer(
    _ kind: TapeWord.Kind,
    _ elements: Int,
    size: Int,
    _ open: inout OpenContainers
  ) throws(MessagePackError) -> Bool {
    let needed = size &+ (kind == .map ? 2 &* elements : elements)
    guard unsafe count &- offset >= needed else {
      throw unsafe .endOfInput(offset: offset, needed: needed)
    }
    guard unsafe open.count < depthLimit else { throw unsafe .tooDeep(offset: offset) }
    if elements == 0 {
      unsafe append(TapeWord(kind, count: 0, at: written &+ 1), size: size)
      return false
    }
    unsafe open.push(kind, count: elements, index: written, remaining: remaining)
    unsafe written &+= 1
    unsafe offset &+= size
    unsafe remaining = kind == .map ? 2 &* elements : elements
    return true
  }
}
