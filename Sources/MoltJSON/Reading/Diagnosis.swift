internal import MoltTape

/// Finds what is wrong with a document, one byte after the other.
///
/// The fast readers only find out that something is wrong somewhere. A document is rarely wrong, so
/// that it may then be read again, slowly, up to the first error: all readers report the same one.
///
/// Safety: `input` points to `count` bytes; every read checks `offset`.
@unsafe struct Diagnosis {
  let input: UnsafePointer<UInt8>
  let count: Int
  let limits: JSONLimits
  var offset = 0
  /// Whether the open containers are objects, from the outermost.
  var isMap: [Bool] = []
  private var state = State.value

  /// What may come next.
  private enum State {
    case value, firstElement, firstKey, key, colon, afterValue
  }

  init(_ input: UnsafePointer<UInt8>, count: Int, _ limits: JSONLimits) {
    unsafe self.input = input
    unsafe self.count = count
    unsafe self.limits = limits
  }

  /// Reads the document.
  ///
  /// - Throws: The first error.
  /// - Complexity: O(`count`)
  mutating func run() throws(JSONError) {
    try unsafe checkBeginning()
    while true {
      unsafe skipSpace()
      if unsafe state == .afterValue, unsafe isMap.isEmpty {
        guard unsafe offset == count else { throw unsafe error(.trailingData) }
        return
      }
      guard unsafe offset < count else {
        throw unsafe error(.unexpectedEnd, expectation)
      }
      try unsafe step(input[offset])
    }
  }

  private mutating func checkBeginning() throws(JSONError) {
    if unsafe count >= 3, unsafe input[0] == 0xEF, unsafe input[1] == 0xBB,
      unsafe input[2] == 0xBF
    {
      throw unsafe error(.byteOrderMark)
    }
    unsafe skipSpace()
    if unsafe offset == count { throw unsafe error(.empty, .value) }
  }

  private mutating func skipSpace() {
    while unsafe offset < count, unsafe isSpace(input[offset]) { unsafe offset += 1 }
  }

  private mutating func step(_ byte: UInt8) throws(JSONError) {
    switch unsafe (state, byte) {
    case (.firstElement, 0x5D), (.firstKey, 0x7D): unsafe close()
    case (.value, _), (.firstElement, _): try unsafe readValue(byte)
    case (.key, 0x22), (.firstKey, 0x22):
      try unsafe readText()
      unsafe state = .colon
    case (.colon, 0x3A):
      unsafe offset += 1
      unsafe state = .value
    case (.afterValue, 0x2C):
      unsafe offset += 1
      unsafe state = isMap[isMap.count - 1] ? .key : .value
    case (.afterValue, 0x5D) where unsafe !isMap[isMap.count - 1]: unsafe close()
    case (.afterValue, 0x7D) where unsafe isMap[isMap.count - 1]: unsafe close()
    default: throw unsafe unexpected()
    }
  }

  private mutating func close() {
    unsafe offset += 1
    unsafe isMap.removeLast()
    unsafe state = .afterValue
  }

  private mutating func readValue(_ byte: UInt8) throws(JSONError) {
    switch byte {
    case 0x7B, 0x5B:
      guard unsafe isMap.count < limits.depth else { throw unsafe error(.tooDeep) }
      unsafe isMap.append(byte == 0x7B)
      unsafe state = byte == 0x7B ? .firstKey : .firstElement
      unsafe offset += 1
      return
    case 0x22: try unsafe readText()
    case 0x2D, 0x30...0x39: try unsafe readNumber()
    case 0x74: try unsafe readLiteral("true")
    case 0x66: try unsafe readLiteral("false")
    case 0x6E: try unsafe readLiteral("null")
    default: throw unsafe unexpected()
    }
    unsafe state = .afterValue
  }

  private mutating func readLiteral(_ literal: StaticString) throws(JSONError) {
    for index in 0..<literal.utf8CodeUnitCount {
      guard unsafe offset < count else { throw unsafe error(.unexpectedEnd, .literal) }
      guard unsafe input[offset] == literal.utf8Start[index] else {
        throw unsafe unexpected(.literal)
      }
      unsafe offset += 1
    }
    try unsafe checkEndOfScalar()
  }

  /// Checks that what follows a number or literal does not belong to it.
  private func checkEndOfScalar() throws(JSONError) {
    guard unsafe offset < count else { return }
    let byte = unsafe input[offset]
    if isSpace(byte) || byte == 0x2C || byte == 0x5D || byte == 0x7D || byte == 0x3A { return }
    if unsafe isMap.isEmpty { throw unsafe error(.trailingData) }
    throw unsafe unexpected(afterValue)
  }

  mutating func readNumber() throws(JSONError) {
    let start = unsafe offset
    var isFloat = false
    if unsafe input[offset] == 0x2D { unsafe offset += 1 }
    let first = unsafe offset
    try unsafe readDigits()
    if unsafe input[first] == 0x30, unsafe offset > first + 1 {
      unsafe offset = first
      throw unsafe error(.leadingZero)
    }
    if unsafe offset < count, unsafe input[offset] == 0x2E {
      isFloat = true
      unsafe offset += 1
      try unsafe readDigits()
    }
    if unsafe offset < count, unsafe input[offset] | 0x20 == 0x65 {
      isFloat = true
      unsafe offset += 1
      if unsafe offset < count, unsafe input[offset] == 0x2B || input[offset] == 0x2D {
        unsafe offset += 1
      }
      try unsafe readDigits()
    }
    try unsafe checkLength(from: start, isFloat)
    try unsafe checkEndOfScalar()
  }

  private mutating func readDigits() throws(JSONError) {
    guard unsafe offset < count else { throw unsafe error(.unexpectedEnd, .digit) }
    guard unsafe input[offset] &- 0x30 < 10 else { throw unsafe unexpected(.digit) }
    while unsafe offset < count, unsafe input[offset] &- 0x30 < 10 { unsafe offset += 1 }
  }

  private func checkLength(from start: Int, _ isFloat: Bool) throws(JSONError) {
    guard unsafe offset - start > min(limits.textByteCount, TapeWord.maximumCount) else { return }
    let number = unsafe LongNumber(input, count: count, at: start)
    guard unsafe number?.words.word.kind == .number || offset - start > TapeWord.maximumCount
    else { return }
    throw JSONError(.textTooLong, at: start)
  }

  private var afterValue: JSONError.Expectation {
    unsafe isMap[isMap.count - 1] ? .commaOrEndOfObject : .commaOrEndOfArray
  }

  private var expectation: JSONError.Expectation {
    switch unsafe state {
    case .value: .value
    case .firstElement: .valueOrEndOfArray
    case .firstKey: .keyOrEndOfObject
    case .key: .key
    case .colon: .colon
    case .afterValue: unsafe afterValue
    }
  }

  func error(_ code: JSONError.Code, _ expected: JSONError.Expectation? = nil) -> JSONError {
    unsafe JSONError(code, at: offset, expected: expected)
  }

  /// The error for the byte at `offset`, which may not even be UTF-8.
  func unexpected(_ expected: JSONError.Expectation? = nil) -> JSONError {
    if unsafe input[offset] >= 0x80,
      unsafe decodeMultibyte(input + offset, available: count - offset).byteCount == 0
    {
      return unsafe error(.invalidUTF8)
    }
    return unsafe error(.unexpectedByte, expected ?? expectation)
  }
}
