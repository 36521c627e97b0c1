/// Cuts an incoming byte stream into frames.
///
/// A frame is a 4-byte big-endian length followed by that many bytes. Given
///
///     00 00 00 02  68 69  00 00 00 01  80  00 00
///
/// the decoder answers `[68 69]`, then `[80]`, and keeps the last two bytes until more arrive.
///
/// Feeding the same bytes in other portions gives the same frames. Memory grows with the bytes that
/// arrived, never with the length that a peer announces.
package struct FrameDecoder: Sendable {
  /// Memory above this is given back once every frame in it was taken.
  private static let idleByteCount = 64 * 1024

  private let limits: FrameLimits
  private var kept: [UInt8] = []
  /// Where in `kept` the next frame starts; what lies before was taken.
  private var start = 0
  /// Where the next frame starts in the whole stream; errors name this place.
  private var streamOffset = 0

  /// Creates a decoder that stands at the start of a stream.
  ///
  /// - Parameter limits: What a peer may ask for.
  package init(limits: FrameLimits = FrameLimits()) { self.limits = limits }

  /// Takes the next bytes of the stream.
  ///
  /// - Parameter bytes: Any number of bytes, also none; they are copied.
  /// - Complexity: O(`bytes.count`), amortised: bytes move only after more were taken than move.
  package mutating func append(_ bytes: Span<UInt8>) {
    if start == kept.count {
      kept.removeAll(keepingCapacity: kept.capacity <= Self.idleByteCount)
      start = 0
    } else if start > kept.count / 2 {
      kept.removeFirst(start)
      start = 0
    }
    // Safety: the pointer is used inside the closure only.
    unsafe bytes.withUnsafeBufferPointer { unsafe kept.append(contentsOf: $0) }
  }

  /// Removes the next complete frame from the stream.
  ///
  /// - Returns: The frame without its length, or nil when more bytes are needed.
  /// - Throws: ``FrameError`` as soon as the length is known. The decoder has then not moved and
  ///   throws the same error again.
  /// - Complexity: O(bytes of the frame)
  package mutating func next() throws(FrameError) -> [UInt8]? {
    guard kept.count - start >= 4 else { return nil }
    let byteCount = kept[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
    guard byteCount > 0 else { throw .empty(offset: streamOffset) }
    guard byteCount <= limits.frameByteCount else {
      throw .tooLarge(offset: streamOffset, byteCount: byteCount, limit: limits.frameByteCount)
    }
    let end = start + 4 + byteCount
    guard kept.count >= end else { return nil }
    let frame = Array(kept[(start + 4)..<end])
    start = end
    streamOffset += 4 + byteCount
    return frame
  }
}
