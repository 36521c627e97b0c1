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
        taken = unsafe copyPlain(source, count: count, to: destination + 1, extra, wide: true)
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
          if !molt_is_special(special, extra, true) {
            let mask = unsafe copyBlock(
              source + offset,
              width,
              to: destination + written,
              extra,
              wide: true
            )
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
