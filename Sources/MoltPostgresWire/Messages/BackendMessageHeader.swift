/// The type and the length in front of every message of a server.
///
///     44 00 00 00 0B  00 01 00 00 00 01 31
///     D  length 11    one column of one byte, "1"
public struct BackendMessageHeader: Equatable, Sendable {
  /// How many bytes type and length take.
  public static let byteCount = 5

  /// What the message is.
  public let type: BackendMessageType
  /// How many bytes follow the header.
  public let bodyByteCount: Int

  /// The size of the whole message.
  public var messageByteCount: Int { Self.byteCount + bodyByteCount }

  /// Reads the header that `bytes` begin with; nil while fewer than five bytes are there.
  ///
  /// - Parameters:
  ///   - bytes: The unread bytes of the stream.
  ///   - limit: The largest accepted length.
  ///   - streamOffset: Where `bytes` begin in the stream, for errors.
  /// - Throws: ``PostgresWireError`` for an unknown type as soon as one byte is there, and for a
  ///   length below 4 or above the limit.
  /// - Complexity: O(1)
  public init?(
    peeking bytes: Span<UInt8>,
    limit: Int,
    streamOffset: Int = 0
  ) throws(PostgresWireError) {
    guard bytes.count > 0 else { return nil }
    guard let type = BackendMessageType(rawValue: bytes[0]) else {
      throw .unknownMessage(offset: streamOffset, type: bytes[0])
    }
    guard bytes.count >= Self.byteCount else { return nil }
    let length = Int(Int32(truncatingIfNeeded: bytes.bigEndian32(at: 1)))
    guard length >= 4 else { throw .badLength(offset: streamOffset, byteCount: length) }
    guard length <= limit else {
      throw .tooLarge(offset: streamOffset, byteCount: length, limit: limit)
    }
    self.type = type
    self.bodyByteCount = length - 4
  }
}

extension Span<UInt8> {
  /// The four bytes from `offset` on as an integer, most significant byte first.
  ///
  /// - Precondition: All four lie in the span.
  @inlinable @inline(__always)
  func bigEndian32(at offset: Int) -> UInt32 {
    // Safety: the load checks its bounds, and every pattern of bits is a value.
    unsafe UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The two bytes from `offset` on as an integer, most significant byte first.
  ///
  /// - Precondition: Both lie in the span.
  @inlinable @inline(__always)
  func bigEndian16(at offset: Int) -> UInt16 {
    // Safety: the load checks its bounds, and every pattern of bits is a value.
    unsafe UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// A copy of the bytes.
  func copied() -> [UInt8] {
    // Safety: the pointer is used inside the closure only.
    unsafe withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  func text() -> String {
    // Safety: the pointer is used inside the closure only.
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
