internal import CMoltIntrinsics
public import MoltBytes
internal import MoltTape

extension JSONCursor {
  /// Checks that the value is null.
  ///
  /// - Throws: ``JSONError`` unless it is.
  public func null() throws(JSONError) {
    guard isLiteral("null") else { throw mismatch(.null) }
  }

  /// The value as a boolean.
  ///
  /// - Throws: ``JSONError`` unless it is one.
  public func boolean() throws(JSONError) -> Bool {
    if isLiteral("true") { return true }
    if isLiteral("false") { return false }
    throw mismatch(.boolean)
  }

  /// The value as an integer with a sign.
  ///
  /// - Throws: ``JSONError``: `mismatch` unless it is an integer, `outOfRange` beyond 64 bits.
  public func int64() throws(JSONError) -> Int64 {
    let decimal = unsafe scan.decimal(at: offset)
    guard decimal.byte_count != 0, decimal.fraction_count == 0, decimal.digits < 1 << 63 else {
      return try slowInt64()
    }
    finish(at: offset &+ Int(decimal.byte_count))
    let value = Int64(bitPattern: decimal.digits)
    return unsafe scan.input[offset] == 0x2D ? 0 &- value : value
  }

  /// The value as an integer that is not negative.
  ///
  /// - Throws: ``JSONError``: `mismatch` unless it is an integer, `outOfRange` below zero and
  ///   beyond 64 bits.
  public func uint64() throws(JSONError) -> UInt64 {
    let decimal = unsafe scan.decimal(at: offset)
    guard decimal.byte_count != 0, decimal.fraction_count == 0, unsafe scan.input[offset] != 0x2D
    else { return try slowUInt64() }
    finish(at: offset &+ Int(decimal.byte_count))
    return decimal.digits
  }

  /// The value as the nearest `Double`; integers too.
  ///
  /// - Throws: ``JSONError``: `mismatch` unless it is a number, `outOfRange` beyond the largest
  ///   one.
  @inline(__always)
  public func double() throws(JSONError) -> Double {
    let decimal = unsafe scan.decimal(at: offset)
    guard decimal.byte_count != 0 else { return try slowDouble() }
    finish(at: offset &+ Int(decimal.byte_count))
    return unsafe scan.double(decimal, at: offset)
  }

  /// The value as a string.
  ///
  /// - Throws: ``JSONError`` unless it is a text that is right.
  /// - Complexity: O(length)
  public func string() throws(JSONError) -> String {
    let text = try rightText()
    if text.flags & UInt32(MOLT_JSON_HAS_ESCAPES) == 0 {
      let bytes = unsafe UnsafeBufferPointer(start: scan.input + offset + 1, count: text.byteCount)
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
    var writer = ByteWriter(capacity: text.byteCount + 64)
    try unescape(text.byteCount, to: &writer)
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
    let text = try rightText()
    if text.flags & UInt32(MOLT_JSON_HAS_ESCAPES) != 0 {
      return try unescape(text.byteCount, to: &writer)
    }
    let content = unsafe scan.input + offset + 1
    unsafe writer.append(copying: UnsafeRawBufferPointer(start: content, count: text.byteCount))
  }

  /// Appends a text with escapes; nothing when one of them is wrong.
  private func unescape(_ byteCount: Int, to writer: inout ByteWriter) throws(JSONError) {
    let begin = writer.count
    let end = unsafe appendEscapedText(
      scan.input,
      count: scan.count,
      from: offset + 1,
      firstEscape: offset + 1,
      to: &writer
    )
    guard end == offset + 1 + byteCount else {
      writer.truncate(to: begin)
      throw textError()
    }
  }

  /// The length between the quotes of a text that is right but perhaps for its escapes.
  private func rightText() throws(JSONError) -> (byteCount: Int, flags: UInt32) {
    let text = try bounds()
    let byteCount = text.end - offset - 2
    let isPlain = text.flags & UInt32(MOLT_JSON_HAS_CONTROLS | MOLT_JSON_HAS_NON_ASCII) == 0
    guard byteCount <= JSONLimits().textByteCount, isPlain || isUTF8(byteCount, text.flags)
    else { throw textError() }
    return (byteCount, text.flags)
  }

  private func isUTF8(_ byteCount: Int, _ flags: UInt32) -> Bool {
    guard flags & UInt32(MOLT_JSON_HAS_CONTROLS) == 0 else { return false }
    let content = unsafe scan.input + offset + 1
    return unsafe molt_utf8_is_valid(content, byteCount, scan.count - offset - 1)
  }

  /// The end of a text, and what stands in it.
  private func bounds() throws(JSONError) -> (end: Int, flags: UInt32) {
    guard unsafe scan.input[offset] == 0x22 else { throw mismatch(.text) }
    let text = unsafe molt_json_text_at(&scan.state.pointee.steps, offset)
    guard text.end != 0 else {
      throw unsafe JSONError(.unexpectedEnd, at: scan.count, expected: .endOfText)
    }
    finish(at: text.end)
    return (text.end, text.flags)
  }

  /// Remembers where the value ends.
  @inline(__always)
  private func finish(at end: Int) { unsafe scan.state.pointee.finish(place, at: end) }

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

  private func isLiteral(_ literal: StaticString) -> Bool {
    let end = offset + literal.utf8CodeUnitCount
    guard unsafe end <= scan.count else { return false }
    for index in offset..<end
    where unsafe scan.input[index] != literal.utf8Start[index - offset] { return false }
    guard unsafe end == scan.count || endsScalar(scan.input[end]) else { return false }
    finish(at: end)
    return true
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

  // MARK: Numbers

  @inline(never)
  private func slowInt64() throws(JSONError) -> Int64 {
    let (word, operand, isFloat) = try slowNumber()
    switch word.kind {
    case .integer: return word.integer
    case .int64: return Int64(bitPattern: operand)
    case .double: throw mismatch(.integer)
    default:
      throw isFloat ? mismatch(.integer) : JSONError(.outOfRange, at: offset, expected: .integer)
    }
  }

  @inline(never)
  private func slowUInt64() throws(JSONError) -> UInt64 {
    let (word, operand, _) = try slowNumber()
    if word.kind == .uint64 { return operand }
    guard let value = UInt64(exactly: try slowInt64()) else {
      throw JSONError(.outOfRange, at: offset, expected: .integer)
    }
    return value
  }

  @inline(never)
  private func slowDouble() throws(JSONError) -> Double {
    let (word, operand, _) = try slowNumber()
    switch word.kind {
    case .double: return Double(bitPattern: operand)
    case .integer: return Double(word.integer)
    case .int64:
      let value = Int64(bitPattern: operand)
      return value == 0 ? -0.0 : Double(value)
    case .uint64: return Double(operand)
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

  /// The words of any number, and whether it has a point or an exponent.
  private func slowNumber() throws(JSONError) -> (TapeWord, operand: UInt64, isFloat: Bool) {
    let first = unsafe scan.input[offset]
    guard first == 0x2D || first &- 0x30 < 10 else { throw mismatch(.number) }
    guard let number = unsafe LongNumber(scan.input, count: scan.count, at: offset),
      unsafe number.end == scan.count || endsNumber(scan.input[number.end])
    else { throw numberError() }
    let (word, operand) = unsafe number.words
    unsafe finish(at: number.end)
    return unsafe (word, operand ?? 0, number.isFloat)
  }
}

/// Whether a byte may stand behind a literal that is passed: not letters, digits, signs, the point.
private func endsScalar(_ byte: UInt8) -> Bool {
  byte <= 0x20 || byte == 0x2C || byte == 0x3A || byte == 0x22 || byte | 0x20 == 0x7B
    || byte | 0x20 == 0x7D
}
