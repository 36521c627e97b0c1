internal import CMoltIntrinsics
internal import MoltBytes

extension ByteWriter {
  /// Appends a text that is known to be UTF-8 as a JSON string, quotes included.
  ///
  /// What ``appendJSONString(_:_:)`` does for ``JSONEscapes/utf8`` and ``JSONEscapes/drf``, without
  /// looking at characters that need no escape, whatever their script.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - escapesSeparators: Whether U+2028 and U+2029 become escapes.
  @inline(__always)
  mutating func appendValidJSONString(_ text: Span<UInt8>, escapesSeparators: Bool) {
    // 0xE2 begins the separators; the other byte is special anyway.
    let extra: UInt8 = escapesSeparators ? 0xE2 : 0x22
    unsafe text.withUnsafeBufferPointer { bytes in
      guard let source = bytes.baseAddress else { return append("\"\"") }
      let count = bytes.count
      var taken = 0
      // Safety: the text and two quotes.
      unsafe append(reserving: count &+ 2) { destination in
        unsafe destination[0] = 0x22
        taken = unsafe copyUnescaped(source, count: count, to: destination + 1, extra: extra)
        unsafe destination[taken &+ 1] = 0x22
        return taken == count ? count &+ 2 : taken &+ 1
      }
      if _slowPath(taken != count) { unsafe appendEscaped(source, from: taken, count, extra) }
    }
  }

  /// Appends the rest of a text whose byte at `offset` is special, and the closing quote.
  @inline(never) @unsafe
  private mutating func appendEscaped(
    _ source: UnsafePointer<UInt8>,
    from offset: Int,
    _ count: Int,
    _ extra: UInt8
  ) {
    // In stretches, so that a long text with few escapes does not reserve six times its size.
    let stretch = 2048
    var offset = offset
    while offset < count {
      let end = min(offset + stretch, count)
      // Safety: each byte becomes up to six; a block, or a separator, runs up to 16 past the end.
      unsafe append(reserving: (end - offset + 16) * 6 + 16) { destination in
        var written = 0
        while offset < end {
          let special = unsafe source[offset]
          let width = min(count &- offset, 16)
          if !molt_is_escaped(special, extra) {
            let mask = unsafe copyBlock(source + offset, width, destination + written, extra)
            let plain = mask == 0 ? width : mask.trailingZeroBitCount
            offset &+= plain
            written &+= plain
          } else if special == 0xE2 {
            let isSeparator =
              unsafe width >= 3 && source[offset + 1] == 0x80 && source[offset + 2] & 0xFE == 0xA8
            if isSeparator {
              let scalar = unsafe 0x2000 | UInt32(source[offset &+ 2] & 0x3F)
              written &+= unsafe writeUnicodeEscape(scalar, to: destination + written)
              offset &+= 3
            } else {
              unsafe destination[written] = special
              written &+= 1
              offset &+= 1
            }
          } else {
            written &+= unsafe writeASCIIEscape(special, to: destination + written)
            offset &+= 1
          }
        }
        return written
      }
    }
    append(0x22)
  }
}

@inline(__always) @unsafe
private func copyBlock(
  _ source: UnsafePointer<UInt8>,
  _ width: Int,
  _ destination: UnsafeMutablePointer<UInt8>,
  _ extra: UInt8
) -> UInt32 {
  width == 16
    ? unsafe molt_escape_block16(source, destination, extra)
    : unsafe molt_escape_block_short(source, width, destination, extra)
}

/// Copies bytes up to the first special one.
///
/// - Parameters:
///   - source: The text.
///   - count: Its length in bytes.
///   - destination: Room for `count` bytes; those after the result are scratch.
///   - extra: One more special byte; see `molt_escapes.h`.
/// - Returns: How many bytes come before the first special one; `count` if there is none.
@inline(__always) @unsafe
private func copyUnescaped(
  _ source: UnsafePointer<UInt8>,
  count: Int,
  to destination: UnsafeMutablePointer<UInt8>,
  extra: UInt8
) -> Int {
  if count < 16 {
    let mask = unsafe molt_escape_block_short(source, count, destination, extra)
    return mask == 0 ? count : mask.trailingZeroBitCount
  }
  var offset = 0
  while offset &+ 16 <= count {
    let mask = unsafe molt_escape_block16(source + offset, destination + offset, extra)
    if mask != 0 { return offset &+ mask.trailingZeroBitCount }
    offset &+= 16
  }
  if offset == count { return count }
  // The last 16 bytes again: those that were seen before are plain.
  offset = count &- 16
  let mask = unsafe molt_escape_block16(source + offset, destination + offset, extra)
  return mask == 0 ? count : offset &+ mask.trailingZeroBitCount
}
