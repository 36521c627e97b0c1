/// `FunctionCallResponse`: the result of a function called without SQL.
public struct FunctionCallResponse: Equatable, Sendable {
  /// The result in the format that was asked for; nil for null.
  public var value: [UInt8]?

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    let place = body.offset
    let byteCount = try body.readInt32()
    guard byteCount >= -1 else { throw .malformed(offset: place) }
    value = byteCount < 0 ? nil : try body.readBytes(Int(byteCount)).copied()
    try body.finish()
  }
}
