internal import CMoltIntrinsics

/// Reads MessagePack values one after the other from a borrowed run of bytes.
///
/// The caller knows what comes next, or asks ``peekKind()``. Given the bytes
///
///     92 cd 01 00 a2 68 69
///
/// `readArrayCount()` answers 2, `readInt64()` 256, `readText()` the bytes of "hi".
///
/// Any legal encoding is accepted, not only the smallest. A reader that threw has not moved. It
/// never copies except in ``readTextString()``, never recurses, and never allocates by an announced
/// size: a count that the rest of the input cannot hold is an error.
///
/// Source: https://github.com/msgpack/msgpack/blob/master/spec.md
public struct MessagePackReader: ~Escapable {
  @usableFromInline let bytes: Span<UInt8>

  /// The reader's position, counted from the first byte given to ``init(_:)``.
  public internal(set) var offset: Int

  /// Creates a reader positioned before the first byte.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    self.offset = 0
  }

  @_lifetime(self: copy self)
  @usableFromInline
  mutating func move(to offset: Int) { self.offset = offset }

  /// Whether all bytes have been read.
  ///
  /// - Complexity: O(1)
  public var isAtEnd: Bool { offset == bytes.count }

  /// The family of the next value, without moving.
  ///
  /// - Throws: ``MessagePackError/endOfInput(offset:needed:)`` also when only the value's header is
  ///   cut short, ``MessagePackError/reserved(offset:)``.
  /// - Complexity: O(1)
  public func peekKind() throws(MessagePackError) -> MessagePackKind {
    try MessagePackHeader(bytes, at: offset).kind
  }

  /// Reads a nil.
  ///
  /// - Throws: ``MessagePackError``, any case but `outOfRange`, `invalidUTF8` and `tooDeep`.
  @_lifetime(self: copy self)
  public mutating func readNil() throws(MessagePackError) {
    offset += try header(.nil).byteCount
  }

  /// Reads a boolean; integers are no booleans.
  ///
  /// - Throws: ``MessagePackError``, as ``readNil()``.
  @_lifetime(self: copy self)
  public mutating func readBoolean() throws(MessagePackError) -> Bool {
    let header = try header(.boolean)
    offset += header.byteCount
    return header.argument == 1
  }

  /// Reads an integer of any encoding that fits 64 bits with a sign.
  ///
  /// - Throws: ``MessagePackError``, as ``readNil()``, and `outOfRange` from 2^63.
  @_lifetime(self: copy self)
  public mutating func readInt64() throws(MessagePackError) -> Int64 {
    let header = try header(.integer)
    guard header.isNegative || header.argument <= UInt64(Int64.max) else {
      throw .outOfRange(offset: offset)
    }
    offset += header.byteCount
    return Int64(bitPattern: header.argument)
  }

  /// Reads an integer of any encoding that is not negative.
  ///
  /// - Throws: ``MessagePackError``, as ``readNil()``, and `outOfRange` below 0.
  @_lifetime(self: copy self)
  public mutating func readUInt64() throws(MessagePackError) -> UInt64 {
    let header = try header(.integer)
    guard !header.isNegative else { throw .outOfRange(offset: offset) }
    offset += header.byteCount
    return header.argument
  }

  /// Reads a float of 32 or 64 bits; integers are no floats.
  ///
  /// - Throws: ``MessagePackError``, as ``readNil()``.
  @_lifetime(self: copy self)
  public mutating func readDouble() throws(MessagePackError) -> Double {
    let header = try header(.float)
    offset += header.byteCount
    return Double(bitPattern: header.argument)
  }

  /// Reads a str as a view of its UTF-8 bytes in the input.
  ///
  /// - Throws: ``MessagePackError``, as ``readNil()``, and `invalidUTF8`.
  /// - Complexity: O(bytes of the str)
  @_lifetime(copy self)
  public mutating func readText() throws(MessagePackError) -> Span<UInt8> {
    let range = try bodyRange(.text)
    let text = bytes.extracting(range)
    guard isUTF8(bytes, from: range.lowerBound, count: range.count) else {
      throw .invalidUTF8(offset: offset)
    }
    offset = range.upperBound
    return text
  }

  /// Reads a str as a string of its own.
  ///
  /// - Throws: ``MessagePackError``, as ``readText()``.
  /// - Complexity: O(bytes of the str)
  @_lifetime(self: copy self)
  public mutating func readTextString() throws(MessagePackError) -> String {
    let range = try bodyRange(.text)
    guard let text = try? UTF8Span(validating: bytes.extracting(range)) else {
      throw .invalidUTF8(offset: offset)
    }
    offset = range.upperBound
    return String(copying: text)
  }

  /// Reads a bin as a view of its bytes in the input.
  ///
  /// - Throws: ``MessagePackError``, as ``readNil()``.
  /// - Complexity: O(1)
  @_lifetime(copy self)
  public mutating func readBinary() throws(MessagePackError) -> Span<UInt8> {
    let range = try bodyRange(.binary)
    offset = range.upperBound
    return bytes.extracting(range)
  }

  /// Reads the header of an array; its elements follow.
  ///
  /// - Returns: How many elements follow, at most as many as bytes are left.
  /// - Throws: ``MessagePackError``, as ``readNil()``.
  @_lifetime(self: copy self)
  public mutating func readArrayCount() throws(MessagePackError) -> Int {
    try readCount(.array, bytesPerItem: 1)
  }

  /// Reads the header of a map; its keys and values follow in turn.
  ///
  /// - Returns: How many pairs follow, at most half as many as bytes are left.
  /// - Throws: ``MessagePackError``, as ``readNil()``.
  @_lifetime(self: copy self)
  public mutating func readMapCount() throws(MessagePackError) -> Int {
    try readCount(.map, bytesPerItem: 2)
  }

  /// Moves behind the next value with all that it holds, at any depth.
  ///
  /// Texts are not checked for UTF-8.
  ///
  /// - Throws: ``MessagePackError/endOfInput(offset:needed:)``, ``MessagePackError/reserved(offset:)``.
  /// - Complexity: O(values skipped), without recursion
  @_lifetime(self: copy self)
  public mutating func skipValue() throws(MessagePackError) {
    let start = offset
    var pending = 1
    do throws(MessagePackError) {
      let missing = try skip(&pending) { _, _ in true }
      if missing > 0 { throw .endOfInput(offset: offset, needed: missing) }
    } catch {
      offset = start
      throw error
    }
  }

  /// The header of the next value, which must be of `kind`.
  private func header(_ kind: MessagePackKind) throws(MessagePackError) -> MessagePackHeader {
    let header = try MessagePackHeader(bytes, at: offset)
    guard header.kind == kind else {
      throw .mismatch(offset: offset, expected: kind, found: header.kind)
    }
    return header
  }

  /// Where the body of the next value, which must be a str or bin, stands.
  private func bodyRange(_ kind: MessagePackKind) throws(MessagePackError) -> Range<Int> {
    let header = try header(kind)
    // Lengths have at most 32 bits, so the sum cannot overflow.
    let byteCount = header.byteCount + Int(header.argument)
    guard bytes.count - offset >= byteCount else {
      throw .endOfInput(offset: offset, needed: byteCount)
    }
    return (offset + header.byteCount)..<(offset + byteCount)
  }

  @_lifetime(self: copy self)
  private mutating func readCount(
    _ kind: MessagePackKind,
    bytesPerItem: Int
  ) throws(MessagePackError) -> Int {
    let header = try header(kind)
    let needed = header.byteCount + bytesPerItem * Int(header.argument)
    guard bytes.count - offset >= needed else { throw .endOfInput(offset: offset, needed: needed) }
    offset += header.byteCount
    return Int(header.argument)
  }
}

/// Whether a part of `bytes` is UTF-8.
@usableFromInline
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
