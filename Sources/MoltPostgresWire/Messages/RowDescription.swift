/// `RowDescription`: the columns of the rows that follow, or of a prepared statement.
public struct RowDescription: Equatable, Sendable {
  /// The columns in order.
  public var columns: [PostgresColumn]

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  /// - Complexity: O(bytes of the message), in memory too
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    let count = try body.readCount()
    columns = []
    // A column takes 19 bytes at least, so that an announced count reserves nothing.
    columns.reserveCapacity(min(count, body.remaining / 19))
    for _ in 0..<count { columns.append(try PostgresColumn(reading: &body)) }
    try body.finish()
  }
}
