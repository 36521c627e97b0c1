/// Reads the fields of one message's body.
///
/// Every failure names the field's place in the stream. A reader that threw must not be used again.
public struct BackendMessageReader: ~Escapable {
  private let bytes: Span<UInt8>
  private let streamOffset: Int
  private var position = 0

  /// Creates a reader before the first field.
  ///
  /// - Parameters:
  ///   - body: The message without type and length.
  ///   - streamOffset: Where the body begins in the stream, for errors.
  @_lifetime(copy body)
  public init(_ body: Span<UInt8>, streamOffset: Int = 0) {
    self.bytes = body
    self.streamOffset = streamOffset
  }

  /// Where the next field stands in the stream.
  public var offset: Int { streamOffset + position }
  /// How many bytes are left.
  public var remaining: Int { bytes.count - position }

  /// Reads one byte.
  ///
  /// - Throws: ``PostgresWireError/truncated(offset:)`` at the end.
  @_lifetime(self: copy self)
  public mutating func readByte() throws(PostgresWireError) -> UInt8 {
    guard remaining >= 1 else { throw .truncated(offset: offset) }
    defer { position += 1 }
    return bytes[position]
  }

  /// Reads an integer of two bytes.
  ///
  /// - Throws: ``PostgresWireError/truncated(offset:)`` when fewer are left.
  @_lifetime(self: copy self)
  public mutating func readInt16() throws(PostgresWireError) -> Int16 {
    guard remaining >= 2 else { throw .truncated(offset: offset) }
    defer { position += 2 }
    return Int16(bitPattern: bytes.bigEndian16(at: position))
  }

  /// Reads an integer of four bytes.
  ///
  /// - Throws: ``PostgresWireError/truncated(offset:)`` when fewer are left.
  @_lifetime(self: copy self)
  public mutating func readInt32() throws(PostgresWireError) -> Int32 {
    guard remaining >= 4 else { throw .truncated(offset: offset) }
    defer { position += 4 }
    return Int32(bitPattern: bytes.bigEndian32(at: position))
  }

  /// Reads an object identifier.
  ///
  /// - Throws: ``PostgresWireError/truncated(offset:)`` when fewer than four bytes are left.
  @_lifetime(self: copy self)
  public mutating func readOID() throws(PostgresWireError) -> UInt32 {
    UInt32(bitPattern: try readInt32())
  }

  /// Reads a count of two bytes, which is never negative.
  ///
  /// - Throws: ``PostgresWireError/malformed(offset:)`` for a negative one.
  @_lifetime(self: copy self)
  public mutating func readCount() throws(PostgresWireError) -> Int {
    let place = offset
    let count = try readInt16()
    guard count >= 0 else { throw .malformed(offset: place) }
    return Int(count)
  }

  /// Reads a format code.
  ///
  /// - Throws: ``PostgresWireError/malformed(offset:)`` for anything but 0 and 1.
  @_lifetime(self: copy self)
  public mutating func readFormat() throws(PostgresWireError) -> PostgresFormat {
    let place = offset
    guard let format = PostgresFormat(rawValue: try readInt16()) else {
      throw .malformed(offset: place)
    }
    return format
  }

  /// Reads `count` bytes as a view into the message.
  ///
  /// - Throws: ``PostgresWireError/truncated(offset:)`` when fewer are left,
  ///   ``PostgresWireError/malformed(offset:)`` for a negative count.
  @_lifetime(copy self)
  public mutating func readBytes(_ count: Int) throws(PostgresWireError) -> Span<UInt8> {
    guard count >= 0 else { throw .malformed(offset: offset) }
    guard remaining >= count else { throw .truncated(offset: offset) }
    defer { position += count }
    return bytes.extracting(position..<(position + count))
  }

  /// Reads text up to a zero byte; what is not UTF-8 becomes U+FFFD.
  ///
  /// - Throws: ``PostgresWireError/truncated(offset:)`` when no zero byte is left.
  /// - Complexity: O(bytes of the text)
  @_lifetime(self: copy self)
  public mutating func readText() throws(PostgresWireError) -> String {
    var end = position
    while end < bytes.count, bytes[end] != 0 { end += 1 }
    guard end < bytes.count else { throw .truncated(offset: offset) }
    defer { position = end + 1 }
    return bytes.extracting(position..<end).text()
  }

  /// Checks that the whole message was read.
  ///
  /// - Throws: ``PostgresWireError/trailingBytes(offset:)``.
  public func finish() throws(PostgresWireError) {
    guard remaining == 0 else { throw .trailingBytes(offset: offset) }
  }
}
