public import MoltBytes

extension ByteWriter {
  /// Appends `Query`: any number of statements, whose results come as text.
  ///
  /// - Precondition: `sql` contains no zero byte.
  public mutating func appendPostgresQuery(_ sql: Span<UInt8>) {
    append(UInt8(ascii: "Q"))
    appendBigEndian(UInt32(4 + sql.count + 1))
    appendTerminated(sql)
  }
}
