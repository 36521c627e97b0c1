public import MoltBytes

extension ByteWriter {
  /// Appends `CancelRequest`, which goes over a connection of its own.
  ///
  /// - Parameter key: What the server gave the connection whose query shall end.
  public mutating func appendPostgresCancelRequest(_ key: BackendKeyData) {
    appendBigEndian(UInt32(12 + key.secretKey.count))
    appendBigEndian(80_877_102 as UInt32)
    appendBigEndian(UInt32(bitPattern: key.processID))
    append(key.secretKey.span)
  }
}
