public import MoltBytes
internal import MoltScalars
internal import MoltTape

extension ByteWriter {
  /// Appends a value of CBOR in diagnostic notation (RFC 8949, section 8).
  ///
  ///     a2 61 61 9f 01 ff 20 f9 3e 00     {"a": [_ 1], -1: 1.5}
  ///     with encoding indicators          {"a": [_ 1], -1: 1.5_1}
  ///
  /// Big integers (tags 2 and 3) that need their tag and have up to 2,048 bytes are written as the
  /// integers that they are.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of one value.
  ///   - showsEncoding: Whether an indicator follows what took more bytes than its first for a number,
  ///     length or count: `_0` to `_3` for 1, 2, 4 and 8 (section 8.1).
  /// - Throws: ``CBORError`` when the value is not well-formed, or a text is not UTF-8; what was
  ///   appended by then remains.
  /// - Complexity: O(bytes), and O(square of the bytes) of a big integer; without recursion
  public mutating func appendCBOR(
    diagnosticOf bytes: Span<UInt8>,
    showsEncoding: Bool = false
  ) throws(CBORError) {
    let end = try CBORSkip.end(of: bytes, at: 0)
    guard end == bytes.count else { throw .trailingData(offset: end) }
    var notation = CBORNotation(bytes, showsEncoding: showsEncoding)
    try notation.run(to: &self)
  }
}

/// The walk that writes diagnostic notation.
///
/// The value was found to be well-formed before, so that what is open here can be closed.
private struct CBORNotation: ~Escapable {
  /// What waits for its end.
  private struct Frame {
    /// How many values are to come; negative without an end in sight.
    var remaining: Int
    /// What stands behind the last.
    var end: StaticString
    var isMap = false
    /// How many values there were.
    var done = 0
  }

  private let bytes: Span<UInt8>
  private let showsEncoding: Bool
  private var offset = 0
  private var open: [Frame] = []

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, showsEncoding: Bool) {
    self.bytes = bytes
    self.showsEncoding = showsEncoding
  }

  @_lifetime(self: copy self)
  mutating func run(to writer: inout ByteWriter) throws(CBORError) {
    repeat {
      let head = try CBORHead(bytes, at: offset)
      if head.isBreak {
        offset += 1
      } else {
        separate(&writer)
        if try !append(head, to: &writer) { continue }
      }
      close(&writer, atBreak: head.isBreak)
    } while !open.isEmpty
  }

  /// Writes what stands between the last value and the next.
  @_lifetime(self: copy self)
  private mutating func separate(_ writer: inout ByteWriter) {
    guard let frame = open.last else { return }
    if frame.done > 0 { writer.append(frame.isMap && frame.done % 2 == 1 ? ": " : ", ") }
    open[open.count - 1].done += 1
  }

  /// Writes the ends of what is complete.
  @_lifetime(self: copy self)
  private mutating func close(_ writer: inout ByteWriter, atBreak: Bool) {
    if atBreak, let frame = open.popLast() { writer.append(frame.end) }
    while let frame = open.last, frame.remaining >= 0 {
      open[open.count - 1].remaining -= 1
      guard frame.remaining == 1 else { return }
      writer.append(frame.end)
      open.removeLast()
    }
  }

  /// Writes a value, or how it begins.
  ///
  /// - Returns: Whether it is complete.
  @_lifetime(self: copy self)
  private mutating func append(
    _ head: CBORHead,
    to writer: inout ByteWriter
  ) throws(CBORError) -> Bool {
    let start = offset
    offset += head.byteCount
    switch head.major {
    case 0: writer.appendDecimal(head.argument)
    case 1: appendNegative(head.argument, to: &writer)
    case 2, 3: try appendString(head, at: start, to: &writer)
    case 4: return begin(head, "[", "]", to: &writer)
    case 5: return begin(head, "{", "}", isMap: true, to: &writer)
    case 6:
      if try appendBigInteger(head, to: &writer) { return true }
      writer.appendDecimal(head.argument)
      appendIndicator(head, to: &writer)
      writer.append("(")
      open.append(Frame(remaining: 1, end: ")"))
      return false
    default: appendSimple(head, to: &writer)
    }
    if head.major < 2 || head.kind == .float { appendIndicator(head, to: &writer) }
    return true
  }

  private func appendIndicator(_ head: CBORHead, to writer: inout ByteWriter) {
    guard showsEncoding, (24...27).contains(head.information) else { return }
    writer.append("_")
    writer.append(0x30 + head.information - 24)
  }

  private func appendNegative(_ argument: UInt64, to writer: inout ByteWriter) {
    writer.append("-")
    if argument == .max {
      writer.append("18446744073709551616")
    } else {
      writer.appendDecimal(argument + 1)
    }
  }

  @_lifetime(self: copy self)
  private mutating func begin(
    _ head: CBORHead,
    _ start: StaticString,
    _ end: StaticString,
    isMap: Bool = false,
    to writer: inout ByteWriter
  ) -> Bool {
    writer.append(start)
    if head.isIndefinite {
      writer.append("_ ")
      open.append(Frame(remaining: -1, end: end, isMap: isMap))
      return false
    }
    let indicator = writer.count
    appendIndicator(head, to: &writer)
    if writer.count > indicator, head.argument > 0 { writer.append(" ") }
    if head.argument == 0 {
      writer.append(end)
      return true
    }
    let remaining = Int(head.argument) * (isMap ? 2 : 1)
    open.append(Frame(remaining: remaining, end: end, isMap: isMap))
    return false
  }

  /// Writes a big integer as digits, if it is one that needs its tag.
  @_lifetime(self: copy self)
  private mutating func appendBigInteger(
    _ tag: CBORHead,
    to writer: inout ByteWriter
  ) throws(CBORError) -> Bool {
    guard tag.argument == 2 || tag.argument == 3, !showsEncoding else { return false }
    let content = try CBORHead(bytes, at: offset)
    guard content.major == 2, !content.isIndefinite, (9...2048).contains(content.argument) else {
      return false
    }
    let start = offset + content.byteCount
    let end = start + Int(content.argument)
    guard bytes[start] != 0 else { return false }
    let text = DecimalText.integer(
      bytes.extracting(start..<end),
      isNegative: tag.argument == 3
    )
    writer.append(text.span)
    offset = end
    return true
  }

  private func appendSimple(_ head: CBORHead, to writer: inout ByteWriter) {
    switch head.information {
    case 20: writer.append("false")
    case 21: writer.append("true")
    case 22: writer.append("null")
    case 23: writer.append("undefined")
    case 25...27: writer.appendCBORNotation(of: head.float)
    default:
      writer.append("simple(")
      writer.appendDecimal(head.argument)
      writer.append(")")
    }
  }

  // MARK: Strings

  @_lifetime(self: copy self)
  private mutating func appendString(
    _ head: CBORHead,
    at start: Int,
    to writer: inout ByteWriter
  ) throws(CBORError) {
    guard head.isIndefinite else { return try appendChunk(head, at: start, to: &writer) }
    if bytes[offset] == 0xFF {
      offset += 1
      return writer.append(head.major == 2 ? "''_" : "\"\"_")
    }
    writer.append("(_ ")
    var separator: StaticString = ""
    while bytes[offset] != 0xFF {
      let (chunk, chunkStart) = (try CBORHead(bytes, at: offset), offset)
      offset += chunk.byteCount
      writer.append(separator)
      separator = ", "
      try appendChunk(chunk, at: chunkStart, to: &writer)
    }
    offset += 1
    writer.append(")")
  }

  @_lifetime(self: copy self)
  private mutating func appendChunk(
    _ head: CBORHead,
    at start: Int,
    to writer: inout ByteWriter
  ) throws(CBORError) {
    let body = bytes.extracting(offset..<(offset + Int(head.argument)))
    offset += body.count
    if head.major == 2 {
      writer.append("h'")
      for index in body.indices { writer.appendHexadecimal(body[index]) }
      writer.append("'")
    } else {
      guard isUTF8(body) else { throw .invalidUTF8(offset: start) }
      writer.appendCBORNotation(ofText: body)
    }
    appendIndicator(head, to: &writer)
  }
}

extension ByteWriter {
  fileprivate mutating func appendHexadecimal(_ byte: UInt8) {
    for digit in [byte >> 4, byte & 15] { append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
  }

  /// Appends a text as JSON writes it.
  fileprivate mutating func appendCBORNotation(ofText text: Span<UInt8>) {
    append(0x22)
    for index in text.indices {
      let byte = text[index]
      switch byte {
      case 0x22, 0x5C:
        append(0x5C)
        append(byte)
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case ..<0x20, 0x7F:
        append("\\u00")
        appendHexadecimal(byte)
      default: append(byte)
      }
    }
    append(0x22)
  }

  /// Appends a float so that it is none of an integer: `1.0`, `1.0e+300`, `NaN`, `-Infinity`.
  fileprivate mutating func appendCBORNotation(of value: Double) {
    if value.isNaN { return append("NaN") }
    if value.isInfinite { return append(value < 0 ? "-Infinity" : "Infinity") }
    var text = ByteWriter(capacity: 32)
    text.appendPythonRepr(value)
    let digits = text.span
    var (hasPoint, index) = (false, 0)
    while index < digits.count, digits[index] != 0x65 {
      if digits[index] == 0x2E { hasPoint = true }
      append(digits[index])
      index += 1
    }
    guard index < digits.count else { return }
    if !hasPoint { append(".0") }
    append(digits.extracting(index..<(index + 2)))
    // Python writes two digits at least.
    index += digits[index + 2] == 0x30 ? 3 : 2
    append(digits.extracting(index...))
  }
}
