public import MoltBytes

extension ByteWriter {
  /// Appends `Sync`, which ends a batch: the server commits, or stops skipping after an error.
  public mutating func appendPostgresSync() {
    append(UInt8(ascii: "S"))
    appendBigEndian(4 as UInt32)
  }

  /// Appends `Flush`, which makes the server send what it has.
  public mutating func appendPostgresFlush() {
    append(UInt8(ascii: "H"))
    appendBigEndian(4 as UInt32)
  }

  /// Appends `Terminate`, which ends the session.
  public mutating func appendPostgresTerminate() {
    append(UInt8(ascii: "X"))
    appendBigEndian(4 as UInt32)
  }
}
