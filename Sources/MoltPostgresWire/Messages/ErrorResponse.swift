extension PostgresServerError {
  /// Decodes the body of an `ErrorResponse` or a `NoticeResponse`.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    self.init()
    while true {
      let name = try body.readByte()
      if name == 0 { break }
      fields.append(Field(name, try body.readText()))
    }
    try body.finish()
  }
}
