public import MoltBytes

extension ByteWriter {
  /// Appends `Execute`, which runs a portal.
  ///
  /// - Parameters:
  ///   - portal: The portal's name; empty for the unnamed one.
  ///   - rowLimit: The most rows before the portal is suspended; 0 for all.
  /// - Precondition: `portal` contains no zero byte; `rowLimit` is not negative and fits 31 bits.
  public mutating func appendPostgresExecute(portal: Span<UInt8>, rowLimit: Int = 0) {
    append(UInt8(ascii: "E"))
    appendBigEndian(UInt32(4 + portal.count + 1 + 4))
    appendTerminated(portal)
    appendBigEndian(UInt32(rowLimit))
  }
}
