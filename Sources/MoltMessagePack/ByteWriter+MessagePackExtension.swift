public import MoltBytes

extension ByteWriter {
  /// Appends an extension.
  ///
  /// - Parameters:
  ///   - type: What the bytes are; the negative types are the specification's own.
  ///   - bytes: The body.
  /// - Precondition: `bytes` is shorter than 4 GiB.
  public mutating func appendMessagePack(extensionType type: Int8, _ bytes: Span<UInt8>) {
    switch bytes.count {
    case 1: append(0xD4)
    case 2: append(0xD5)
    case 4: append(0xD6)
    case 8: append(0xD7)
    case 16: append(0xD8)
    case 0...0xFF: appendMessagePack(0xC7, UInt8(truncatingIfNeeded: bytes.count))
    default: appendMessagePackLength(bytes.count, 0xC8, 0xC9)
    }
    append(UInt8(bitPattern: type))
    append(short: bytes)
  }
}
