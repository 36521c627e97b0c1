public import MoltBytes

extension ByteWriter {
  /// Appends `Describe` of a prepared statement.
  ///
  /// - Precondition: `statement` contains no zero byte.
  public mutating func appendPostgresDescribe(statement: Span<UInt8>) {
    appendTarget(UInt8(ascii: "D"), UInt8(ascii: "S"), statement)
  }

  /// Appends `Describe` of a portal.
  ///
  /// - Precondition: `portal` contains no zero byte.
  public mutating func appendPostgresDescribe(portal: Span<UInt8>) {
    appendTarget(UInt8(ascii: "D"), UInt8(ascii: "P"), portal)
  }

  /// Appends a message that names a statement or a portal.
  mutating func appendTarget(_ type: UInt8, _ kind: UInt8, _ name: Span<UInt8>) {
    append(type)
    appendBigEndian(UInt32(4 + 1 + name.count + 1))
    append(kind)
    appendTerminated(name)
  }
}
