public import MoltBytes

extension ByteWriter {
  /// Appends `Parse`, which prepares a statement.
  ///
  /// - Parameters:
  ///   - name: The statement's name; empty for the unnamed one.
  ///   - sql: One statement.
  ///   - parameterTypes: Types of the first parameters; 0 and missing ones the server infers.
  /// - Precondition: There are at most 65,535 types, and no zero byte in `name` or `sql`.
  public mutating func appendPostgresParse(
    name: Span<UInt8>,
    sql: Span<UInt8>,
    parameterTypes: [UInt32] = []
  ) {
    append(UInt8(ascii: "P"))
    appendBigEndian(UInt32(4 + name.count + 1 + sql.count + 1 + 2 + 4 * parameterTypes.count))
    appendTerminated(name)
    appendTerminated(sql)
    appendBigEndian(UInt16(parameterTypes.count))
    for type in parameterTypes { appendBigEndian(type) }
  }
}
