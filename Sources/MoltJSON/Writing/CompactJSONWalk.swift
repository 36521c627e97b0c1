internal import CMoltIntrinsics
internal import MoltBytes
internal import MoltScalars
internal import MoltTape

/// Writes a tape that was read from JSON, compact and with as few escapes as can be.
///
/// A text that had no escape in the input needs none now, and stands there with its quotes: it is
/// copied with them and not looked at. Behind each value stands a comma, in whose place the end of
/// an array or object comes:
///
///     {"a":[1,        the array ends
///     {"a":[1],       the object ends
///     {"a":[1]},      the document ends
///
/// The place in the output is a pointer of the loop's own; ``room(_:)`` keeps 64 bytes more than
/// asked for behind it, which covers what stands around a value and what its copy writes too much.
struct CompactJSONWalk: ~Copyable {
  /// An array or object around the one at hand.
  private struct Frame {
    /// The index behind its last word.
    var end: Int
    var isMap: Bool
  }

  private let memory: TapeMemory
  private let options: JSONWriteOptions
  private var frames: [Frame] = []

  init(_ memory: TapeMemory, _ options: JSONWriteOptions) {
    self.memory = memory
    self.options = options
  }

  /// Writes the value at an index.
  ///
  /// - Throws: ``JSONWriteError/notFinite(offset:)``.
  mutating func run(
    from index: Int,
    to writer: inout ByteWriter
  ) throws(JSONWriteError) {
    var output = unsafe Output(&writer)
    var index = index
    var end = memory.end(of: index)
    var isMap = false
    let notation = options.doubles.notation
    while true {
      while index == end {
        unsafe output.takeComma()
        guard let frame = frames.popLast() else {
          return unsafe output.finish(&writer)
        }
        unsafe output.put(isMap ? 0x7D : 0x5D)
        unsafe output.put(0x2C)
        (end, isMap) = (frame.end, frame.isMap)
      }
      if isMap {
        unsafe append(text: memory.word(index), 0x3A, &output, &writer)
        index &+= 1
      }
      let word = memory.word(index)
      unsafe output.reserve(0, &writer)
      switch word.kind {
      case .text, .arenaText:
        unsafe append(text: word, 0x2C, &output, &writer)
        index &+= 1
      case .integer:
        unsafe output.place += output.place.storeDecimal(word.integer)
        unsafe output.put(0x2C)
        index &+= 1
      case .double:
        let value = Double(bitPattern: memory.operand(index))
        if _fastPath(value.isFinite) {
          unsafe output.place += output.place.storeDouble(value, notation)
        } else {
          try unsafe append(notFinite: value, &output, &writer)
        }
        unsafe output.put(0x2C)
        index &+= 2
      case .array, .map:
        frames.append(Frame(end: end, isMap: isMap))
        isMap = word.kind == .map
        unsafe output.put(isMap ? 0x7B : 0x5B)
        end = word.offset
        index &+= 1
      case .null, .boolean:
        unsafe output.put(word: word)
        index &+= 1
      default:
        unsafe append(rare: word, index, &output, &writer)
        index &+= word.wordCount
      }
    }
  }

  /// Writes a text and what follows it.
  @inline(__always)
  private func append(
    text word: TapeWord,
    _ separator: UInt8,
    _ output: inout Output,
    _ writer: inout ByteWriter
  ) {
    guard _fastPath(word.kind == .text) else {
      return unsafe append(escaped: word, separator, &output, &writer)
    }
    let count = word.count &+ 2
    unsafe output.reserve(count, &writer)
    // Safety: the quotes stand in the input around the text.
    unsafe molt_copy_text(memory.input + (word.offset &- 1), count, output.place)
    unsafe output.place += count
    unsafe output.put(separator)
  }

  /// Writes a text that had escapes.
  @inline(never)
  private func append(
    escaped word: TapeWord,
    _ separator: UInt8,
    _ output: inout Output,
    _ writer: inout ByteWriter
  ) {
    unsafe output.finish(&writer)
    let text = unsafe Span(_unsafeElements: memory.bytes(of: word))
    writer.appendValidJSONString(text, escapesSeparators: false)
    unsafe output = unsafe Output(&writer)
    unsafe output.put(separator)
  }

  @inline(never)
  private func append(
    notFinite value: Double,
    _ output: inout Output,
    _ writer: inout ByteWriter
  ) throws(JSONWriteError) {
    unsafe output.finish(&writer)
    try writer.append(notFinite: value, options.nonFinite)
    unsafe output = unsafe Output(&writer)
  }

  /// Writes a large integer, or a number beyond 64 bits.
  @inline(never)
  private func append(
    rare word: TapeWord,
    _ index: Int,
    _ output: inout Output,
    _ writer: inout ByteWriter
  ) {
    unsafe output.finish(&writer)
    switch word.kind {
    case .int64: writer.appendDecimal(Int64(bitPattern: memory.operand(index)))
    case .uint64: writer.appendDecimal(memory.operand(index))
    default: unsafe writer.append(Span(_unsafeElements: memory.bytes(of: word)))
    }
    unsafe output = unsafe Output(&writer)
    unsafe output.put(0x2C)
  }
}

/// A place in a writer's memory.
///
/// Safety: valid until the writer is used; ``finish(_:)`` comes before that.
@unsafe private struct Output {
  var start: UnsafeMutablePointer<UInt8>
  var place: UnsafeMutablePointer<UInt8>
  /// 64 bytes before the end of the memory.
  var limit: UnsafeMutablePointer<UInt8>

  @inline(__always)
  init(_ writer: inout ByteWriter) {
    let spare = unsafe writer.spare(256)
    unsafe start = spare.start
    unsafe place = unsafe start
    unsafe limit = unsafe start + (spare.count - 64)
  }

  /// Makes room for `byteCount` bytes and 64 more.
  @inline(__always)
  mutating func reserve(_ byteCount: Int, _ writer: inout ByteWriter) {
    if _slowPath(unsafe limit - place < byteCount) { unsafe grow(byteCount, &writer) }
  }

  @inline(never)
  private mutating func grow(_ byteCount: Int, _ writer: inout ByteWriter) {
    unsafe finish(&writer)
    writer.reserve(byteCount + 256)
    unsafe self = unsafe Output(&writer)
  }

  /// Tells the writer how far its memory is written.
  @inline(__always)
  func finish(_ writer: inout ByteWriter) { unsafe writer.commit(place - start) }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    unsafe place.pointee = byte
    unsafe place += 1
  }

  /// Writes `null`, `true` or `false` and a comma.
  @inline(__always)
  mutating func put(word: TapeWord) {
    let isNull = word.kind == .null
    let isTrue = word.payload != 0
    let text: UInt64 =
      isNull ? 0x2C_6C6C_756E : isTrue ? 0x2C_6575_7274 : 0x2C65_736C_6166
    unsafe molt_store64(place, text.littleEndian)
    unsafe place += isNull || isTrue ? 5 : 6
  }

  /// Takes the comma back, if the last byte is one and not the beginning of an array or object.
  @inline(__always)
  mutating func takeComma() {
    unsafe place -= place[-1] == 0x2C ? 1 : 0
  }
}
