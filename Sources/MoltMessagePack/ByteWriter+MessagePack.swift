public import MoltBytes

// Every function writes the smallest encoding of its value, as the specification's section
// "Serialization: type to format conversion" asks for. They are inlinable because row writers call
// them once per cell.
extension ByteWriter {
  /// Appends a nil.
  @inlinable public mutating func appendMessagePackNil() { append(0xC0) }

  /// Appends a boolean.
  @inlinable public mutating func appendMessagePack(_ value: Bool) { append(value ? 0xC3 : 0xC2) }

  /// Appends an integer.
  @inlinable public mutating func appendMessagePack(_ value: UInt64) {
    switch value {
    case 0...0x7F: append(UInt8(truncatingIfNeeded: value))
    case 0...0xFF: appendMessagePack(0xCC, UInt8(truncatingIfNeeded: value))
    case 0...0xFFFF: appendMessagePack(0xCD, UInt16(truncatingIfNeeded: value))
    case 0...0xFFFF_FFFF: appendMessagePack(0xCE, UInt32(truncatingIfNeeded: value))
    default: appendMessagePack(0xCF, value)
    }
  }

  /// Appends an integer; one that is not negative is written like an unsigned one.
  @inlinable public mutating func appendMessagePack(_ value: Int64) {
    switch value {
    case 0...: appendMessagePack(UInt64(bitPattern: value))
    case (-32)...: append(UInt8(truncatingIfNeeded: value))
    case Int64(Int8.min)...: appendMessagePack(0xD0, Int8(truncatingIfNeeded: value))
    case Int64(Int16.min)...: appendMessagePack(0xD1, Int16(truncatingIfNeeded: value))
    case Int64(Int32.min)...: appendMessagePack(0xD2, Int32(truncatingIfNeeded: value))
    default: appendMessagePack(0xD3, value)
    }
  }

  /// Appends a float, always of 64 bits.
  @inlinable public mutating func appendMessagePack(_ value: Double) {
    appendMessagePack(0xCB, value.bitPattern)
  }

  /// Appends a str.
  ///
  /// - Parameter text: UTF-8, which is not checked here.
  /// - Precondition: `text` is shorter than 4 GiB.
  @inlinable public mutating func appendMessagePack(text: Span<UInt8>) {
    appendMessagePackTextHeader(text.count)
    append(text)
  }

  /// Appends a str.
  ///
  /// - Precondition: `text` is shorter than 4 GiB.
  public mutating func appendMessagePack(text: String) {
    appendMessagePackTextHeader(text.utf8.count)
    append(text)
  }

  /// Appends a str.
  @inlinable public mutating func appendMessagePack(text: StaticString) {
    appendMessagePackTextHeader(text.utf8CodeUnitCount)
    append(text)
  }

  /// Appends a bin.
  ///
  /// - Precondition: `binary` is shorter than 4 GiB.
  @inlinable public mutating func appendMessagePack(binary: Span<UInt8>) {
    appendMessagePackBinaryHeader(binary.count)
    append(binary)
  }

  /// Appends the header of an array; the caller appends its elements.
  ///
  /// - Precondition: `count` lies between 0 and 2^32 - 1.
  @inlinable public mutating func appendMessagePackArrayHeader(_ count: Int) {
    if count >= 0 && count < 16 {
      append(0x90 | UInt8(truncatingIfNeeded: count))
    } else {
      appendMessagePackLength(count, 0xDC, 0xDD)
    }
  }

  /// Appends the header of a map; the caller appends its keys and values in turn.
  ///
  /// - Precondition: `count` lies between 0 and 2^32 - 1.
  @inlinable public mutating func appendMessagePackMapHeader(_ count: Int) {
    if count >= 0 && count < 16 {
      append(0x80 | UInt8(truncatingIfNeeded: count))
    } else {
      appendMessagePackLength(count, 0xDE, 0xDF)
    }
  }

  /// Appends the header of a str; the caller appends its bytes.
  ///
  /// - Precondition: `byteCount` lies between 0 and 2^32 - 1.
  @inlinable public mutating func appendMessagePackTextHeader(_ byteCount: Int) {
    switch byteCount {
    case 0..<32: append(0xA0 | UInt8(truncatingIfNeeded: byteCount))
    case 32..<256: appendMessagePack(0xD9, UInt8(truncatingIfNeeded: byteCount))
    default: appendMessagePackLength(byteCount, 0xDA, 0xDB)
    }
  }

  /// Appends the header of a bin; the caller appends its bytes.
  ///
  /// - Precondition: `byteCount` lies between 0 and 2^32 - 1.
  @inlinable public mutating func appendMessagePackBinaryHeader(_ byteCount: Int) {
    if byteCount >= 0 && byteCount < 256 {
      appendMessagePack(0xC4, UInt8(truncatingIfNeeded: byteCount))
    } else {
      appendMessagePackLength(byteCount, 0xC5, 0xC6)
    }
  }

  /// Appends a length as a field of 16 or 32 bits behind the marker that says which.
  @usableFromInline
  mutating func appendMessagePackLength(_ count: Int, _ marker16: UInt8, _ marker32: UInt8) {
    precondition(count >= 0 && count <= Int(UInt32.max), "count is outside 0...2^32-1")
    if count <= 0xFFFF {
      appendMessagePack(marker16, UInt16(truncatingIfNeeded: count))
    } else {
      appendMessagePack(marker32, UInt32(truncatingIfNeeded: count))
    }
  }

  /// Appends a marker and the big-endian bytes of a number.
  @inlinable @inline(__always)
  mutating func appendMessagePack(_ marker: UInt8, _ value: some FixedWidthInteger) {
    let size = value.bitWidth / 8
    // Safety: the reservation covers the marker and the `size` bytes of the field.
    unsafe append(reserving: 1 + size) { memory in
      unsafe memory[0] = marker
      unsafe UnsafeMutableRawPointer(memory + 1)
        .storeBytes(of: value.bigEndian, as: type(of: value))
      return 1 + size
    }
  }
}
