public import MoltBytes

extension ByteWriter {
  /// Appends `Close` of a prepared statement; closing one that does not exist is no error.
  ///
  /// - Precondition: `statement` contains no zero byte.
  public mutating func appendPostgresClose(statement: Span<UInt8>) {
    appendTarget(UInt8(ascii: "C"), UInt8(ascii: "S"), statement)
  }

  /// Appends `Close` of a portal.
  ///
  /// - Precondition: `portal` contains no zero byte.
  public mutating func appendPostgresClose(portal: Span<UInt8>) {
    appendTarget(UInt8(ascii: "C"), UInt8(ascii: "P"), portal)
  }
}
