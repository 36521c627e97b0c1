/// What receives a document's values one after the other: a writer of one of the formats.
///
/// Encoders, transcoders and the objects of another language are written to formats through this
/// protocol. They are generic over it and specialised for each writer, so that no value costs a
/// dynamic call. The map `{"a": [1, null]}` is
///
///     beginMap(count: 1)
///     append(key: "a")
///     beginArray(count: 2)
///     append(1)
///     appendNull()
///     endArray()
///     endMap()
///
/// A sink that threw is of no use any more; what it has written so far is not a document.
public protocol DocumentSink: ~Copyable {
  /// Why a value cannot be written; `Never` for a format that has room for all of them.
  associatedtype Failure: Error

  /// Whether ``append(tag:)`` writes tags: yes. Where it does not, a moment in tag 1 is appended as
  /// extension -1 (``Timestamp``).
  static var writesTags: Bool { get }

  /// Appends a null.
  mutating func appendNull() throws(Failure)
  /// Appends a boolean.
  mutating func append(_ value: Bool) throws(Failure)
  /// Appends an integer.
  mutating func append(_ value: Int64) throws(Failure)
  /// Appends an integer.
  mutating func append(_ value: UInt64) throws(Failure)
  /// Appends a float, any of them: each format has its rule for NaN and the infinities.
  mutating func append(_ value: Double) throws(Failure)
  /// Appends a number that 64 bits cannot hold.
  ///
  /// - Parameter number: The text of a number in JSON's grammar.
  /// - Throws: ``Failure`` when the format has no room for it.
  mutating func append(number: Span<UInt8>) throws(Failure)
  /// Appends an integer of any size, as CBOR's tags 2 and 3 have it (RFC 8949, section 3.4.3).
  ///
  /// Unless a format has big integers of its own, those of up to 2,048 bytes are appended as the text
  /// of a number, and larger ones as a tag with a binary.
  ///
  /// - Parameters:
  ///   - magnitude: The number n, most significant byte first, with any zeros before it.
  ///   - isNegative: Whether the integer is -1 - n; otherwise it is n.
  /// - Throws: ``Failure`` when the format has no room for it.
  mutating func append(bigInteger magnitude: Span<UInt8>, isNegative: Bool) throws(Failure)
  /// Appends a text.
  ///
  /// - Parameter text: Valid UTF-8; not checked again.
  /// - Throws: ``Failure`` when the format has no room for it.
  mutating func append(text: Span<UInt8>) throws(Failure)
  /// Appends bytes.
  mutating func append(binary: Span<UInt8>) throws(Failure)

  /// Begins an array.
  ///
  /// - Parameter count: How many elements follow; nil when only the end will tell.
  /// - Throws: ``Failure`` when the format has no room for it.
  mutating func beginArray(count: Int?) throws(Failure)
  /// Ends the innermost array.
  mutating func endArray() throws(Failure)
  /// Begins a map.
  ///
  /// - Parameter count: How many pairs follow; nil when only the end will tell.
  /// - Throws: ``Failure`` when the format has no room for it.
  mutating func beginMap(count: Int?) throws(Failure)
  /// Appends a text as the key of the value that follows.
  ///
  /// - Parameter key: Valid UTF-8; not checked again.
  /// - Throws: ``Failure`` when the format has no room for it.
  mutating func append(key: Span<UInt8>) throws(Failure)
  /// Makes the next value the key of the one that follows it.
  ///
  /// The way in for keys other than texts; each format has its rule for them.
  mutating func beginKey() throws(Failure)
  /// Ends the innermost map.
  mutating func endMap() throws(Failure)

  /// Makes the next value one with a tag (RFC 8949, section 3.4).
  mutating func append(tag: UInt64) throws(Failure)
  /// Appends a MessagePack extension.
  mutating func append(extensionType: Int8, _ bytes: Span<UInt8>) throws(Failure)
  /// Appends a simple value of CBOR that is neither a boolean nor null (RFC 8949, section 3.3).
  mutating func append(simple: UInt8) throws(Failure)
}

extension DocumentSink where Self: ~Copyable {
  /// Whether tags are written: yes.
  @inlinable public static var writesTags: Bool { true }

  /// Appends an integer of any size as the text of a number, or, above 2,048 bytes, as a tag with a
  /// binary.
  ///
  /// - Complexity: O(square of `magnitude.count`)
  public mutating func append(
    bigInteger magnitude: Span<UInt8>,
    isNegative: Bool
  ) throws(Failure) {
    guard magnitude.count <= 2048 else {
      try append(tag: isNegative ? 3 : 2)
      return try append(binary: magnitude)
    }
    try append(number: DecimalText.integer(magnitude, isNegative: isNegative).span)
  }
}
