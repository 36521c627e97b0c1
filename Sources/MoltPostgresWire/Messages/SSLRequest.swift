public import MoltBytes

extension ByteWriter {
  /// Appends `SSLRequest`, which the server answers with one byte: `S` or `N`.
  public mutating func appendPostgresSSLRequest() {
    appendBigEndian(8 as UInt32)
    appendBigEndian(80_877_103 as UInt32)
  }
}
