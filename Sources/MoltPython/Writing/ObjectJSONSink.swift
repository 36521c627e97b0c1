internal import CMoltIntrinsics
internal import CMoltPython
internal import MoltBytes
internal import MoltJSON
internal import MoltScalars
internal import MoltTape

/// Writes JSON for Python's objects: the sink behind `json_dumps`.
///
/// It differs from `JSONSink` in what it knows: texts come from str objects, which are UTF-8
/// without a
/// doubt, and keys are the same few str objects over and over (``EncodedKeys``). Its bytes are the
/// same. Like there, a separator stands behind every value and the end of a container takes the
/// last
/// one back. In indented documents the separator has the line feed and the indentation too.
struct ObjectJSONSink: ~Copyable {
  private var writer: ByteWriter
  private let escapes: JSONEscapes
  private let nonFinite: JSONWriteOptions.NonFinite
  private let keys: EncodedKeys
  /// 1 for `,` and `:`, 2 for those with a space behind.
  private let separatorSize: Int
  /// How many spaces each level adds; -1 where there are no lines.
  private let indent: Int
  private var depth = 0
  /// Of each container that is open whether it had elements when it began; only with an indent.
  private var hadElements: [Bool] = []
  /// Whether the next value is a key that is no text.
  private var awaitsKey = false

  init(_ rules: WritingRules, appendingTo writer: consuming ByteWriter) {
    self.writer = writer
    escapes =
      switch rules.escapes {
      case 0: .ascii
      case 1: .utf8
      default: .drf
      }
    nonFinite =
      rules.contains(.nanNull) ? .null : rules.contains(.nanLiteral) ? .literal : .refuse
    separatorSize = rules.contains(.spaced) ? 2 : 1
    indent = rules.indent ?? -1
    keys = Pools.encodedKeys(rules)
  }

  /// Takes the separator behind the document's value back, and gives the writer back.
  consuming func takeWriter() -> ByteWriter {
    writer.removeLast(lastSize)
    return writer
  }

  /// How many bytes the separator has that stands at the end.
  private var lastSize: Int { indent < 0 ? separatorSize : 2 + indent * depth }

  /// Gives the writer back after documents that were ended by ``endLine()``.
  consuming func takeLines() -> ByteWriter { writer }

  /// Ends a document with a line feed, so that another one can follow.
  mutating func endLine() {
    writer.removeLast(lastSize)
    writer.append(0x0A)
  }
}

extension ObjectJSONSink: DocumentSink {
  typealias Failure = JSONWriteError

  mutating func appendNull() { appendWord(0x6C6C_756E, 4) }

  mutating func append(_ value: Bool) {
    value ? appendWord(0x6575_7274, 4) : appendWord(0x65_736C_6166, 5)
  }

  mutating func append(_ value: Int64) {
    beginKeyText()
    writer.appendDecimal(value)
    separate()
  }

  mutating func append(_ value: UInt64) {
    beginKeyText()
    writer.appendDecimal(value)
    separate()
  }

  mutating func append(_ value: Double) throws(JSONWriteError) {
    beginKeyText()
    if value.isFinite {
      writer.appendDouble(value, .python)
    } else {
      switch nonFinite {
      case .refuse: throw .notFinite(offset: writer.count)
      case .null: writer.append("null")
      case .literal: writer.append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
      }
    }
    separate()
  }

  mutating func append(number: Span<UInt8>) {
    beginKeyText()
    writer.append(number)
    separate()
  }

  @inline(__always)
  mutating func append(text: Span<UInt8>) throws(JSONWriteError) {
    try appendString(text, before: 0x2C)
  }

  @inline(__always)
  mutating func append(key: Span<UInt8>) throws(JSONWriteError) {
    try appendString(key, before: 0x3A)
  }

  mutating func append(binary: Span<UInt8>) throws(JSONWriteError) {
    throw .binary(offset: writer.count)
  }

  @inline(__always)
  mutating func beginArray(count: Int?) { open(0x5B, count) }
  @inline(__always)
  mutating func endArray() { close(0x5D) }
  @inline(__always)
  mutating func beginMap(count: Int?) { open(0x7B, count) }
  @inline(__always)
  mutating func endMap() { close(0x7D) }
  mutating func beginKey() { awaitsKey = true }

  mutating func append(tag: UInt64) throws(JSONWriteError) {
    throw .foreign(offset: writer.count)
  }

  mutating func append(extensionType: Int8, _ bytes: Span<UInt8>) throws(JSONWriteError) {
    throw .foreign(offset: writer.count)
  }

  mutating func append(simple: UInt8) throws(JSONWriteError) {
    throw .foreign(offset: writer.count)
  }
}

extension ObjectJSONSink: ObjectSink {
  static var format: DocumentFormat { .json }

  static func raised(_ failure: JSONWriteError) -> PythonRaised {
    switch failure {
    case .notFinite:
      raise(moltpy_PyExc_ValueError(), "Out of range float values are not JSON compliant")
    default: raise(moltpy_PyExc_ValueError(), failure.message)
    }
  }

  mutating func append(notated text: Span<UInt8>) { append(number: text) }

  mutating func append(
    floats first: Double,
    _ second: Double,
    _ rules: WritingRules
  ) throws(JSONWriteError) {
    guard indent < 0, first.isFinite, second.isFinite else {
      try append(first)
      return try append(second)
    }
    let gap = separatorSize
    // Safety: two floats take 96 bytes, what separates them and what follows two each.
    unsafe writer.append(reserving: 100) { output in
      let count = unsafe output.storeDoubles(first, second, .python, gap: gap)
      unsafe output[count] = 0x2C
      unsafe output[count &+ 1] = 0x20
      return count &+ gap
    }
  }

  /// Appends the key that a str is, if it came before.
  @inline(__always)
  mutating func append(knownKey key: PythonObject) -> Bool {
    var isKnown = false
    // Safety: an entry's 48 bytes fit.
    unsafe writer.append(reserving: 64) { output in
      let count = unsafe keys.copy(key, to: output)
      isKnown = count != 0
      return count
    }
    return isKnown
  }

  /// Appends a key and keeps its bytes for the next time.
  @inline(never)
  mutating func append(
    newKey key: PythonObject,
    _ text: Span<UInt8>
  ) throws(JSONWriteError) {
    let start = writer.count
    try append(key: text)
    keys.keep(key, writer.span.extracting(start...))
  }
}

extension ObjectJSONSink {
  /// Appends a word of up to eight bytes, the first in the lowest ones.
  @inline(__always)
  private mutating func appendWord(_ word: UInt64, _ count: Int) {
    beginKeyText()
    // Safety: eight bytes are reserved.
    unsafe writer.append(reserving: 8) { output in
      unsafe molt_store64(output, word)
      return count
    }
    separate()
  }

  @inline(__always)
  private mutating func beginKeyText() {
    if _slowPath(awaitsKey) { writer.append(0x22) }
  }

  @inline(__always)
  private mutating func separate() {
    if _slowPath(awaitsKey || indent >= 0) { return separateSlowly() }
    let size = separatorSize
    // Safety: two bytes are reserved.
    unsafe writer.append(reserving: 2) { output in
      unsafe output[0] = 0x2C
      unsafe output[1] = 0x20
      return size
    }
  }

  @inline(never)
  private mutating func separateSlowly() {
    guard awaitsKey else {
      writer.append(0x2C)
      return appendLine()
    }
    awaitsKey = false
    writer.append(0x22)
    writer.append(0x3A)
    if separatorSize == 2 { writer.append(0x20) }
  }

  /// Begins a line.
  private mutating func appendLine() {
    let width = indent * depth
    // Safety: `width` bytes and one more are written.
    unsafe writer.append(reserving: width + 1) { output in
      unsafe output[0] = 0x0A
      unsafe (output + 1).update(repeating: 0x20, count: width)
      return width + 1
    }
  }

  @inline(__always)
  private mutating func open(_ bracket: UInt8, _ count: Int?) {
    writer.append(bracket)
    if _slowPath(indent >= 0) {
      hadElements.append(count != 0)
      depth += 1
      appendLine()
    }
  }

  /// Appends a closing bracket on a line of its own, unless the container is empty.
  @inline(never)
  private mutating func closeLine(_ bracket: UInt8) {
    let lineSize = 1 + indent * depth
    depth -= 1
    let hadElements = hadElements.removeLast()
    writer.removeLast(lineSize)
    if writer.last == 0x2C {
      writer.removeLast(1)
      appendLine()
    } else if hadElements {
      // All of them were skipped, which Python's json shows by a line without a value.
      depth += 1
      appendLine()
      depth -= 1
      appendLine()
    }
    writer.append(bracket)
    separate()
  }

  /// Appends a closing bracket in place of the last separator.
  @inline(__always)
  private mutating func close(_ bracket: UInt8) {
    if _slowPath(indent >= 0) { return closeLine(bracket) }
    // The opening bracket is the closing one with another bit, and no separator has it.
    if writer.last | 0x06 != bracket | 0x06 { writer.removeLast(separatorSize) }
    writer.append(bracket)
    separate()
  }

  /// Appends a text with its quotes and what follows it.
  @inline(__always)
  private mutating func appendString(
    _ text: Span<UInt8>,
    before separator: UInt8
  ) throws(JSONWriteError) {
    let count = text.count
    let size = separatorSize
    guard escapes == .utf8 else { return try appendEscaped(text, before: separator) }
    var plain = -1
    // Safety: the quotes, the separator, `count` bytes and 32 of scratch are reserved.
    unsafe text.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe writer.append(reserving: count &+ 36) { output in
        unsafe output[0] = 0x22
        plain = unsafe molt_copy_unescaped(start, count, output + 1)
        guard plain == count else { return 0 }
        unsafe output[count &+ 1] = 0x22
        unsafe output[count &+ 2] = separator
        unsafe output[count &+ 3] = 0x20
        return count &+ 2 &+ (indent < 0 || separator == 0x3A ? size : 0)
      }
    }
    if _slowPath(plain != count) {
      try appendEscaped(text, before: separator)
    } else if separator == 0x2C, _slowPath(indent >= 0) {
      separateSlowly()
    }
  }

  @inline(never)
  private mutating func appendEscaped(
    _ text: Span<UInt8>,
    before separator: UInt8
  ) throws(JSONWriteError) {
    if escapes == .utf8 {
      appendEscapedUTF8(text)
    } else if !writer.appendJSONString(text, escapes) {
      throw .invalidUTF8(offset: writer.count)
    }
    if separator == 0x2C { return separate() }
    writer.append(separator)
    if separatorSize == 2 { writer.append(0x20) }
  }

  /// Appends a text in which only what JSON must escape is escaped.
  private mutating func appendEscapedUTF8(_ text: Span<UInt8>) {
    writer.append(0x22)
    unsafe text.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      var offset = 0
      while offset < source.count {
        let rest = source.count &- offset
        // Safety: `rest` bytes and 32 of scratch are reserved.
        unsafe writer.append(reserving: rest &+ 32) { output in
          let plain = unsafe molt_copy_unescaped(start + offset, rest, output)
          offset &+= plain
          return plain
        }
        if offset < source.count {
          unsafe writer.appendEscape(start[offset])
          offset &+= 1
        }
      }
    }
    writer.append(0x22)
  }
}

extension ByteWriter {
  /// Appends the escape of a byte below 0x20, a quote or a backslash.
  fileprivate mutating func appendEscape(_ byte: UInt8) {
    append(0x5C)
    switch byte {
    case 0x22, 0x5C: append(byte)
    case 0x0A: append(0x6E)
    case 0x0D: append(0x72)
    case 0x09: append(0x74)
    case 0x08: append(0x62)
    case 0x0C: append(0x66)
    default:
      append("u00")
      append(0x30 + byte >> 4)
      append(byte & 0xF < 10 ? byte & 0xF + 0x30 : byte & 0xF + 0x57)
    }
  }
}
