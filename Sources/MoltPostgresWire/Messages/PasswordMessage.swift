public import MoltBytes

extension ByteWriter {
  /// Appends `PasswordMessage`: a password, or its MD5 digest in PostgreSQL's form.
  ///
  /// - Precondition: `password` contains no zero byte.
  public mutating func appendPostgresPassword(_ password: Span<UInt8>) {
    append(UInt8(ascii: "p"))
    appendBigEndian(UInt32(4 + password.count + 1))
    appendTerminated(password)
  }

  /// Appends `SASLInitialResponse`.
  ///
  /// - Precondition: `mechanism` contains no zero byte.
  public mutating func appendPostgresSASLInitialResponse(
    mechanism: String,
    _ response: Span<UInt8>
  ) {
    append(UInt8(ascii: "p"))
    appendBigEndian(UInt32(4 + mechanism.utf8.count + 1 + 4 + response.count))
    appendTerminated(mechanism)
    appendBigEndian(UInt32(response.count))
    append(response)
  }

  /// Appends `SASLResponse`.
  public mutating func appendPostgresSASLResponse(_ response: Span<UInt8>) {
    append(UInt8(ascii: "p"))
    appendBigEndian(UInt32(4 + response.count))
    append(response)
  }
}
