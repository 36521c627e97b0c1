/// `ParameterDescription`: the types of a prepared statement's parameters.
public struct ParameterDescription: Equatable, Sendable {
  /// The types in order.
  public var typeOIDs: [UInt32]

  /// Decodes the body of the message.
  ///
  /// The count is of two bytes without a sign: a statement may have 65,535 parameters.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    let count = Int(UInt16(bitPattern: try body.readInt16()))
    typeOIDs = []
    typeOIDs.reserveCapacity(min(count, body.remaining / 4))
    for _ in 0..<count { typeOIDs.append(try body.readOID()) }
    try body.finish()
  }
}
