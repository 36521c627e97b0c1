public import MoltBytes

extension ByteWriter {
  /// Appends `CopyData`: any part of a `COPY`'s data; its borders mean nothing to the server.
  public mutating func appendPostgresCopyData(_ data: Span<UInt8>) {
    append(UInt8(ascii: "d"))
    appendBigEndian(UInt32(4 + data.count))
    append(data)
  }

  /// Appends `CopyDone`.
  public mutating func appendPostgresCopyDone() {
    append(UInt8(ascii: "c"))
    appendBigEndian(4 as UInt32)
  }

  /// Appends `CopyFail`, which makes the `COPY` fail.
  ///
  /// - Precondition: `reason` contains no zero byte.
  public mutating func appendPostgresCopyFail(_ reason: Span<UInt8>) {
    append(UInt8(ascii: "f"))
    appendBigEndian(UInt32(4 + reason.count + 1))
    appendTerminated(reason)
  }
}
