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
enum CompactJSONWalk {
  /// An array or object around the one at hand.
  private struct Frame {
    /// The index behind its last word.
    var end: Int
    var isMap: Bool
  }

  /// Writes the value at an index.
  ///
  /// - Throws: ``JSONWriteError/notFinite(offset:)``.
  static func run(
    _ memory: TapeMemory,
    from index: Int,
    to writer: inout ByteWriter,
    _ options: JSONWriteOptions
  ) throws(JSONWriteError) {
    var output = unsafe Output(&writer)
    var frames: [Frame] = []
    frames.reserveCapacity(16)
    var index = index
    var end = memory.end(of: index)
    var isMap = false
    let notation = options.doubles.notation
    while true {
      while index == end {
        // The comma behind the last value.
        unsafe output.place -= 1
        guard let frame = frames.popLast() else {
          return unsafe output.finish(&writer)
        }
        unsafe output.put(isMap ? 0x7D : 0x5D, 0x2C)
        (end, isMap) = (frame.end, frame.isMap)
      }
      if isMap {
        unsafe output = append(text: memory.word(index), memory, 0x3A, output, &writer)
        index &+= 1
      }
      let word = memory.word(index)
      unsafe output = output.reserving(0, &writer)
      switch word.kind {
      case .text, .arenaText:
        unsafe output = append(text: word, memory, 0x2C, output, &writer)
        index &+= 1
      case .integer:
        unsafe output.place += output.place.storeDecimal(word.integer)
        unsafe output.put(0x2C)
        index &+= 1
      case .double:
        let value = Double(bitPattern: memory.operand(index))
        index &+= 2
        if !isMap, index < end, memory.word(index).kind == .double {
          let next = Double(bitPattern: memory.operand(index))
          if _fastPath(value.isFinite && next.isFinite) {
            unsafe output = output.reserving(48, &writer)
            unsafe output.place += output.place.storeDoubles(value, next, notation)
            unsafe output.put(0x2C)
            index &+= 2
            continue
          }
        }
        if _fastPath(value.isFinite) {
          unsafe output.place += output.place.storeDouble(value, notation)
        } else {
          unsafe output = try append(notFinite: value, options.nonFinite, output, &writer)
        }
        unsafe output.put(0x2C)
      case .array, .map:
        let isInnerMap = word.kind == .map
        index &+= 1
        guard _fastPath(index != word.offset) else {
          unsafe output.put(isInnerMap ? 0x7B : 0x5B, isInnerMap ? 0x7D : 0x5D)
          unsafe output.put(0x2C)
          continue
        }
        frames.append(Frame(end: end, isMap: isMap))
        isMap = isInnerMap
        unsafe output.put(isMap ? 0x7B : 0x5B)
        end = word.offset
      case .null, .boolean:
        unsafe output.put(word: word)
        index &+= 1
      default:
        unsafe output = append(rare: word, memory, index, output, &writer)
        index &+= word.wordCount
      }
    }
  }

  /// Writes a text and what follows it.
  @inline(__always)
  private static func append(
    text word: TapeWord,
    _ memory: TapeMemory,
    _ separator: UInt8,
    _ output: Output,
    _ writer: inout ByteWriter
  ) -> Output {
    guard _fastPath(word.kind == .text) else {
      return unsafe append(escaped: memory.bytes(of: word), separator, output, &writer)
    }
    let count = word.count &+ 2
    var output = unsafe output.reserving(count, &writer)
    // Safety: the quotes stand in the input around the text.
    unsafe molt_copy_text(memory.input + (word.offset &- 1), count, output.place)
    unsafe output.place += count
    unsafe output.put(separator)
    return unsafe output
  }

  /// Writes a text that had escapes.
  @inline(never)
  private static func append(
    escaped bytes: UnsafeBufferPointer<UInt8>,
    _ separator: UInt8,
    _ output: Output,
    _ writer: inout ByteWriter
  ) -> Output {
    unsafe output.finish(&writer)
    let text = unsafe Span(_unsafeElements: bytes)
    writer.appendValidJSONString(text, escapesSeparators: false)
    return unsafe Output(&writer, separator)
  }

  @inline(never)
  private static func append(
    notFinite value: Double,
    _ rule: JSONWriteOptions.NonFinite,
    _ output: Output,
    _ writer: inout ByteWriter
  ) throws(JSONWriteError) -> Output {
    unsafe output.finish(&writer)
    try writer.append(notFinite: value, rule)
    return unsafe Output(&writer)
  }

  /// Writes a large integer, or a number beyond 64 bits.
  @inline(never)
  private static func append(
    rare word: TapeWord,
    _ memory: TapeMemory,
    _ index: Int,
    _ output: Output,
    _ writer: inout ByteWriter
  ) -> Output {
    unsafe output.finish(&writer)
    switch word.kind {
    case .int64: writer.appendDecimal(Int64(bitPattern: memory.operand(index)))
    case .uint64: writer.appendDecimal(memory.operand(index))
    default: unsafe writer.append(Span(_unsafeElements: memory.bytes(of: word)))
    }
    return unsafe Output(&writer, 0x2C)
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

  /// Goes on behind what the writer has and one byte more.
  init(_ writer: inout ByteWriter, _ byte: UInt8) {
    unsafe self.init(&writer)
    unsafe put(byte)
  }

  /// With room for `byteCount` bytes and 64 more.
  ///
  /// Not mutating: a place that is handed to a function by reference has to stay in memory.
  @inline(__always)
  func reserving(_ byteCount: Int, _ writer: inout ByteWriter) -> Output {
    _slowPath(unsafe limit - place < byteCount) ? unsafe grown(byteCount, &writer) : unsafe self
  }

  @inline(never)
  private func grown(_ byteCount: Int, _ writer: inout ByteWriter) -> Output {
    unsafe finish(&writer)
    writer.reserve(byteCount + 256)
    return unsafe Output(&writer)
  }

  /// Tells the writer how far its memory is written.
  @inline(__always)
  func finish(_ writer: inout ByteWriter) { unsafe writer.commit(place - start) }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    unsafe place.pointee = byte
    unsafe place += 1
  }

  @inline(__always)
  mutating func put(_ first: UInt8, _ second: UInt8) {
    // One store of both: Swift 6.3.1 leaves out the first of two when `place` was just lowered.
    unsafe molt_store32(place, (UInt32(first) | UInt32(second) << 8).littleEndian)
    unsafe place += 2
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
}
