public import MoltBytes

extension ByteWriter {
  /// Appends a text as a JSON string, quotes included.
  ///
  /// A text without special characters is checked and copied 16 bytes at a time: the block is
  /// stored first and then kept up to its first special byte. With ``JSONEscapes/ascii``
  ///
  ///     a é \n  ->  "a \u00e9 \n"
  ///
  /// - Parameters:
  ///   - text: UTF-8; checked on the way.
  ///   - escapes: Which characters become escapes.
  /// - Returns: False when `text` is not valid UTF-8; nothing has then been written.
  /// - Complexity: O(`text.count`)
  public mutating func appendJSONString(_ text: Span<UInt8>, _ escapes: JSONEscapes) -> Bool {
    let start = count
    let isValid = unsafe text.withUnsafeBufferPointer { bytes in
      guard let source = bytes.baseAddress else {
        append("\"\"")
        return true
      }
      let form = TextForm(escapes)
      let plain = unsafe appendPlain(source, count: bytes.count, extra: form.extraSpecial)
      if plain == bytes.count { return true }
      return unsafe appendEscaping(source, from: plain, count: bytes.count, form)
    }
    if !isValid { truncate(to: start) }
    return isValid
  }

  /// Appends a quote and the text up to its first special byte, and a quote if there is none.
  ///
  /// - Returns: How many bytes of the text were taken.
  @inline(__always)
  private mutating func appendPlain(
    _ source: UnsafePointer<UInt8>,
    count: Int,
    extra: UInt8
  ) -> Int {
    var taken = 0
    unsafe append(reserving: count &+ 2) { destination in
      unsafe destination[0] = 0x22
      taken = unsafe copyPlain(source, count: count, to: destination + 1, extra, wide: false)
      unsafe destination[taken &+ 1] = 0x22
      return taken == count ? count &+ 2 : taken &+ 1
    }
    return taken
  }

  /// Appends the rest of a text whose byte at `offset` is special, and the closing quote.
  ///
  /// - Returns: False when the rest is not valid UTF-8.
  @inline(never)
  private mutating func appendEscaping(
    _ source: UnsafePointer<UInt8>,
    from offset: Int,
    count: Int,
    _ form: TextForm
  ) -> Bool {
    // In stretches, so that a long text with few escapes does not reserve six times its size.
    let stretch = 2048
    var offset = offset
    while offset < count {
      let next = min(offset + stretch, count)
      // A character that starts before `next`, or a plain block, may run 16 bytes past it.
      unsafe append(reserving: (next - offset + 16) * 6 + 16) { destination in
        var transcoder = unsafe StringTranscoder(source, count: count, offset: offset)
        let written = unsafe transcoder.run(upTo: next, into: destination, form)
        offset = unsafe transcoder.offset
        return written
      }
      if offset < 0 { return false }
    }
    append(0x22)
    return true
  }
}

/// Writes text with escapes while it moves over it.
@unsafe private struct StringTranscoder {
  let source: UnsafePointer<UInt8>
  let count: Int
  /// Where the next character starts; -1 once the text proved not to be valid UTF-8.
  var offset: Int

  init(_ source: UnsafePointer<UInt8>, count: Int, offset: Int) {
    unsafe self.source = source
    unsafe self.count = count
    unsafe self.offset = offset
  }

  /// Writes the characters that start before `end`, and up to 15 plain ones after it.
  ///
  /// - Parameters:
  ///   - end: Where the stretch ends.
  ///   - destination: Room for six times the bytes, and 16 more as scratch.
  ///   - form: Which characters become escapes.
  /// - Returns: How many bytes were written.
  @inline(__always)
  mutating func run(
    upTo end: Int,
    into destination: UnsafeMutablePointer<UInt8>,
    _ form: TextForm
  ) -> Int {
    let extra = form.extraSpecial
    var written = 0
    while unsafe offset < end {
      let available = unsafe count &- offset
      let width = min(available, 16)
      let mask = unsafe copyBlock(
        source + offset,
        width,
        to: destination + written,
        extra,
        wide: false
      )
      let plain = mask == 0 ? width : mask.trailingZeroBitCount
      unsafe offset &+= plain
      written &+= plain
      guard mask != 0 else { continue }
      // Special characters come in runs in most scripts: the block is not asked again until a
      // character below 0x80 follows.
      repeat {
        let used = unsafe writeSpecial(to: destination + written, form)
        if used == 0 { return 0 }
        written &+= used
      } while unsafe offset < end && source[offset] >= 0x80
    }
    return written
  }

  /// Writes the special character at `offset` and moves behind it.
  ///
  /// - Returns: How many bytes were written; 0 when the text is not valid UTF-8.
  @inline(__always)
  private mutating func writeSpecial(
    to destination: UnsafeMutablePointer<UInt8>,
    _ form: TextForm
  ) -> Int {
    let byte = unsafe source[offset]
    if byte < 0x80 {
      unsafe offset &+= 1
      return unsafe writeASCIIEscape(byte, to: destination)
    }
    let scalar = unsafe decodeMultibyte(source + offset, available: count &- offset)
    guard scalar.byteCount != 0 else {
      unsafe offset = -1
      return 0
    }
    let start = unsafe source + offset
    unsafe offset &+= scalar.byteCount
    if form.escapes(multibyte: scalar.value) {
      return unsafe writeUnicodeEscapes(scalar: scalar.value, to: destination)
    }
    for index in 0..<scalar.byteCount { unsafe destination[index] = start[index] }
    return scalar.byteCount
  }
}
