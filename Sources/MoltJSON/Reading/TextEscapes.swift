internal import CMoltIntrinsics
internal import MoltBytes

/// Appends a text that has escapes.
///
///     "caf\u00e9\/"     ->     café/
///
/// The text is closed and has no control characters; whether it is UTF-8 is checked elsewhere.
///
/// - Parameters:
///   - input: The document.
///   - count: How many bytes it has.
///   - start: The offset behind the opening quote.
///   - stop: The offset of the first backslash.
///   - arena: Gets the text; holds part of it when there is none.
/// - Returns: The offset of the closing quote, or nil when an escape is not valid.
/// - Complexity: O(length of the text)
@inline(never)
func appendEscapedText(
  _ input: UnsafePointer<UInt8>,
  count: Int,
  from start: Int,
  firstEscape stop: Int,
  to arena: inout ByteWriter
) -> Int? {
  guard start <= stop else { return nil }
  unsafe arena.append(copying: UnsafeRawBufferPointer(start: input + start, count: stop - start))
  var offset = stop
  var state = EscapedTextState.open
  while state == .open, offset + stretch.reach <= count {
    unsafe arena.append(reserving: stretch.output + 2 * 64) { destination in
      unsafe readStretch(input, at: &offset, upTo: count - stretch.reach, to: destination, &state)
    }
  }
  if state != .open { return state == .closed ? offset : nil }
  while offset < count {
    let byte = unsafe input[offset]
    if byte == 0x5C {
      guard unsafe appendEscape(input, count: count, at: &offset, to: &arena) else { return nil }
    } else if byte == 0x22 {
      return offset
    } else {
      arena.append(byte)
      offset &+= 1
    }
  }
  return nil
}

/// How far a text has been read.
private enum EscapedTextState {
  case open, closed, wrong
}

/// How many bytes are written between two looks at the arena's room, and how many have to follow in
/// the document: 64 that are copied, and a pair of surrogates.
private let stretch = (output: 2048, reach: 80)

/// Writes a part of a text, 64 bytes at a time between escapes.
///
/// - Parameters:
///   - input: The document.
///   - offset: Where to go on; afterwards at the closing quote if there is one.
///   - end: Where to stop at the latest.
///   - destination: Where to write.
///   - state: Says afterwards whether the text is closed, or wrong.
/// - Returns: How many bytes were written.
@inline(__always)
private func readStretch(
  _ input: UnsafePointer<UInt8>,
  at offset: inout Int,
  upTo end: Int,
  to destination: UnsafeMutablePointer<UInt8>,
  _ state: inout EscapedTextState
) -> Int {
  var place = offset
  var written = 0
  defer { offset = place }
  while written < stretch.output, place <= end {
    let mask = unsafe molt_json_copy64(input + place, destination + written)
    let plain = mask == 0 ? 64 : mask.trailingZeroBitCount
    place &+= plain
    written &+= plain
    guard mask != 0 else { continue }
    guard unsafe input[place] != 0x22 else {
      state = .closed
      return written
    }
    // Escapes often come in rows.
    repeat {
      guard
        unsafe writeEscape(
          input,
          count: end &+ stretch.reach,
          at: &place,
          to: destination,
          &written
        )
      else {
        state = .wrong
        return written
      }
    } while unsafe input[place] == 0x5C && written < stretch.output && place <= end
  }
  return written
}

/// Writes the character that an escape means and moves behind it.
///
/// - Returns: Whether it is one; half a surrogate pair is none.
@inline(__always)
private func writeEscape(
  _ input: UnsafePointer<UInt8>,
  count: Int,
  at offset: inout Int,
  to destination: UnsafeMutablePointer<UInt8>,
  _ written: inout Int
) -> Bool {
  let letter = unsafe input[offset &+ 1]
  guard letter == 0x75 else {
    let character = simpleEscape(letter)
    unsafe destination[written] = character
    written &+= 1
    offset &+= 2
    return character != 0
  }
  guard let scalar = unsafe escapedScalar(input, count: count, at: &offset) else { return false }
  written &+= unsafe writeUTF8(scalar, to: destination + written)
  return true
}

/// Appends the character that an escape means and moves behind it.
///
/// - Returns: Whether it is one; half a surrogate pair is none.
@inline(__always)
private func appendEscape(
  _ input: UnsafePointer<UInt8>,
  count: Int,
  at offset: inout Int,
  to arena: inout ByteWriter
) -> Bool {
  guard offset + 1 < count else { return false }
  let letter = unsafe input[offset + 1]
  if letter != 0x75 {
    let character = simpleEscape(letter)
    arena.append(character)
    offset += 2
    return character != 0
  }
  guard let scalar = unsafe escapedScalar(input, count: count, at: &offset) else { return false }
  unsafe arena.append(reserving: 4) { unsafe writeUTF8(scalar, to: $0) }
  return true
}

/// The character of the `\u` escape at an offset, both halves of a pair as one.
@inline(__always)
private func escapedScalar(
  _ input: UnsafePointer<UInt8>,
  count: Int,
  at offset: inout Int
) -> UInt32? {
  guard let unit = unsafe hexadecimal(input, count: count, at: offset + 2) else { return nil }
  offset += 6
  guard unit & 0xF800 == 0xD800 else { return unit }
  guard unit < 0xDC00, offset + 6 <= count,
    unsafe input[offset] == 0x5C, unsafe input[offset + 1] == 0x75,
    let second = unsafe hexadecimal(input, count: count, at: offset + 2),
    second & 0xFC00 == 0xDC00
  else { return nil }
  offset += 6
  return 0x10000 + ((unit & 0x3FF) << 10 | second & 0x3FF)
}

/// Four hexadecimal digits as a number.
@inline(__always)
func hexadecimal(_ input: UnsafePointer<UInt8>, count: Int, at offset: Int) -> UInt32? {
  guard offset + 4 <= count else { return nil }
  var value: UInt32 = 0
  var isValid = true
  for index in 0..<4 {
    let byte = unsafe input[offset &+ index]
    let digit = byte &- 0x30
    let letter = (byte | 0x20) &- 0x61
    isValid = isValid && (digit < 10 || letter < 6)
    value = value << 4 | UInt32(digit < 10 ? digit : letter &+ 10)
  }
  return isValid ? value : nil
}

/// The character of an escape with one letter, or 0 when there is none.
@inline(__always)
func simpleEscape(_ letter: UInt8) -> UInt8 {
  switch letter {
  case 0x22, 0x5C, 0x2F: letter
  case 0x6E: 0x0A
  case 0x74: 0x09
  case 0x72: 0x0D
  case 0x62: 0x08
  case 0x66: 0x0C
  default: 0
  }
}

/// Writes a character that is no surrogate.
///
/// - Returns: How many bytes, up to 4.
@inline(__always)
private func writeUTF8(_ scalar: UInt32, to destination: UnsafeMutablePointer<UInt8>) -> Int {
  func byte(_ value: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value) }
  if scalar < 0x80 {
    unsafe destination[0] = byte(scalar)
    return 1
  }
  if scalar < 0x800 {
    unsafe destination[0] = byte(0xC0 | scalar >> 6)
    unsafe destination[1] = byte(0x80 | scalar & 0x3F)
    return 2
  }
  if scalar < 0x10000 {
    unsafe destination[0] = byte(0xE0 | scalar >> 12)
    unsafe destination[1] = byte(0x80 | scalar >> 6 & 0x3F)
    unsafe destination[2] = byte(0x80 | scalar & 0x3F)
    return 3
  }
  unsafe destination[0] = byte(0xF0 | scalar >> 18)
  unsafe destination[1] = byte(0x80 | scalar >> 12 & 0x3F)
  unsafe destination[2] = byte(0x80 | scalar >> 6 & 0x3F)
  unsafe destination[3] = byte(0x80 | scalar & 0x3F)
  return 4
}
