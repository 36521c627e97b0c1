public import MoltBytes

extension ByteWriter {
  /// Appends a message: its type, its length, and what `body` appends.
  ///
  /// - Precondition: `body` appends less than 2 GiB.
  @inlinable
  public mutating func appendPostgresMessage(
    _ type: UInt8,
    _ body: (inout ByteWriter) -> Void
  ) {
    append(type)
    let start = count
    appendBigEndian(0 as UInt32)
    body(&self)
    overwrite(UInt32(count - start), at: start)
  }

  /// Appends an integer, most significant byte first.
  @inlinable @inline(__always)
  public mutating func appendBigEndian(_ value: some FixedWidthInteger & UnsignedInteger) {
    let byteCount = value.bitWidth / 8
    unsafe append(reserving: byteCount) { memory in
      // Safety: `byteCount` bytes are reserved.
      unsafe UnsafeMutableRawPointer(memory)
        .storeBytes(of: value.bigEndian, as: type(of: value))
      return byteCount
    }
  }

  /// Appends text and the zero byte that ends it.
  ///
  /// - Precondition: `text` contains no zero byte; the server would take what follows for fields.
  mutating func appendTerminated(_ text: Span<UInt8>) {
    append(text)
    append(0)
  }

  /// Appends text and the zero byte that ends it.
  ///
  /// - Precondition: `text` contains no zero byte.
  mutating func appendTerminated(_ text: String) {
    append(text)
    append(0)
  }
}
