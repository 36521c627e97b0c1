package import MoltBytes

/// One frame of an answer, whose header is known only after its payload was written.
///
/// The payload is written behind a gap that any reply header fits into; ``finish(_:)`` then writes
/// length and header into the end of the gap, so that the frame lies in one run of memory and the
/// payload never moves.
///
///     |.......gap.......|payload......|
///     |....|length|header|payload......|   finished
@safe package struct AnswerFrame: ~Copyable {
  /// The room kept for length and header: the longest one takes 59 bytes.
  package static let gapByteCount = 64

  /// Where the payload is appended; the first ``gapByteCount`` bytes are the gap.
  package var writer: ByteWriter

  /// Creates a frame without payload.
  ///
  /// - Parameter capacity: How many bytes of payload fit before the first growth.
  package init(capacity: Int) {
    writer = ByteWriter(capacity: Self.gapByteCount + capacity)
    for _ in 0..<Self.gapByteCount { writer.append(0) }
  }

  /// Goes on with a frame whose writer was taken.
  ///
  /// - Parameter writer: What ``takeWriter()`` gave, with payload appended.
  package init(continuing writer: consuming ByteWriter) {
    precondition(writer.count >= Self.gapByteCount, "the gap of a frame is missing")
    self.writer = writer
  }

  /// Gives the writer away, for whoever writes the payload without knowing of frames.
  package consuming func takeWriter() -> ByteWriter { writer }

  /// How many bytes of payload were written.
  package var payloadByteCount: Int { writer.count - Self.gapByteCount }

  /// The payload written so far.
  package var payload: Span<UInt8> {
    @_lifetime(borrow self) get {
      let payload = writer.span.extracting(Self.gapByteCount...)
      return unsafe _overrideLifetime(payload, borrowing: self)
    }
  }

  /// Writes length and header, and gives the memory away.
  ///
  /// - Returns: Memory to be released with `free`, and where in it the frame stands.
  @unsafe package consuming func finish(_ header: ReplyHeader) -> (
    storage: UnsafeMutableRawBufferPointer, frame: Range<Int>
  ) {
    var prefix = ByteWriter(capacity: Self.gapByteCount)
    FrameEncoder.appendPrefix(header, payloadByteCount: payloadByteCount, to: &prefix)
    let start = Self.gapByteCount - prefix.count
    let taken = unsafe writer.takeStorage()
    // Safety: the gap precedes the payload in the same memory, and a prefix is never longer.
    precondition(start >= 0, "a reply header outgrew the gap")
    unsafe prefix.span.withUnsafeBytes { bytes in
      unsafe UnsafeMutableRawBufferPointer(rebasing: taken.storage[start...])
        .copyMemory(from: bytes)
    }
    return unsafe (taken.storage, start..<taken.count)
  }
}
