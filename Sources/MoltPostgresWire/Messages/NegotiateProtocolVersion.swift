/// `NegotiateProtocolVersion`: the server speaks an older minor version, or not all options.
public struct NegotiateProtocolVersion: Equatable, Sendable {
  /// The newest minor version that the server speaks; servers before 18 send the whole version.
  public var newestVersion: Int32
  /// The protocol options that the server did not recognise.
  public var unknownOptions: [String]

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    newestVersion = try body.readInt32()
    let place = body.offset
    let count = try body.readInt32()
    guard count >= 0 else { throw .malformed(offset: place) }
    unknownOptions = []
    for _ in 0..<count { unknownOptions.append(try body.readText()) }
    try body.finish()
  }
}
