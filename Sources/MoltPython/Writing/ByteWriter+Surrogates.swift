internal import MoltBytes
internal import MoltJSON

extension ByteWriter {
  /// Appends a text as JSON in ASCII, in which surrogates may stand alone.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 in which a surrogate is three bytes like any other scalar of its size.
  ///   - isQuoted: Whether the quotes are written too.
  @unsafe
  mutating func appendEscapedSurrogates(_ bytes: UnsafeBufferPointer<UInt8>, isQuoted: Bool) {
    if isQuoted { append(0x22) }
    var start = 0
    var offset = 0
    while offset < bytes.count {
      // ED A0 80 ... ED BF BF are the surrogates, D800 to DFFF.
      if offset + 2 < bytes.count, unsafe bytes[offset] == 0xED && bytes[offset + 1] >= 0xA0 {
        unsafe appendBetween(bytes, start, offset)
        append("\\ud")
        let middle = unsafe UInt32(bytes[offset + 1])
        let unit = unsafe 0xD000 | (middle & 0x3F) << 6 | UInt32(bytes[offset + 2]) & 0x3F
        for shift: UInt32 in [8, 4, 0] {
          let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
          append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
        offset += 3
        start = offset
      } else {
        offset += 1
      }
    }
    unsafe appendBetween(bytes, start, bytes.count)
    if isQuoted { append(0x22) }
  }

  /// Appends valid UTF-8 as JSON without quotes.
  @unsafe
  private mutating func appendBetween(
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ start: Int,
    _ end: Int
  ) {
    guard start < end, let first = bytes.baseAddress else { return }
    // Safety: inside the caller's bytes.
    let before = count
    let span = unsafe Span(_unsafeStart: first + start, count: end - start)
    _ = appendJSONString(span, .ascii)
    truncate(to: count - 1)
    remove(1, at: before)
  }
}
