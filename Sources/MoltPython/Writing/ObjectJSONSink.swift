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
    guard _fastPath(!awaitsKey && indent < 0) else {
      beginKeyText()
      writer.appendDecimal(value)
      return separateSlowly()
    }
    writer.appendDecimal(value, before: (0x2C, 0x20), count: separatorSize)
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

  /// Appends a pair if its key came before, and its value is a text without escapes.
  @inline(__always)
  mutating func append(knownKey key: PythonObject, text: Span<UInt8>) -> KnownParts {
    guard _fastPath(escapes == .utf8 && indent < 0) else { return .none }
    let count = text.count
    let size = separatorSize
    var known = KnownParts.none
    unsafe text.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      // Safety: the key's 48 bytes, the quotes, the separator, `count` bytes and 32 of scratch.
      unsafe writer.append(reserving: count &+ 96) { output in
        let keySize = unsafe keys.copy(key, to: output)
        guard keySize != 0 else { return 0 }
        known = .key
        let value = unsafe output + keySize
        unsafe value[0] = 0x22
        let plain = unsafe molt_copy_unescaped(start, count, value + 1)
        guard plain == count else { return keySize }
        known = .both
        unsafe value[count &+ 1] = 0x22
        unsafe value[count &+ 2] = 0x2C
        unsafe value[count &+ 3] = 0x20
        return keySize &+ count &+ 2 &+ size
      }
    }
    return known
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
    let size = separatorSize
    // Safety: a container has begun, and three bytes from where its last separator stands on are
    // fewer than those that are reserved.
    unsafe writer.append(reserving: 3) { output in
      // The opening bracket is the closing one with another bit, and no separator has it.
      let hasSeparator = unsafe output[-1] | 0x06 != bracket | 0x06
      let place = hasSeparator ? -size : 0
      unsafe output[place] = bracket
      unsafe output[place &+ 1] = 0x2C
      unsafe output[place &+ 2] = 0x20
      return place &+ 1 &+ size
    }
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
    var plain = 0
    // Safety: the quotes, the separator, `count` bytes and 32 of scratch are reserved.
    unsafe text.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe writer.append(reserving: count &+ 36) { output in
        unsafe output[0] = 0x22
        plain = unsafe molt_copy_unescaped(start, count, output + 1)
        guard plain == count else { return plain &+ 1 }
        unsafe output[count &+ 1] = 0x22
        unsafe output[count &+ 2] = separator
        unsafe output[count &+ 3] = 0x20
        return count &+ 2 &+ (indent < 0 || separator == 0x3A ? size : 0)
      }
    }
    if _slowPath(plain != count) {
      appendRest(text, from: plain, before: separator)
    } else if separator == 0x2C, _slowPath(indent >= 0) {
      separateSlowly()
    }
  }

  @inline(never)
  private mutating func appendEscaped(
    _ text: Span<UInt8>,
    before separator: UInt8
  ) throws(JSONWriteError) {
    guard writer.appendJSONString(text, escapes) else {
      throw .invalidUTF8(offset: writer.count)
    }
    appendSeparator(separator)
  }

  /// Appends what follows a text.
  @inline(__always)
  private mutating func appendSeparator(_ separator: UInt8) {
    if separator == 0x2C { return separate() }
    writer.append(separator)
    if separatorSize == 2 { writer.append(0x20) }
  }

  /// Appends a text from a byte on that must be escaped, its closing quote and what follows it.
  @inline(never)
  private mutating func appendRest(
    _ text: Span<UInt8>,
    from offset: Int,
    before separator: UInt8
  ) {
    // In stretches, so that a long text with few escapes does not reserve six times its size.
    let stretch = 4096
    unsafe text.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      var offset = offset
      while offset < source.count {
        let count = min(source.count &- offset, stretch)
        // Safety: six bytes for each of the text's and 32 of scratch are reserved.
        unsafe writer.append(reserving: count &* 6 &+ 32) { output in
          unsafe molt_copy_escaping(start + offset, count, output)
        }
        offset &+= count
      }
    }
    writer.append(0x22)
    appendSeparator(separator)
  }
}
