internal import MoltBytes
internal import MoltWorkerWire
@_spi(CustomByteBufferAllocator) internal import NIOCore

extension ByteBuffer {
  /// Takes over a frame's memory, header written, ready to be sent.
  ///
  /// A payload that no client would accept in one frame (one row of many megabytes) is copied into
  /// several.
  ///
  /// - Parameters:
  ///   - frame: Holds the payload.
  ///   - header: The header of the last frame.
  ///   - limit: The most bytes of a frame.
  init(_ frame: consuming AnswerFrame, _ header: ReplyHeader, limit: Int) {
    let byteCount = frame.payloadByteCount
    let room = limit - AnswerFrame.gapByteCount
    let (storage, range) = unsafe frame.finish(header)
    // Safety: the storage comes from malloc, is not used elsewhere, and the default allocator
    // returns it with free.
    unsafe self.init(
      takingOwnershipOf: storage,
      allocator: ByteBufferAllocator(),
      readerIndex: range.lowerBound,
      writerIndex: range.upperBound
    )
    guard byteCount > room else { return }
    moveReaderIndex(to: range.upperBound - byteCount)
    self = splitting(header, room: room)
  }

  /// The readable bytes as the payloads of several frames.
  private func splitting(_ header: ReplyHeader, room: Int) -> ByteBuffer {
    var rest = self
    let frameCount = (readableBytes + room - 1) / room
    var result = ByteBuffer()
    result.reserveCapacity(readableBytes + frameCount * AnswerFrame.gapByteCount)
    while let part = rest.readSlice(length: min(room, rest.readableBytes)), part.readableBytes > 0 {
      let isLast = rest.readableBytes == 0
      var prefix = ByteWriter(capacity: AnswerFrame.gapByteCount)
      FrameEncoder.appendPrefix(
        isLast ? header : ReplyHeader(id: header.id, .more),
        payloadByteCount: part.readableBytes,
        to: &prefix
      )
      result.write(prefix)
      result.writeImmutableBuffer(part)
    }
    return result
  }

  /// Appends what a writer holds.
  mutating func write(_ writer: borrowing ByteWriter) {
    unsafe writer.span.withUnsafeBytes { bytes in _ = unsafe writeBytes(bytes) }
  }
}
