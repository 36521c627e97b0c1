internal import MoltTape

extension Diagnosis {
  /// Reads the text or key whose opening quote is next.
  mutating func readText() throws(JSONError) {
    let start = unsafe offset
    var byteCount = 0
    unsafe offset += 1
    while unsafe offset < count, unsafe input[offset] != 0x22 {
      byteCount += try unsafe readCharacter(input[offset])
    }
    guard unsafe offset < count else { throw unsafe error(.unexpectedEnd, .endOfText) }
    guard unsafe byteCount <= min(limits.textByteCount, TapeWord.maximumCount) else {
      throw JSONError(.textTooLong, at: start)
    }
    unsafe offset += 1
  }

  /// Reads a character or an escape.
  ///
  /// - Returns: How many bytes of UTF-8 the character takes.
  private mutating func readCharacter(_ byte: UInt8) throws(JSONError) -> Int {
    if byte < 0x20 { throw unsafe error(.controlCharacter) }
    if byte == 0x5C { return try unsafe readEscape() }
    guard byte >= 0x80 else {
      unsafe offset += 1
      return 1
    }
    let scalar = unsafe decodeMultibyte(input + offset, available: count - offset)
    guard scalar.byteCount > 0 else { throw unsafe error(.invalidUTF8) }
    unsafe offset += scalar.byteCount
    return scalar.byteCount
  }

  private mutating func readEscape() throws(JSONError) -> Int {
    let start = unsafe offset
    unsafe offset += 1
    guard unsafe offset < count else { throw unsafe error(.unexpectedEnd, .escape) }
    let letter = unsafe input[offset]
    guard letter == 0x75 else {
      guard simpleEscape(letter) != 0 else {
        throw JSONError(.invalidEscape, at: start, expected: .escape)
      }
      unsafe offset += 1
      return 1
    }
    unsafe offset += 1
    let unit = try unsafe readUnit(start)
    guard unit & 0xF800 == 0xD800 else { return unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3 }
    let lone = JSONError(.loneSurrogate, at: start, expected: .lowSurrogate)
    guard unit < 0xDC00, unsafe offset + 1 < count, unsafe input[offset] == 0x5C,
      unsafe input[offset + 1] == 0x75
    else { throw lone }
    let second = unsafe offset
    unsafe offset += 2
    guard try unsafe readUnit(second) & 0xFC00 == 0xDC00 else { throw lone }
    return 4
  }

  /// Reads four hexadecimal digits of the escape that begins at `start`.
  private mutating func readUnit(_ start: Int) throws(JSONError) -> UInt32 {
    guard let unit = unsafe hexadecimal(input, count: count, at: offset) else {
      let digits = unsafe offset
      for index in digits..<digits + 4 {
        guard unsafe index < count else {
          throw unsafe JSONError(.unexpectedEnd, at: count, expected: .hexadecimalDigit)
        }
        let byte = unsafe input[index]
        guard byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 else { break }
      }
      throw JSONError(.invalidEscape, at: start, expected: .hexadecimalDigit)
    }
    unsafe offset += 4
    return unit
  }
}
