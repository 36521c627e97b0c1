/// Reads fixed-size fields from the front of a borrowed run of bytes.
///
/// A reader never copies and never outlives the bytes it reads. Every failure says at which
/// offset it happened, counted from the first byte given to ``init(_:)``. A reader that threw has
/// not moved.
public struct ByteReader: ~Escapable {
  @usableFromInline let bytes: Span<UInt8>

  /// The reader's position, counted from the first byte given to ``init(_:)``.
  public private(set) var offset: Int

  /// Creates a reader positioned before the first byte.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    self.offset = 0
  }

  /// The number of bytes not read yet.
  ///
  /// - Complexity: O(1)
  public var remaining: Int { bytes.count - offset }

  /// The next byte, without moving; nil at the end.
  ///
  /// - Complexity: O(1)
  public var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Reads one byte.
  ///
  /// - Throws: ``ByteReaderError/endOfInput(offset:needed:)`` when no byte is left.
  /// - Complexity: O(1)
  @_lifetime(self: copy self)
  public mutating func readByte() throws(ByteReaderError) -> UInt8 {
    guard remaining >= 1 else { throw .endOfInput(offset: offset, needed: 1) }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// Reads an unsigned integer, most significant byte first.
  ///
  /// - Parameter type: The integer's type, which fixes its size.
  /// - Returns: The integer; the reader then stands behind it.
  /// - Throws: ``ByteReaderError/endOfInput(offset:needed:)`` when too few bytes are left.
  /// - Complexity: O(size of the integer)
  @_lifetime(self: copy self)
  public mutating func readBigEndian<Integer: FixedWidthInteger & UnsignedInteger>(
    _ type: Integer.Type = Integer.self
  ) throws(ByteReaderError) -> Integer {
    let size = Integer.bitWidth / 8
    guard remaining >= size else { throw .endOfInput(offset: offset, needed: size) }
    var value: Integer = 0
    for index in offset..<(offset + size) {
      value = (size == 1 ? 0 : value << 8) | Integer(truncatingIfNeeded: bytes[index])
    }
    offset += size
    return value
  }

  /// Reads `count` bytes as a view into the input.
  ///
  /// - Throws: ``ByteReaderError/endOfInput(offset:needed:)`` when fewer are left.
  /// - Precondition: `count` is not negative.
  /// - Complexity: O(1)
  @_lifetime(copy self)
  public mutating func readBytes(_ count: Int) throws(ByteReaderError) -> Span<UInt8> {
    precondition(count >= 0, "count is negative")
    guard remaining >= count else { throw .endOfInput(offset: offset, needed: count) }
    let result = bytes.extracting(offset..<(offset + count))
    offset += count
    return result
  }
}
