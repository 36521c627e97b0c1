extension DecodingRun {
  /// The index of the value below any tags.
  @inline(__always)
  func untagged(_ index: Int) -> Int {
    if _fastPath(memory.word(index).kind != .tag) { return index }
    return skipTags(index)
  }

  @inline(never)
  private func skipTags(_ start: Int) -> Int {
    var index = start
    while memory.word(index).kind == .tag { index &+= memory.word(index).wordCount }
    return index
  }

  @inline(__always)
  func isNull(_ index: Int) -> Bool {
    let word = memory.word(untagged(index))
    return word.kind == .null || isUndefined(word)
  }

  /// Whether a word is CBOR's undefined (RFC 8949, section 3.3), which is as good as null.
  @inline(__always)
  private func isUndefined(_ word: TapeWord) -> Bool { word.kind == .simple && word.payload == 23 }

  @inline(__always)
  func boolean(_ place: Int) throws -> Bool {
    let index = untagged(place)
    let word = memory.word(index)
    guard word.kind == .boolean else { throw mismatch(Bool.self, at: index) }
    return word.payload == 1
  }

  @inline(__always)
  func string(_ place: Int) throws -> String {
    let index = untagged(place)
    let word = memory.word(index)
    guard word.kind == .text || word.kind == .arenaText else {
      throw mismatch(String.self, at: index)
    }
    return unsafe makeString(memory.bytes(of: word))
  }

  /// A string of bytes that a parser has found to be UTF-8.
  @inline(never) @unsafe
  private func makeString(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var text = unsafe UTF8Span(unchecked: Span(_unsafeElements: bytes))
    // Swift compares and counts a string faster that it knows to be ASCII.
    _ = text.checkForASCII()
    return String(copying: text)
  }
}
