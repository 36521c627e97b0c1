/// Reads CBOR values one after the other from a borrowed run of bytes.
///
/// The caller knows what comes next, or asks ``peekKind()``. Given the bytes
///
///     9f 19 01 00 62 68 69 ff
///
/// `readArrayCount()` answers nil, as the array has no count; `readBreak()` answers false, `readInt64()`
/// 256, `readText()` the bytes of "hi", and `readBreak()` true.
///
/// Any well-formed encoding is accepted, not only the shortest. A reader that threw has not moved. It
/// never copies except where the names say so, never recurses, and never allocates by an announced
/// size: a count that the rest of the input cannot hold is an error. Several values behind each other
/// are a sequence (RFC 8742): read until ``isAtEnd``.
///
/// Source: RFC 8949.
public struct CBORReader: ~Escapable {
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
  /// - Throws: ``CBORError/endOfInput(offset:needed:)`` also when only the value's head is cut short,
  ///   ``CBORError/reserved(offset:)``, ``CBORError/unexpectedBreak(offset:)``.
  /// - Complexity: O(1)
  public func peekKind() throws(CBORError) -> CBORKind {
    guard let kind = try CBORHead(bytes, at: offset).kind else {
      throw .unexpectedBreak(offset: offset)
    }
    return kind
  }

  /// Reads null.
  ///
  /// - Throws: ``CBORError``: `endOfInput`, `reserved`, `unexpectedBreak`, `mismatch`.
  @_lifetime(self: copy self)
  public mutating func readNull() throws(CBORError) { offset += try head(.null).byteCount }

  /// Reads a boolean.
  ///
  /// - Throws: ``CBORError``, as ``readNull()``.
  @_lifetime(self: copy self)
  public mutating func readBoolean() throws(CBORError) -> Bool {
    let head = try head(.boolean)
    offset += head.byteCount
    return head.information == 21
  }

  /// Reads a simple value that is neither a boolean nor null: 23 is undefined (section 3.3).
  ///
  /// - Throws: ``CBORError``, as ``readNull()``.
  @_lifetime(self: copy self)
  public mutating func readSimple() throws(CBORError) -> UInt8 {
    let head = try head(.simple)
    offset += head.byteCount
    return UInt8(truncatingIfNeeded: head.argument)
  }

  /// Reads an integer that fits 64 bits with a sign.
  ///
  /// - Throws: ``CBORError``, as ``readNull()``, and `outOfRange`.
  @_lifetime(self: copy self)
  public mutating func readInt64() throws(CBORError) -> Int64 {
    let head = try anyHead()
    guard head.major <= 1 else { throw mismatch(.unsigned, head) }
    guard head.argument >> 63 == 0 else { throw .outOfRange(offset: offset) }
    offset += head.byteCount
    let value = Int64(bitPattern: head.argument)
    return head.major == 0 ? value : ~value
  }

  /// Reads an integer that is not negative.
  ///
  /// - Throws: ``CBORError``, as ``readInt64()``.
  @_lifetime(self: copy self)
  public mutating func readUInt64() throws(CBORError) -> UInt64 {
    let head = try anyHead()
    if head.major == 1 { throw .outOfRange(offset: offset) }
    guard head.major == 0 else { throw mismatch(.unsigned, head) }
    offset += head.byteCount
    return head.argument
  }

  /// Reads a float of 16, 32 or 64 bits; integers are no floats.
  ///
  /// - Throws: ``CBORError``, as ``readNull()``.
  @_lifetime(self: copy self)
  public mutating func readDouble() throws(CBORError) -> Double {
    let head = try head(.float)
    offset += head.byteCount
    return head.float
  }

  /// Reads a tag; the value that it stands before follows.
  ///
  /// - Throws: ``CBORError``, as ``readNull()``.
  @_lifetime(self: copy self)
  public mutating func readTag() throws(CBORError) -> UInt64 {
    let head = try head(.tag)
    offset += head.byteCount
    return head.argument
  }

  /// Reads the head of an array; its elements follow.
  ///
  /// - Returns: How many, at most as many as bytes are left; nil when ``readBreak()`` tells the end.
  /// - Throws: ``CBORError``, as ``readNull()``.
  @_lifetime(self: copy self)
  public mutating func readArrayCount() throws(CBORError) -> Int? {
    try readCount(.array)
  }

  /// Reads the head of a map; its keys and values follow in turn.
  ///
  /// - Returns: How many pairs, at most half as many as bytes are left; nil when ``readBreak()``
  ///   tells the end.
  /// - Throws: ``CBORError``, as ``readNull()``.
  @_lifetime(self: copy self)
  public mutating func readMapCount() throws(CBORError) -> Int? {
    try readCount(.map).map { $0 / 2 }
  }

  /// Reads the break that ends an array or map of indefinite length, if one is next.
  ///
  /// - Returns: Whether it was; otherwise the reader has not moved.
  /// - Throws: ``CBORError/endOfInput(offset:needed:)`` when nothing is left.
  /// - Complexity: O(1)
  @_lifetime(self: copy self)
  public mutating func readBreak() throws(CBORError) -> Bool {
    guard offset < bytes.count else { throw .endOfInput(offset: offset, needed: 1) }
    guard bytes[offset] == 0xFF else { return false }
    offset += 1
    return true
  }

  /// Moves behind the next value with all that it holds, at any depth.
  ///
  /// Texts are not checked for UTF-8.
  ///
  /// - Throws: ``CBORError``: `endOfInput`, `reserved`, `unexpectedBreak`, `invalidChunk`, and
  ///   `tooDeep` beyond 1,048,576 nested arrays and maps of indefinite length.
  /// - Complexity: O(values skipped), without recursion
  @_lifetime(self: copy self)
  public mutating func skipValue() throws(CBORError) {
    offset = try CBORSkip.end(of: bytes, at: offset)
  }
}

// Heads.
extension CBORReader {
  /// The head of the next value, whatever it is.
  func anyHead() throws(CBORError) -> CBORHead {
    let head = try CBORHead(bytes, at: offset)
    guard !head.isBreak else { throw .unexpectedBreak(offset: offset) }
    return head
  }

  /// The head of the next value, which must be of `kind`.
  func head(_ kind: CBORKind) throws(CBORError) -> CBORHead {
    let head = try anyHead()
    guard head.kind == kind else { throw mismatch(kind, head) }
    return head
  }

  func mismatch(_ expected: CBORKind, _ head: CBORHead) -> CBORError {
    .mismatch(offset: offset, expected: expected, found: head.kind ?? expected)
  }

  @_lifetime(self: copy self)
  private mutating func readCount(_ kind: CBORKind) throws(CBORError) -> Int? {
    let head = try head(kind)
    let count = head.isIndefinite ? nil : try head.checkedLength(at: offset, in: bytes)
    offset += head.byteCount
    return count
  }
}
