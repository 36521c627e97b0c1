/// `ReadyForQuery`: everything before the synchronisation is answered.
public struct ReadyForQuery: Equatable, Sendable {
  /// Where the session stands now.
  public var status: PostgresTransactionStatus

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    let place = body.offset
    guard let status = PostgresTransactionStatus(rawValue: try body.readByte()) else {
      throw .malformed(offset: place)
    }
    try body.finish()
    self.status = status
  }
}
