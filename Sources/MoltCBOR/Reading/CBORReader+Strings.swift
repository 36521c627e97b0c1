internal import CMoltIntrinsics
public import MoltBytes

// Strings, in one piece or in chunks (RFC 8949, section 3.2.3).
extension CBORReader {
  /// Reads a text string as a view of its UTF-8 bytes in the input.
  ///
  /// - Throws: ``CBORError``: `endOfInput`, `reserved`, `unexpectedBreak`, `mismatch`, `invalidUTF8`,
  ///   and `inChunks` when only ``readText(into:)`` and ``readTextString()`` can read it.
  /// - Complexity: O(bytes of the text)
  @_lifetime(copy self)
  public mutating func readText() throws(CBORError) -> Span<UInt8> {
    let range = try bodyRange(.text)
    let text = bytes.extracting(range)
    guard isUTF8(text) else { throw .invalidUTF8(offset: offset) }
    offset = range.upperBound
    return text
  }

  /// Reads a byte string as a view of its bytes in the input.
  ///
  /// - Throws: ``CBORError``: `endOfInput`, `reserved`, `unexpectedBreak`, `mismatch`, and `inChunks`
  ///   when only ``readBinary(into:)`` can read it.
  /// - Complexity: O(1)
  @_lifetime(copy self)
  public mutating func readBinary() throws(CBORError) -> Span<UInt8> {
    let range = try bodyRange(.binary)
    offset = range.upperBound
    return bytes.extracting(range)
  }

  /// Reads a text string, in one piece or in chunks, as a string of its own.
  ///
  /// - Throws: ``CBORError``, as ``readText(into:)``.
  /// - Complexity: O(bytes of the text)
  @_lifetime(self: copy self)
  public mutating func readTextString() throws(CBORError) -> String {
    var writer = ByteWriter(capacity: 64)
    try readText(into: &writer)
    // Safety: every chunk was checked.
    return String(copying: unsafe UTF8Span(unchecked: writer.span))
  }

  /// Copies a text string, in one piece or in chunks.
  ///
  /// - Parameter writer: Gets the text's UTF-8 bytes; after a throw perhaps some of them.
  /// - Throws: ``CBORError``: `endOfInput`, `reserved`, `unexpectedBreak`, `mismatch`,
  ///   `invalidChunk`, and `invalidUTF8` also when a character is spread over two chunks.
  /// - Complexity: O(bytes of the text)
  @_lifetime(self: copy self)
  public mutating func readText(into writer: inout ByteWriter) throws(CBORError) {
    try readString(.text, into: &writer)
  }

  /// Copies a byte string, in one piece or in chunks.
  ///
  /// - Parameter writer: Gets the bytes; after a throw perhaps some of them.
  /// - Throws: ``CBORError``: `endOfInput`, `reserved`, `unexpectedBreak`, `mismatch`,
  ///   `invalidChunk`.
  /// - Complexity: O(bytes of the string)
  @_lifetime(self: copy self)
  public mutating func readBinary(into writer: inout ByteWriter) throws(CBORError) {
    try readString(.binary, into: &writer)
  }

  @_lifetime(self: copy self)
  private mutating func readString(
    _ kind: CBORKind,
    into writer: inout ByteWriter
  ) throws(CBORError) {
    let head = try head(kind)
    var position = offset
    if head.isIndefinite { position += 1 }
    while true {
      let chunk = head.isIndefinite ? try CBORHead(bytes, at: position) : head
      if chunk.isBreak {
        position += 1
        break
      }
      guard chunk.major == head.major, !chunk.isIndefinite else {
        throw .invalidChunk(offset: position)
      }
      let length = try chunk.checkedLength(at: position, in: bytes)
      let start = position + chunk.byteCount
      let body = bytes.extracting(start..<(start + length))
      guard kind != .text || isUTF8(body) else { throw .invalidUTF8(offset: position) }
      writer.append(body)
      position = start + length
      if !head.isIndefinite { break }
    }
    offset = position
  }

  /// Where the body of the next value, which must be a string in one piece, stands.
  private func bodyRange(_ kind: CBORKind) throws(CBORError) -> Range<Int> {
    let head = try head(kind)
    guard !head.isIndefinite else { throw .inChunks(offset: offset) }
    let length = try head.checkedLength(at: offset, in: bytes)
    let start = offset + head.byteCount
    return start..<(start + length)
  }
}

/// Whether bytes are UTF-8.
func isUTF8(_ bytes: Span<UInt8>) -> Bool { isUTF8(bytes, from: 0, count: bytes.count) }

/// Whether a part of `bytes` is UTF-8.
func isUTF8(_ bytes: Span<UInt8>, from start: Int, count: Int) -> Bool {
  precondition(start >= 0 && count >= 0 && start + count <= bytes.count, "outside the bytes")
  // Safety: the part and the rest behind it belong to the borrowed bytes.
  return unsafe bytes.withUnsafeBufferPointer { all in
    guard let base = all.baseAddress else { return true }
    let (text, readable) = unsafe (base + start, all.count - start)
    return unsafe molt_is_ascii(text, count, readable)
      || molt_utf8_is_valid(text, count, readable)
  }
}
