internal import CMoltIntrinsics
public import MoltBytes
internal import MoltTape

extension JSONCursor {
  /// Checks that the value is null.
  ///
  /// - Throws: ``JSONError`` unless it is.
  public func null() throws(JSONError) {
    guard try isLiteral("null") else { throw mismatch(.null) }
  }

  /// The value as a boolean.
  ///
  /// - Throws: ``JSONError`` unless it is one.
  public func boolean() throws(JSONError) -> Bool {
    if try isLiteral("true") { return true }
    if try isLiteral("false") { return false }
    throw mismatch(.boolean)
  }

  /// The value as an integer with a sign.
  ///
  /// - Throws: ``JSONError``: `mismatch` unless it is an integer, `outOfRange` beyond 64 bits.
  public func int64() throws(JSONError) -> Int64 {
    let number = try number()
    switch number.word.kind {
    case .integer: return number.word.integer
    case .int64: return Int64(bitPattern: number.operand)
    case .uint64: throw JSONError(.outOfRange, at: offset, expected: .integer)
    case .number where isInteger: throw JSONError(.outOfRange, at: offset, expected: .integer)
    default: throw mismatch(.integer)
    }
  }

  /// The value as an integer that is not negative.
  ///
  /// - Throws: ``JSONError``: `mismatch` unless it is an integer, `outOfRange` below zero and
  ///   beyond 64 bits.
  public func uint64() throws(JSONError) -> UInt64 {
    let number = try number()
    if number.word.kind == .uint64 { return number.operand }
    guard let value = UInt64(exactly: try int64()) else {
      throw JSONError(.outOfRange, at: offset, expected: .integer)
    }
    return value
  }

  /// The value as the nearest `Double`; integers too.
  ///
  /// - Throws: ``JSONError``: `mismatch` unless it is a number, `outOfRange` beyond the largest
  ///   one.
  public func double() throws(JSONError) -> Double {
    let number = try number()
    switch number.word.kind {
    case .double: return Double(bitPattern: number.operand)
    case .integer: return Double(number.word.integer)
    case .int64:
      let value = Int64(bitPattern: number.operand)
      return value == 0 ? -0.0 : Double(value)
    case .uint64: return Double(number.operand)
    default:
      let text = try source
      let value = unsafe Double(
        text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
      )
      guard let value, value.isFinite else {
        throw JSONError(.outOfRange, at: offset, expected: .number)
      }
      return value
    }
  }

  /// The value as a string.
  ///
  /// - Throws: ``JSONError`` unless it is a text that is right.
  /// - Complexity: O(length)
  public func string() throws(JSONError) -> String {
    let text = try bounds()
    if !text.hasEscapes {
      let bytes = unsafe UnsafeBufferPointer(
        start: scan.input + offset + 1,
        count: text.end - offset - 2
      )
      // A string of valid UTF-8; control characters are looked for by themselves.
      if let string = unsafe String(validating: bytes, as: UTF8.self),
        unsafe !bytes.contains(where: { $0 < 0x20 })
      {
        return string
      }
      throw textError()
    }
    var writer = ByteWriter(capacity: text.end - offset)
    try appendText(to: &writer)
    return unsafe writer.span.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes between the quotes of a text, escapes as they stand there; not checked.
  ///
  /// - Throws: ``JSONError`` unless it is a text that ends.
  /// - Complexity: O(length)
  public var rawText: Span<UInt8> {
    @_lifetime(copy self) get throws(JSONError) {
      let text = try bounds()
      return span((offset + 1)..<(text.end - 1))
    }
  }

  /// Appends a text in UTF-8 with its escapes resolved.
  ///
  /// - Parameter writer: Gets the bytes; none after a throw.
  /// - Throws: ``JSONError`` unless it is a text that is right.
  /// - Complexity: O(length)
  public func appendText(to writer: inout ByteWriter) throws(JSONError) {
    let text = try bounds()
    // The slow reader says whether the text is right, and knows what is wrong.
    var diagnosis = unsafe Diagnosis(scan.input, count: scan.count, JSONLimits())
    unsafe diagnosis.offset = offset
    try unsafe diagnosis.readText()
    let content = unsafe scan.input + offset + 1
    let byteCount = text.end - offset - 2
    if text.hasEscapes {
      _ = unsafe appendEscapedText(
        content,
        count: byteCount + 1,
        from: 0,
        firstEscape: 0,
        to: &writer
      )
    } else {
      unsafe writer.append(copying: UnsafeRawBufferPointer(start: content, count: byteCount))
    }
  }

  private func bounds() throws(JSONError) -> (end: Int, hasEscapes: Bool) {
    guard unsafe scan.input[offset] == 0x22 else { throw mismatch(.text) }
    return try unsafe scan.end(ofTextAt: offset)
  }

  /// What is wrong with a text.
  private func textError() -> JSONError {
    var diagnosis = unsafe Diagnosis(scan.input, count: scan.count, JSONLimits())
    unsafe diagnosis.offset = offset
    do throws(JSONError) {
      try unsafe diagnosis.readText()
    } catch {
      return error
    }
    return JSONError(.invalidUTF8, at: offset)
  }

  private func isLiteral(_ literal: StaticString) throws(JSONError) -> Bool {
    let byteCount = literal.utf8CodeUnitCount
    let end = try unsafe scan.end(ofValueAt: offset)
    guard end - offset == byteCount else { return false }
    for index in 0..<byteCount
    where unsafe scan.input[offset + index] != literal.utf8Start[index] { return false }
    return true
  }

  /// Whether a number has neither point nor exponent.
  private var isInteger: Bool {
    guard let number = unsafe LongNumber(scan.input, count: scan.count, at: offset) else {
      return false
    }
    return unsafe !number.isFloat
  }

  /// The words of the number.
  private func number() throws(JSONError) -> (word: TapeWord, operand: UInt64) {
    let input = unsafe scan.input
    let first = unsafe input[offset]
    guard first == 0x2D || first &- 0x30 < 10 else { throw mismatch(.number) }
    if unsafe offset + DocumentTail.reach <= scan.count {
      var words = [2 of UInt64](repeating: 0)
      var span = words.mutableSpan
      let isRead = unsafe span.withUnsafeMutableBufferPointer { words -> Bool in
        guard let out = words.baseAddress else { return false }
        return unsafe NumberWord.read(input, scan.count, at: offset, to: out, scan.path)
      }
      if isRead { return (TapeWord(bits: words[0]), words[1]) }
    }
    guard let number = unsafe LongNumber(input, count: scan.count, at: offset),
      unsafe number.end == scan.count || endsNumber(input[number.end])
    else { throw numberError() }
    let (word, operand) = unsafe number.words
    return (word, operand ?? 0)
  }

  /// What is wrong with a number.
  private func numberError() -> JSONError {
    var diagnosis = unsafe Diagnosis(scan.input, count: scan.count, JSONLimits())
    unsafe diagnosis.offset = offset
    do throws(JSONError) {
      try unsafe diagnosis.readNumber()
    } catch {
      return error
    }
    return JSONError(.unexpectedByte, at: offset, expected: .number)
  }
}
