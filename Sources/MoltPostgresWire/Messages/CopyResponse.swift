/// `CopyInResponse`, `CopyOutResponse` and `CopyBothResponse`: data of a `COPY` follows.
public struct CopyResponse: Equatable, Sendable {
  /// The format of the whole copy.
  public var format: PostgresFormat
  /// The format of each column; all text when the whole is text.
  public var columnFormats: [PostgresFormat]

  /// Creates a response.
  public init(format: PostgresFormat, columnFormats: [PostgresFormat]) {
    self.format = format
    self.columnFormats = columnFormats
  }

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    let place = body.offset
    guard let format = PostgresFormat(rawValue: Int16(try body.readByte())) else {
      throw .malformed(offset: place)
    }
    self.format = format
    let count = try body.readCount()
    columnFormats = []
    columnFormats.reserveCapacity(min(count, body.remaining / 2))
    for _ in 0..<count { columnFormats.append(try body.readFormat()) }
    try body.finish()
  }
}
