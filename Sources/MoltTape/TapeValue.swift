/// A value of a parsed document: a place on its tape.
///
/// Cheap to copy; reading it costs a load or two. What only looks (``kind``, ``isNull``, subscripts)
/// never throws; what converts (``int64()``, ``string()``) throws ``TapeError`` for a value of
/// another kind.
public struct TapeValue: ~Escapable {
  @usableFromInline package let memory: TapeMemory
  @usableFromInline let place: UInt32

  /// Creates the value at an index of the tape.
  ///
  /// Safety: the memory must outlive the value, which has no lifetime to tell.
  @_lifetime(immortal)
  @inlinable @inline(__always) @unsafe
  package init(_ memory: TapeMemory, at index: Int) {
    self.memory = memory
    self.place = UInt32(truncatingIfNeeded: index)
  }

  /// What values are, across the formats.
  public enum Kind: UInt8, Sendable {
    /// Null or nil.
    case null
    /// True or false.
    case boolean
    /// An integer from -2^63 to 2^64 - 1.
    case integer
    /// A number with a point or an exponent in JSON, a float in the other formats.
    case float
    /// A number of JSON that neither 64 bits nor a `Double` hold; ``TapeValue/numberText()`` has it.
    case number
    /// A text in UTF-8.
    case text
    /// Bytes.
    case binary
    /// Values in order.
    case array
    /// Keys and values in order.
    case map
    /// A value with a tag of CBOR.
    case tag
    /// An extension of MessagePack.
    case `extension`
    /// A simple value of CBOR without a kind of its own, such as undefined.
    case simple
  }

  /// The index of the value's word on the tape.
  @inlinable public var index: Int { Int(place) }
  /// The value's word.
  @inlinable public var word: TapeWord { memory.word(index) }
  /// What the value is.
  @inlinable public var kind: Kind { Kind(word.kind) }
  /// Whether the value is null.
  @inlinable public var isNull: Bool { word.kind == .null }

  /// Another value of the same document.
  @_lifetime(copy self)
  @inlinable @inline(__always)
  func value(at index: Int) -> TapeValue {
    // Safety: the same memory, for as long as this value has it.
    let value = unsafe TapeValue(memory, at: index)
    return unsafe _overrideLifetime(value, copying: self)
  }

  /// The bytes of a text, a binary or a source.
  @_lifetime(copy self)
  @inlinable @inline(__always)
  func span(_ word: TapeWord) -> Span<UInt8> {
    // Safety: the bytes belong to the input or the arena, which this value borrows.
    let span = unsafe Span(_unsafeElements: memory.bytes(of: word))
    return unsafe _overrideLifetime(span, copying: self)
  }
}

extension TapeValue.Kind {
  /// The kind of a value from that of its word.
  @inlinable public init(_ kind: TapeWord.Kind) {
    self =
      switch kind {
      case .null: .null
      case .boolean: .boolean
      case .integer, .int64, .uint64: .integer
      case .double: .float
      case .number: .number
      case .text, .arenaText: .text
      case .binary, .arenaBinary: .binary
      case .array: .array
      case .map: .map
      case .tag: .tag
      case .extension: .extension
      case .simple: .simple
      }
  }
}
