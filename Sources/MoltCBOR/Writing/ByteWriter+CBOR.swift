public import MoltBytes

// Every function writes the shortest encoding of its value (RFC 8949, section 4.1). They are
// inlinable because they are called once per value.
extension ByteWriter {
  /// Appends null.
  @inlinable @inline(__always)
  public mutating func appendCBORNull() { append(0xF6) }

  /// Appends undefined.
  @inlinable @inline(__always)
  public mutating func appendCBORUndefined() { append(0xF7) }

  /// Appends a boolean.
  @inlinable @inline(__always)
  public mutating func appendCBOR(_ value: Bool) { append(value ? 0xF5 : 0xF4) }

  /// Appends an integer.
  @inlinable @inline(__always)
  public mutating func appendCBOR(_ value: UInt64) { appendCBORHead(0x00, value) }

  /// Appends an integer.
  @inlinable @inline(__always)
  public mutating func appendCBOR(_ value: Int64) {
    // -1 - n is the complement of n.
    let sign = value >> 63
    appendCBORHead(UInt8(truncatingIfNeeded: sign) & 0x20, UInt64(bitPattern: value ^ sign))
  }

  /// Appends a float as the shortest of 16, 32 and 64 bits that is the same number or NaN.
  @inlinable @inline(__always)
  public mutating func appendCBOR(_ value: Double) {
    if _fastPath(value.bitPattern & (1 << 29 - 1) != 0) { return appendCBOR(wide: value) }
    appendCBOR(shortened: value)
  }

  @usableFromInline @inline(never)
  mutating func appendCBOR(shortened value: Double) {
    if let half = value.half { return appendCBOR(0xF9, half) }
    if let single = value.single { return appendCBOR(0xFA, single) }
    appendCBOR(wide: value)
  }

  /// Appends a float of 64 bits.
  @inlinable @inline(__always)
  public mutating func appendCBOR(wide value: Double) { appendCBOR(0xFB, value.bitPattern) }

  /// Appends a text string.
  ///
  /// - Parameter text: UTF-8, which is not checked here.
  @inlinable @inline(__always)
  public mutating func appendCBOR(text: Span<UInt8>) {
    appendCBORHead(0x60, UInt64(truncatingIfNeeded: text.count))
    append(short: text)
  }

  /// Appends a text string.
  public mutating func appendCBOR(text: String) {
    appendCBORHead(0x60, UInt64(text.utf8.count))
    append(text)
  }

  /// Appends a byte string.
  @inlinable @inline(__always)
  public mutating func appendCBOR(binary: Span<UInt8>) {
    appendCBORHead(0x40, UInt64(truncatingIfNeeded: binary.count))
    append(short: binary)
  }

  /// Appends the head of an array; the caller appends its elements.
  ///
  /// - Parameter count: How many; nil for indefinite length, to be ended by ``appendCBORBreak()``.
  /// - Precondition: `count` is not negative.
  @inlinable @inline(__always)
  public mutating func appendCBORArrayHeader(_ count: Int?) {
    guard let count else { return append(0x9F) }
    precondition(count >= 0, "count is negative")
    appendCBORHead(0x80, UInt64(truncatingIfNeeded: count))
  }

  /// Appends the head of a map; the caller appends its keys and values in turn.
  ///
  /// - Parameter count: How many pairs; nil for indefinite length, to be ended by
  ///   ``appendCBORBreak()``.
  /// - Precondition: `count` is not negative.
  @inlinable @inline(__always)
  public mutating func appendCBORMapHeader(_ count: Int?) {
    guard let count else { return append(0xBF) }
    precondition(count >= 0, "count is negative")
    appendCBORHead(0xA0, UInt64(truncatingIfNeeded: count))
  }

  /// Ends an array, map or string of indefinite length.
  @inlinable @inline(__always)
  public mutating func appendCBORBreak() { append(0xFF) }

  /// Appends a tag; the caller appends the value that it stands before.
  @inlinable @inline(__always)
  public mutating func appendCBOR(tag: UInt64) { appendCBORHead(0xC0, tag) }

  /// Appends a simple value.
  ///
  /// - Precondition: `simple` is not one of 24 to 31, which are not well-formed.
  @inlinable
  public mutating func appendCBOR(simple: UInt8) {
    precondition(!(24...31).contains(simple), "24 to 31 are no simple values")
    if simple < 24 { append(0xE0 | simple) } else { appendCBOR(0xF8, simple) }
  }

  /// Appends a head: the major type in the first byte's high three bits, and its argument.
  @inlinable @inline(__always)
  mutating func appendCBORHead(_ major: UInt8, _ argument: UInt64) {
    switch argument {
    case 0..<24: append(major | UInt8(truncatingIfNeeded: argument))
    case 0...0xFF: appendCBOR(major | 24, UInt8(truncatingIfNeeded: argument))
    case 0...0xFFFF: appendCBOR(major | 25, UInt16(truncatingIfNeeded: argument))
    case 0...0xFFFF_FFFF: appendCBOR(major | 26, UInt32(truncatingIfNeeded: argument))
    default: appendCBOR(major | 27, argument)
    }
  }

  /// Appends a first byte and the big-endian bytes of a number.
  @inlinable @inline(__always)
  mutating func appendCBOR(_ first: UInt8, _ value: some FixedWidthInteger) {
    let size = value.bitWidth / 8
    // Safety: the reservation covers the first byte and the `size` bytes of the field.
    unsafe append(reserving: 1 + size) { memory in
      unsafe memory[0] = first
      unsafe UnsafeMutableRawPointer(memory + 1)
        .storeBytes(of: value.bigEndian, as: type(of: value))
      return 1 + size
    }
  }
}
