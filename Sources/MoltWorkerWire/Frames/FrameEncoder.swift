package import MoltBytes

/// Writes frames whose header and payload are at hand.
///
/// The frame of the header `80` and the payload `68 69` is `00 00 00 03  80  68 69`.
package enum FrameEncoder {
  /// Appends one frame of a request.
  ///
  /// - Complexity: O(bytes of the frame)
  package static func append(
    _ header: borrowing RequestHeader,
    payload: Span<UInt8>,
    to writer: inout ByteWriter
  ) {
    var encoded = ByteWriter(capacity: 96)
    header.append(to: &encoded)
    append(header: encoded.span, payload: payload, to: &writer)
  }

  /// Appends one frame of a reply.
  ///
  /// - Complexity: O(bytes of the frame)
  package static func append(
    _ header: ReplyHeader,
    payload: Span<UInt8>,
    to writer: inout ByteWriter
  ) {
    var encoded = ByteWriter(capacity: 64)
    header.append(to: &encoded)
    append(header: encoded.span, payload: payload, to: &writer)
  }

  /// Appends the length and header of a reply whose payload follows elsewhere.
  ///
  /// - Parameters:
  ///   - header: The reply's header.
  ///   - payloadByteCount: How many bytes the caller sends behind them.
  ///   - writer: Gets the bytes.
  package static func appendPrefix(
    _ header: ReplyHeader,
    payloadByteCount: Int,
    to writer: inout ByteWriter
  ) {
    var encoded = ByteWriter(capacity: 64)
    header.append(to: &encoded)
    appendLength(encoded.count + payloadByteCount, to: &writer)
    writer.append(encoded.span)
  }

  private static func append(
    header: Span<UInt8>,
    payload: Span<UInt8>,
    to writer: inout ByteWriter
  ) {
    appendLength(header.count + payload.count, to: &writer)
    writer.append(header)
    writer.append(payload)
  }

  private static func appendLength(_ byteCount: Int, to writer: inout ByteWriter) {
    let length = UInt32(byteCount)
    for shift in [24, 16, 8, 0] as [UInt32] {
      writer.append(UInt8(truncatingIfNeeded: length >> shift))
    }
  }
}
