internal import MoltBytes
internal import MoltScalars

/// Writes the pieces of a document as JSON.
struct JSONOutput: DocumentOutput {
  let style: JSONStyle

  @inline(__always)
  func appendWord(_ word: JSONWord, to writer: inout ByteWriter) {
    switch word {
    case .null: writer.append("null")
    case .true: writer.append("true")
    case .false: writer.append("false")
    }
  }

  func appendNotFinite(
    _ value: Double,
    at offset: Int,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    guard style.allowsNaN else { throw .notFinite(offset: offset) }
    writer.append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
  }

  @inline(__always)
  func appendInteger(
    _ number: NumberText,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    if unsafe number.integerDigitCount > 4300 {
      throw unsafe .integerTooLong(offset: number.start)
    }
    let isZero = unsafe number.base[number.digitsStart] == 0x30
    // Python's integers have no negative zero.
    if isZero { writer.append(0x30) } else { unsafe writer.append(short: number.bytes) }
  }

  @inline(__always)
  func appendFloat(
    _ number: NumberText,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    if let count = unsafe number.reprByteCount {
      unsafe writer.append(short: UnsafeBufferPointer(rebasing: number.bytes[..<count]))
      return
    }
    let value = unsafe number.value
    guard value.isFinite else {
      return try unsafe appendNotFinite(value, at: number.start, to: &writer)
    }
    writer.appendPythonRepr(value)
  }

  @inline(__always)
  func appendString(
    _ input: inout JSONInput,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) -> Range<Int> {
    writer.append(0x22)
    let start = writer.count
    try unsafe input.appendText(to: &writer, TextForm(style.escapes))
    let range = start..<writer.count
    writer.append(0x22)
    return range
  }

  @inline(__always)
  func open(isObject: Bool, to writer: inout ByteWriter) { writer.append(isObject ? 0x7B : 0x5B) }

  @inline(__always)
  func separateElements(in writer: inout ByteWriter) { writer.append(separator: 0x2C, style) }

  @inline(__always)
  func separateValue(in writer: inout ByteWriter) { writer.append(separator: 0x3A, style) }

  @inline(__always)
  func close(isObject: Bool, count: Int, to writer: inout ByteWriter) {
    writer.append(isObject ? 0x7D : 0x5D)
  }
}

extension ByteWriter {
  @inline(__always)
  fileprivate mutating func append(separator: UInt8, _ style: JSONStyle) {
    unsafe append(reserving: 2) { memory in
      unsafe memory[0] = separator
      unsafe memory[1] = 0x20
      return style.isSpaced ? 2 : 1
    }
  }

  /// Appends a few bytes in a loop of its own, which costs less than a call for them.
  @inline(__always)
  fileprivate mutating func append(short bytes: UnsafeBufferPointer<UInt8>) {
    unsafe append(reserving: bytes.count) { memory in
      for index in 0..<bytes.count { unsafe memory[index] = bytes[index] }
      return bytes.count
    }
  }
}
