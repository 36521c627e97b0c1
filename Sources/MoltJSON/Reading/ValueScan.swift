internal import CMoltIntrinsics

/// Moves over a document's values without making anything of them: what ``JSONCursor`` is made of.
///
/// Safety: `input` points to `count` bytes that outlive the value; every read checks its offset.
@usableFromInline @unsafe struct ValueScan {
  let input: UnsafePointer<UInt8>
  let count: Int
  let path: molt_json_path

  /// The offset of the next byte that is no white space.
  ///
  /// - Throws: When the document ends before it.
  @inline(__always)
  func next(_ start: Int, _ expected: JSONError.Expectation) throws(JSONError) -> Int {
    var offset = start
    while unsafe offset < count, unsafe isSpace(input[offset]) { offset &+= 1 }
    guard unsafe offset < count else {
      throw JSONError(.unexpectedEnd, at: offset, expected: expected)
    }
    return offset
  }

  /// The offset behind a value.
  ///
  /// Arrays and objects end with the bracket that makes up for their first; nothing else is looked
  /// at in them. A number or literal ends before the next byte that cannot belong to one.
  ///
  /// - Parameter start: Where its first byte stands.
  /// - Returns: The offset.
  /// - Throws: When it does not end, or there is none.
  @inline(__always)
  func end(ofValueAt start: Int) throws(JSONError) -> Int {
    let byte = unsafe input[start]
    if byte == 0x22 { return try unsafe end(ofTextAt: start).end }
    if byte == 0x7B || byte == 0x5B {
      let byteCount = unsafe molt_json_skip(path, input + start, count - start)
      guard byteCount > 0 else {
        throw unsafe JSONError(
          .unexpectedEnd,
          at: count,
          expected: byte == 0x7B ? .commaOrEndOfObject : .commaOrEndOfArray
        )
      }
      return start &+ byteCount
    }
    var offset = start
    while unsafe offset < count, unsafe belongsToScalar(input[offset]) { offset &+= 1 }
    guard offset > start else {
      throw JSONError(.unexpectedByte, at: start, expected: .value)
    }
    return offset
  }

  /// The offset behind the closing quote of a text, and whether a backslash stands before it.
  @inline(__always)
  func end(ofTextAt start: Int) throws(JSONError) -> (end: Int, hasEscapes: Bool) {
    var offset = start &+ 1
    var hasEscapes = false
    while true {
      if unsafe offset &+ 32 <= count {
        let mask = unsafe molt_json_special32(input + offset)
        guard mask != 0 else {
          offset &+= 32
          continue
        }
        offset &+= mask.trailingZeroBitCount
      }
      guard unsafe offset < count else {
        throw unsafe JSONError(.unexpectedEnd, at: count, expected: .endOfText)
      }
      let byte = unsafe input[offset]
      if byte == 0x22 { return (offset &+ 1, hasEscapes) }
      hasEscapes = hasEscapes || byte == 0x5C
      offset &+= byte == 0x5C ? 2 : 1
    }
  }

  /// The offset behind the byte that has to come next.
  @inline(__always)
  func skip(
    _ byte: UInt8,
    at start: Int,
    _ expected: JSONError.Expectation
  ) throws(JSONError) -> Int {
    let offset = try unsafe next(start, expected)
    guard unsafe input[offset] == byte else {
      throw JSONError(.unexpectedByte, at: offset, expected: expected)
    }
    return offset &+ 1
  }

  /// Whether another element or pair follows, and where it starts.
  ///
  /// - Parameters:
  ///   - start: Behind the opening bracket or an element.
  ///   - isFirst: Whether no element was read yet.
  ///   - closing: The bracket that ends the container.
  ///   - expected: What may come.
  /// - Returns: The offset of its first byte, or nil at the end of the container.
  /// - Throws: When neither follows.
  @inline(__always)
  func nextElement(
    _ start: Int,
    isFirst: Bool,
    closing: UInt8,
    _ expected: (first: JSONError.Expectation, later: JSONError.Expectation)
  ) throws(JSONError) -> Int? {
    let offset = try unsafe next(start, isFirst ? expected.first : expected.later)
    let byte = unsafe input[offset]
    if byte == closing { return nil }
    if isFirst { return offset }
    guard byte == 0x2C else {
      throw JSONError(.unexpectedByte, at: offset, expected: expected.later)
    }
    return try unsafe next(offset &+ 1, closing == 0x7D ? .key : .value)
  }
}

/// Letters, digits, signs and the point.
@inline(__always)
private func belongsToScalar(_ byte: UInt8) -> Bool {
  byte > 0x20 && byte != 0x2C && byte != 0x5D && byte != 0x7D && byte != 0x3A && byte != 0x22
    && byte != 0x5B && byte != 0x7B
}
