/// `BackendKeyData`: what a cancel request has to name.
public struct BackendKeyData: Equatable, Sendable {
  /// The server's process.
  public var processID: Int32
  /// The secret: four bytes in protocol 3.0, up to 256 in later ones.
  public var secretKey: [UInt8]

  /// Creates the data.
  public init(processID: Int32, secretKey: [UInt8]) {
    self.processID = processID
    self.secretKey = secretKey
  }

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    processID = try body.readInt32()
    let place = body.offset
    guard body.remaining >= 4 else { throw .truncated(offset: place) }
    guard body.remaining <= 256 else { throw .trailingBytes(offset: place + 256) }
    secretKey = try body.readBytes(body.remaining).copied()
  }
}
