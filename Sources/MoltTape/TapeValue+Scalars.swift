extension TapeValue {
  @inlinable @inline(never)
  func mismatch(_ expected: Kind) -> TapeError {
    TapeError(.mismatch, expected: expected, found: kind, index: index)
  }

  @inlinable @inline(never)
  func outOfRange(_ expected: Kind) -> TapeError {
    TapeError(.outOfRange, expected: expected, found: kind, index: index)
  }

  /// The value as a boolean.
  ///
  /// - Throws: ``TapeError`` unless it is one; numbers are no booleans.
  @inlinable
  public func boolean() throws(TapeError) -> Bool {
    guard word.kind == .boolean else { throw mismatch(.boolean) }
    return word.payload == 1
  }

  /// The value as an integer with a sign.
  ///
  /// - Throws: ``TapeError`` unless it is an integer below 2^63; `1.0` is a float.
  @inlinable
  public func int64() throws(TapeError) -> Int64 {
    let word = word
    switch word.kind {
    case .integer: return word.integer
    case .int64: return Int64(bitPattern: memory.operand(index))
    case .uint64:
      guard let value = Int64(exactly: memory.operand(index)) else { throw outOfRange(.integer) }
      return value
    case .number: throw outOfRange(.integer)
    default: throw mismatch(.integer)
    }
  }

  /// The value as an integer that is not negative.
  ///
  /// - Throws: ``TapeError`` unless it is an integer from 0 to 2^64 - 1; `1.0` is a float.
  @inlinable
  public func uint64() throws(TapeError) -> UInt64 {
    let word = word
    switch word.kind {
    case .integer:
      guard let value = UInt64(exactly: word.integer) else { throw outOfRange(.integer) }
      return value
    case .int64:
      guard let value = UInt64(exactly: Int64(bitPattern: memory.operand(index))) else {
        throw outOfRange(.integer)
      }
      return value
    case .uint64: return memory.operand(index)
    case .number: throw outOfRange(.integer)
    default: throw mismatch(.integer)
    }
  }

  /// The value as an integer of any type.
  ///
  /// - Throws: ``TapeError`` unless it is an integer that the type holds; `1.0` is a float.
  @inlinable
  public func integer<Integer: FixedWidthInteger>(
    _ type: Integer.Type = Integer.self
  ) throws(TapeError) -> Integer {
    let value =
      word.kind == .uint64 ? Integer(exactly: try uint64()) : Integer(exactly: try int64())
    guard let value else { throw outOfRange(.integer) }
    return value
  }

  /// The value as a float: integers are converted to the nearest one.
  ///
  /// - Throws: ``TapeError`` unless it is a float or an integer.
  @inlinable
  public func double() throws(TapeError) -> Double {
    let word = word
    switch word.kind {
    case .double: return Double(bitPattern: memory.operand(index))
    case .integer: return Double(word.integer)
    case .int64: return Double(Int64(bitPattern: memory.operand(index)))
    case .uint64: return Double(memory.operand(index))
    case .number: throw outOfRange(.float)
    default: throw mismatch(.float)
    }
  }

  /// The value as a text: a view of its UTF-8 bytes, unescaped and valid.
  ///
  /// - Throws: ``TapeError`` unless it is one.
  /// - Complexity: O(1)
  @_lifetime(copy self)
  @inlinable
  public func text() throws(TapeError) -> Span<UInt8> {
    let word = word
    guard word.kind == .text || word.kind == .arenaText else { throw mismatch(.text) }
    return span(word)
  }

  /// The value as a text in a string of its own.
  ///
  /// - Throws: ``TapeError`` unless it is one.
  /// - Complexity: O(bytes of the text)
  public func string() throws(TapeError) -> String {
    // Safety: parsers let no text through that is not UTF-8.
    String(copying: unsafe UTF8Span(unchecked: try text()))
  }

  /// The value as a binary: a view of its bytes.
  ///
  /// - Throws: ``TapeError`` unless it is one.
  /// - Complexity: O(1)
  @_lifetime(copy self)
  @inlinable
  public func binary() throws(TapeError) -> Span<UInt8> {
    let word = word
    guard word.kind == .binary || word.kind == .arenaBinary else { throw mismatch(.binary) }
    return span(word)
  }

  /// How the number stands in a JSON document, for those that lose something as 64 bits.
  ///
  /// That is every float, every number beyond 64 bits, and the integers that stand on the tape with
  /// their source (`-0` among them). Nil for the other integers, whose digits follow from the value,
  /// and in the other formats.
  @inlinable public var numberText: Span<UInt8>? {
    @_lifetime(copy self) get {
      guard memory.format == .json else { return nil }
      switch word.kind {
      case .int64, .uint64, .double, .number: return span(word)
      default: return nil
      }
    }
  }

  /// The value as the text of a number, exactly as a JSON document has it.
  ///
  /// - Throws: ``TapeError`` unless it is a number of any kind.
  public func numberString() throws(TapeError) -> String {
    if let text = numberText { return String(copying: unsafe UTF8Span(unchecked: text)) }
    switch word.kind {
    case .integer, .int64: return String(try int64())
    case .uint64: return String(try uint64())
    case .double: return try double().description
    default: throw mismatch(.number)
    }
  }
}

extension TapeValue {
  /// The number of the value's outermost tag; nil without one.
  ///
  /// See RFC 8949, section 3.4.
  @inlinable public var tag: UInt64? {
    let word = word
    guard word.kind == .tag else { return nil }
    return word.wordCount == 2 ? memory.operand(index) : word.payload
  }

  /// The value below its outermost tag; the value itself without one.
  @inlinable public var untagged: TapeValue {
    @_lifetime(copy self) get {
      let word = word
      return word.kind == .tag ? value(at: index &+ word.wordCount) : self
    }
  }

  /// The type of an extension of MessagePack; nil when the value is none.
  @inlinable public var extensionType: Int8? {
    let word = word
    return word.kind == .extension ? Int8(truncatingIfNeeded: word.payload) : nil
  }

  /// The bytes of an extension of MessagePack.
  ///
  /// - Throws: ``TapeError`` unless the value is one.
  @_lifetime(copy self)
  @inlinable
  public func extensionBytes() throws(TapeError) -> Span<UInt8> {
    guard word.kind == .extension else { throw mismatch(.extension) }
    return span(memory.word(index &+ 1))
  }

  /// The number of a simple value of CBOR; nil when the value is none.
  ///
  /// See RFC 8949, section 3.3; 23 is undefined. Booleans and null have kinds of their own.
  @inlinable public var simple: UInt8? {
    let word = word
    return word.kind == .simple ? UInt8(truncatingIfNeeded: word.payload) : nil
  }
}
