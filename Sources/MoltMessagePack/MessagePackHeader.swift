/// The first bytes of a value, decoded: its family, its number or length, and where its body starts.
///
///     93          an array,    argument 3,   byteCount 1
///     cd 01 00    an integer,  argument 256, byteCount 3
///     d0 ff       an integer,  argument -1 as a bit pattern, isNegative, byteCount 2
///
/// Source: the MessagePack specification, section "Formats".
@usableFromInline
struct MessagePackHeader {
  @usableFromInline let kind: MessagePackKind
  /// How many bytes stand before the body.
  @usableFromInline let byteCount: Int
  /// The value of a nil (0), boolean or integer, the bits of a float as a Double, otherwise the
  /// number of body bytes, elements or pairs.
  @usableFromInline let argument: UInt64
  @usableFromInline var isNegative = false

  @inlinable
  init(_ kind: MessagePackKind, _ byteCount: Int, _ argument: UInt64) {
    self.kind = kind
    self.byteCount = byteCount
    self.argument = argument
  }

  @inlinable
  init(signed value: Int64, _ byteCount: Int) {
    self.init(.integer, byteCount, UInt64(bitPattern: value))
    isNegative = value < 0
  }

  /// Decodes the header that starts at `offset`.
  @inlinable
  init(_ bytes: Span<UInt8>, at offset: Int) throws(MessagePackError) {
    guard offset < bytes.count else { throw .endOfInput(offset: offset, needed: 1) }
    let first = bytes[offset]
    switch first {
    case 0x00...0x7F: self.init(.integer, 1, UInt64(first))
    case 0x80...0x8F: self.init(.map, 1, UInt64(first & 0x0F))
    case 0x90...0x9F: self.init(.array, 1, UInt64(first & 0x0F))
    case 0xA0...0xBF: self.init(.text, 1, UInt64(first & 0x1F))
    case 0xC0: self.init(.nil, 1, 0)
    case 0xC1: throw .reserved(offset: offset)
    case 0xC2, 0xC3: self.init(.boolean, 1, UInt64(first & 1))
    case 0xE0...0xFF: self.init(signed: Int64(Int8(bitPattern: first)), 1)
    default: try self.init(wide: first, bytes, at: offset)
    }
  }

  /// Decodes a header whose first byte is 0xC4 to 0xDF: a big-endian field follows.
  @inlinable
  init(wide first: UInt8, _ bytes: Span<UInt8>, at offset: Int) throws(MessagePackError) {
    func field(_ size: Int) throws(MessagePackError) -> UInt64 {
      try bigEndian(bytes, at: offset, size)
    }
    switch first {
    case 0xC4, 0xC5, 0xC6:
      let size = 1 << Int(first - 0xC4)
      self.init(.binary, 1 + size, try field(size))
    case 0xC7, 0xC8, 0xC9:
      let size = 1 << Int(first - 0xC7)
      self.init(.extension, 2 + size, try field(size))
    case 0xCA:
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: try field(4)))
      self.init(.float, 5, Double(float).bitPattern)
    case 0xCB: self.init(.float, 9, try field(8))
    case 0xCC...0xCF:
      let size = 1 << Int(first - 0xCC)
      self.init(.integer, 1 + size, try field(size))
    case 0xD0...0xD3:
      let size = 1 << Int(first - 0xD0)
      let shift = 64 - 8 * size
      self.init(signed: Int64(bitPattern: try field(size) << shift) >> shift, 1 + size)
    case 0xD4...0xD8: self.init(.extension, 2, 1 << UInt64(first - 0xD4))
    case 0xD9, 0xDA, 0xDB:
      let size = 1 << Int(first - 0xD9)
      self.init(.text, 1 + size, try field(size))
    case 0xDC, 0xDD:
      let size = 2 << Int(first - 0xDC)
      self.init(.array, 1 + size, try field(size))
    default:  // 0xDE, 0xDF
      let size = 2 << Int(first - 0xDE)
      self.init(.map, 1 + size, try field(size))
    }
  }
}

/// Reads the field of `size` bytes behind the first byte of the value at `offset`.
@inlinable
func bigEndian(
  _ bytes: Span<UInt8>,
  at offset: Int,
  _ size: Int
) throws(MessagePackError) -> UInt64 {
  guard bytes.count - offset > size else { throw .endOfInput(offset: offset, needed: 1 + size) }
  var value: UInt64 = 0
  for index in (offset + 1)...(offset + size) { value = value << 8 | UInt64(bytes[index]) }
  return value
}
