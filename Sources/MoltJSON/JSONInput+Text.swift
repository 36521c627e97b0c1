internal import MoltBytes

extension JSONInput {
  /// Appends the text of the string whose opening quote has been read, and moves behind it.
  ///
  ///     café\u00e9\/"   ->   caf\u00e9\u00e9/    as ASCII
  ///                     ->   caféé/              as UTF-8
  ///
  /// - Parameters:
  ///   - writer: Gets the text without quotes; holds part of it after a throw.
  ///   - form: How to write it.
  /// - Throws: What Python would not read, and half a surrogate pair where UTF-8 is written.
  /// - Complexity: O(length of the string)
  @inline(__always)
  mutating func appendText(
    to writer: inout ByteWriter,
    _ form: TextForm
  ) throws(JSONReencodeError) {
    // Most strings are short and have nothing special: one look, then the quote.
    let available = unsafe min(count &- offset, 16)
    var plain = 0
    var isComplete = false
    unsafe writer.append(reserving: 16) { destination in
      let mask = unsafe copyBlock(
        base + offset,
        available,
        to: destination,
        form.extraSpecial,
        wide: false
      )
      plain = mask == 0 ? available : mask.trailingZeroBitCount
      isComplete = unsafe mask != 0 && base[offset &+ plain] == 0x22
      return plain
    }
    unsafe offset &+= plain
    if isComplete {
      unsafe offset &+= 1
    } else {
      try unsafe appendLongText(to: &writer, form)
    }
  }

  @inline(never)
  private mutating func appendLongText(
    to writer: inout ByteWriter,
    _ form: TextForm
  ) throws(JSONReencodeError) {
    // In stretches, so that the room for the worst case stays small.
    let stretch = 2048
    var state = TextState.open
    while state == .open {
      guard unsafe offset < count else { throw unsafe .unexpectedEnd(offset: offset) }
      let end = unsafe min(offset + stretch, count)
      // An escape that starts before `end`, or a plain block, may run 16 bytes past it.
      unsafe writer.append(reserving: (end - offset + 16) * 6 + 16) { destination in
        unsafe writeText(upTo: end, to: destination, form, &state)
      }
    }
    if case .failed(let error) = state { throw error }
  }

  /// Writes the characters that start before `end`, and up to 15 plain ones after it.
  ///
  /// - Parameters:
  ///   - end: Where the stretch ends.
  ///   - destination: Room for six times the bytes, and 16 more as scratch.
  ///   - form: How to write them.
  ///   - state: Says afterwards whether the string ended.
  /// - Returns: How many bytes were written.
  @inline(__always)
  private mutating func writeText(
    upTo end: Int,
    to destination: UnsafeMutablePointer<UInt8>,
    _ form: TextForm,
    _ state: inout TextState
  ) -> Int {
    let extra = form.extraSpecial
    var written = 0
    while unsafe offset < end {
      let width = unsafe min(count &- offset, 16)
      let mask = unsafe copyBlock(
        base + offset,
        width,
        to: destination + written,
        extra,
        wide: false
      )
      let plain = mask == 0 ? width : mask.trailingZeroBitCount
      unsafe offset &+= plain
      written &+= plain
      guard mask != 0 else { continue }
      repeat {
        written &+= unsafe writeSpecial(to: destination + written, form, &state)
        if state != .open { return written }
      } while unsafe offset < end && (base[offset] >= 0x80 || base[offset] == 0x5C)
    }
    return written
  }

  /// Writes the special character at `offset` and moves behind it.
  ///
  /// - Returns: How many bytes were written.
  @inline(__always)
  private mutating func writeSpecial(
    to destination: UnsafeMutablePointer<UInt8>,
    _ form: TextForm,
    _ state: inout TextState
  ) -> Int {
    let byte = unsafe base[offset]
    if byte >= 0x80 {
      let scalar = unsafe decodeMultibyte(base + offset, available: count &- offset)
      guard scalar.byteCount != 0 else {
        state = unsafe .failed(.invalidUTF8(offset: offset))
        return 0
      }
      unsafe offset &+= scalar.byteCount
      return unsafe form.write(scalar.value, to: destination)
    }
    if byte == 0x5C { return unsafe writeEscaped(to: destination, form, &state) }
    if byte == 0x22 {
      unsafe offset &+= 1
      state = .closed
      return 0
    }
    guard byte == 0x7F else {
      state = unsafe .failed(.controlCharacter(offset: offset))
      return 0
    }
    unsafe offset &+= 1
    return unsafe form.write(0x7F, to: destination)
  }

  /// Writes the character that the escape at `offset` means and moves behind it.
  ///
  /// - Returns: How many bytes were written.
  @inline(__always)
  private mutating func writeEscaped(
    to destination: UnsafeMutablePointer<UInt8>,
    _ form: TextForm,
    _ state: inout TextState
  ) -> Int {
    let start = unsafe offset
    let scalar = unsafe readEscape()
    guard scalar != .max else {
      state = unsafe .failed(
        count - start < 2 ? .unexpectedEnd(offset: count) : .invalidEscape(offset: start)
      )
      return 0
    }
    if scalar & ~0x7FF == 0xD800 && form != .ascii {
      state = .failed(.loneSurrogate(offset: start))
      return 0
    }
    return unsafe form.write(scalar, to: destination)
  }

  /// Reads the escape at `offset`, both halves of a surrogate pair as one.
  ///
  /// - Returns: The code point, perhaps half a pair; `UInt32.max` when it is no escape.
  @inline(__always)
  private mutating func readEscape() -> UInt32 {
    guard unsafe count &- offset >= 2 else { return .max }
    let letter = unsafe base[offset &+ 1]
    guard letter == 0x75 else {
      unsafe offset &+= 2
      return meaning(ofEscape: letter)
    }
    let unit = unsafe hexadecimal(at: offset &+ 2)
    guard unit != .max else { return .max }
    unsafe offset &+= 6
    guard unit & ~0x3FF == 0xD800, unsafe count &- offset >= 6,
      unsafe base[offset] == 0x5C, unsafe base[offset &+ 1] == 0x75
    else { return unit }
    let second = unsafe hexadecimal(at: offset &+ 2)
    guard second != .max else { return .max }
    guard second & ~0x3FF == 0xDC00 else { return unit }
    unsafe offset &+= 6
    return 0x10000 &+ (unit & 0x3FF) << 10 | second & 0x3FF
  }

  /// Four hexadecimal digits as a number, or `UInt32.max`.
  @inline(__always)
  private func hexadecimal(at start: Int) -> UInt32 {
    guard unsafe count &- start >= 4 else { return .max }
    var value: UInt32 = 0
    for index in 0..<4 {
      let byte = unsafe base[start &+ index]
      let digit = byte &- 0x30
      let letter = (byte | 0x20) &- 0x61
      guard digit < 10 || letter < 6 else { return .max }
      value = value << 4 | UInt32(digit < 10 ? digit : letter &+ 10)
    }
    return value
  }
}

/// How far a string has been read.
private enum TextState: Equatable {
  case open
  case closed
  case failed(JSONReencodeError)
}

/// The code point of an escape with a letter, or `UInt32.max`.
@inline(__always)
private func meaning(ofEscape letter: UInt8) -> UInt32 {
  switch letter {
  case 0x22, 0x5C, 0x2F: UInt32(letter)
  case 0x62: 0x08
  case 0x66: 0x0C
  case 0x6E: 0x0A
  case 0x72: 0x0D
  case 0x74: 0x09
  default: .max
  }
}
