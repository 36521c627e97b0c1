/// A document and the place up to which it has been read.
///
/// Safety: `base` points to `count` bytes that outlive the value; every read checks `offset`.
@unsafe struct JSONInput {
  let base: UnsafePointer<UInt8>
  let count: Int
  var offset = 0

  init(_ base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    unsafe self.count = count
  }

  /// The next byte; 0, which no valid document has here, at the end.
  var next: UInt8 {
    @inline(__always) get { unsafe offset < count ? base[offset] : 0 }
  }

  /// The error for a next byte that cannot stand there.
  var unexpected: JSONReencodeError {
    unsafe offset < count ? .unexpectedByte(offset: offset) : .unexpectedEnd(offset: offset)
  }

  /// Moves over white space: space, tab, line feed and carriage return, as in Python.
  ///
  /// - Returns: The byte that follows, or 0 at the end.
  @inline(__always)
  mutating func skipWhitespace() -> UInt8 {
    while unsafe offset < count {
      let byte = unsafe base[offset]
      guard byte <= 0x20, 1 << UInt64(byte) & (0x1_0000_2600 as UInt64) != 0 else { return byte }
      unsafe offset &+= 1
    }
    return 0
  }

  /// Moves over digits.
  @inline(__always)
  mutating func skipDigits() {
    while unsafe offset < count && base[offset] &- 0x30 < 10 { unsafe offset &+= 1 }
  }

  /// Moves over a word.
  ///
  /// - Parameter word: What must come next.
  /// - Throws: When the document goes on differently, at the first byte that differs.
  mutating func skip(_ word: StaticString) throws(JSONReencodeError) {
    for index in 0..<word.utf8CodeUnitCount {
      guard unsafe next == word.utf8Start[index] else { throw unsafe unexpected }
      unsafe offset += 1
    }
  }
}
