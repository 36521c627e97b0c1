public import MoltBytes
public import MoltTape

/// Writes values as CBOR, each in its shortest encoding.
///
///     var sink = CBORSink()
///     sink.beginMap(count: nil)
///     sink.append(key: "a".utf8.span)
///     sink.append(Int64(1))
///     sink.endMap()
///     try sink.finish()
///     sink.bytes     // bf 61 61 01 ff
///
/// ``CBOROptions`` tells about sorted keys and arrays and maps without a count. Several values may be
/// written one behind the other: a sequence (RFC 8742).
///
/// Source: RFC 8949.
public struct CBORSink: ~Copyable, DocumentSink {
  /// Why a value cannot be written.
  public typealias Failure = CBORWriteError

  /// Where to.
  @usableFromInline package var writer: ByteWriter
  @usableFromInline var late = LateHeaders()
  @usableFromInline var maps = CBORMapSorter()
  /// How to write.
  @usableFromInline let options: CBOROptions
  /// A key that stood twice; methods that are called for every value throw nothing, which is faster.
  @usableFromInline var failure: CBORWriteError?
  /// Whether maps are looked at again when they end.
  @usableFromInline let isSorting: Bool

  /// Creates a sink.
  ///
  /// - Parameters:
  ///   - options: How to write.
  ///   - writer: Gets the values behind what it holds already.
  public init(
    _ options: CBOROptions = CBOROptions(),
    appendingTo writer: consuming ByteWriter = ByteWriter()
  ) {
    self.writer = writer
    self.options = options
    isSorting = options.keyOrder != nil
  }

  /// Puts the heads of arrays and maps into what was written, if they still miss.
  ///
  /// To be called once, when the values are complete and before they are looked at.
  ///
  /// - Throws: ``CBORWriteError/duplicateKey`` if keys are sorted and one stood twice in its map.
  /// - Complexity: O(1) unless counts were put off, otherwise O(bytes written)
  public mutating func finish() throws(CBORWriteError) {
    if let failure { throw failure }
    late.finish(&writer) { isMap, count in Self.head(isMap: isMap, count: count) }
  }

  /// What was written; complete after ``finish()``.
  @inlinable public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { writer.span }
  }

  /// How many bytes were written; final after ``finish()``.
  @inlinable public var count: Int { writer.count }

  /// Forgets everything and keeps the memory.
  public mutating func removeAll() {
    writer.removeAll()
    late.removeAll()
    maps.removeAll()
    failure = nil
  }

  /// Gives the writer back, with the finished values.
  ///
  /// - Throws: As ``finish()``.
  public consuming func takeWriter() throws(CBORWriteError) -> ByteWriter {
    try finish()
    return writer
  }

  // MARK: Scalars

  /// Appends null.
  @inlinable @inline(__always)
  public mutating func appendNull() {
    late.items &+= 1
    writer.appendCBORNull()
  }

  /// Appends a boolean.
  @inlinable @inline(__always)
  public mutating func append(_ value: Bool) {
    late.items &+= 1
    writer.appendCBOR(value)
  }

  /// Appends an integer.
  @inlinable @inline(__always)
  public mutating func append(_ value: Int64) {
    late.items &+= 1
    writer.appendCBOR(value)
  }

  /// Appends an integer.
  @inlinable @inline(__always)
  public mutating func append(_ value: UInt64) {
    late.items &+= 1
    writer.appendCBOR(value)
  }

  /// Appends a float, as short as the options allow.
  @inlinable @inline(__always)
  public mutating func append(_ value: Double) {
    late.items &+= 1
    if _slowPath(!options.shortensFloats) { return writer.appendCBOR(wide: value) }
    writer.appendCBOR(value)
  }

  /// Appends a number in JSON's grammar: an integer, a big integer (tags 2 and 3) or, when it has a
  /// point or an exponent, a decimal fraction (tag 4), so that no digit is lost.
  ///
  /// - Throws: ``CBORWriteError/numberOutOfRange``.
  /// - Complexity: O(square of `number.count`)
  public mutating func append(number: Span<UInt8>) throws(CBORWriteError) {
    late.items += 1
    try writer.appendCBOR(number: number)
  }

  /// Appends an integer of any size: tag 2 or 3 only where 64 bits do not hold it.
  public mutating func append(bigInteger magnitude: Span<UInt8>, isNegative: Bool) {
    late.items += 1
    writer.appendCBOR(bigInteger: magnitude, isNegative: isNegative)
  }

  /// Appends a text string.
  @inlinable @inline(__always)
  public mutating func append(text: Span<UInt8>) {
    late.items &+= 1
    writer.appendCBOR(text: text)
  }

  /// Appends a byte string.
  @inlinable @inline(__always)
  public mutating func append(binary: Span<UInt8>) {
    late.items &+= 1
    writer.appendCBOR(binary: binary)
  }

  /// Appends a tag.
  @inlinable @inline(__always)
  public mutating func append(tag: UInt64) { writer.appendCBOR(tag: tag) }

  /// Appends a simple value.
  ///
  /// - Throws: ``CBORWriteError/simple(_:)`` for 24 to 31.
  @inlinable
  public mutating func append(simple: UInt8) throws(CBORWriteError) {
    guard !(24...31).contains(simple) else { throw .simple(simple) }
    late.items &+= 1
    writer.appendCBOR(simple: simple)
  }

  /// Appends a timestamp of MessagePack (type -1) as tag 1, or tag 1001 when its nanoseconds need
  /// that; other extensions have no counterpart.
  ///
  /// - Throws: ``CBORWriteError/extensionType(_:)`` unless the options approximate.
  public mutating func append(
    extensionType type: Int8,
    _ bytes: Span<UInt8>
  ) throws(CBORWriteError) {
    late.items += 1
    if type == Timestamp.extensionType, let timestamp = Timestamp(extensionBytes: bytes) {
      return writer.appendCBOR(timestamp)
    }
    guard options.approximates else { throw .extensionType(type) }
    writer.appendCBOR(binary: bytes)
  }

  // MARK: Arrays and maps

  /// Begins an array.
  ///
  /// - Precondition: If there is a count, so many elements follow.
  @inlinable @inline(__always)
  public mutating func beginArray(count: Int?) {
    guard let count else { return beginLate(isMap: false) }
    late.begin(items: count)
    writer.appendCBORArrayHeader(count)
  }

  /// Begins a map.
  ///
  /// - Precondition: If there is a count, so many pairs follow.
  @inlinable @inline(__always)
  public mutating func beginMap(count: Int?) {
    if let count {
      late.begin(items: 2 &* count)
      writer.appendCBORMapHeader(count)
    } else {
      beginLate(isMap: true)
    }
    if _slowPath(isSorting) { maps.begin() }
  }

  @inlinable @inline(never)
  mutating func beginLate(isMap: Bool) {
    late.beginLate(at: writer.count, isMap: isMap)
    writer.append(isMap ? 0xBF : 0x9F)
  }

  /// Ends the innermost array.
  @inlinable @inline(__always)
  public mutating func endArray() { if late.end() { endLate(isMap: false) } }

  /// Ends the innermost map.
  @inlinable @inline(__always)
  public mutating func endMap() {
    if _slowPath(isSorting) { sortMap() }
    if late.end() { endLate(isMap: true) }
  }

  /// Appends a text string as a key.
  @inlinable @inline(__always)
  public mutating func append(key: Span<UInt8>) {
    if _slowPath(isSorting) { maps.beginPair(at: writer.count) }
    append(text: key)
  }

  /// Makes the next value a key: any may be one.
  @inlinable @inline(__always)
  public mutating func beginKey() {
    if _slowPath(isSorting) { maps.beginPair(at: writer.count) }
  }
}

extension CBORSink {
  @usableFromInline @inline(never)
  mutating func endLate(isMap: Bool) {
    if options.allowsIndefinite {
      // The header is final.
      _ = late.takeLate()
      writer.appendCBORBreak()
    } else if isSorting {
      // Maps around this one move their pairs, so that nothing may be put off.
      let (offset, items) = late.takeLate()
      var header = LateHeaders(offset: offset, isMap: isMap, items: items)
      header.finish(&writer) { isMap, count in Self.head(isMap: isMap, count: count) }
    } else {
      late.endLate()
    }
  }

  @usableFromInline @inline(never)
  mutating func sortMap() {
    do {
      try maps.end(&writer, options.keyOrder ?? .bytewise)
    } catch {
      failure = error
    }
  }

  private static func head(isMap: Bool, count: Int) -> (first: UInt8, size: Int) {
    let major: UInt8 = isMap ? 0xA0 : 0x80
    switch count {
    case ..<24: return (major | UInt8(truncatingIfNeeded: count), 0)
    case ...0xFF: return (major | 24, 1)
    case ...0xFFFF: return (major | 25, 2)
    case ...0xFFFF_FFFF: return (major | 26, 4)
    default: return (major | 27, 8)
    }
  }
}
