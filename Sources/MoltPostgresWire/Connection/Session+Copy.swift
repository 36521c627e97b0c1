internal import MoltBytes

extension Session {
  /// Sends a piece of a `COPY`'s data.
  func copyData(_ data: Span<UInt8>, into output: inout ByteWriter) throws(PostgresRefusal) {
    guard copying != nil else { throw .notCopying }
    try check(byteCount: data.count + 4)
    output.appendPostgresCopyData(data)
  }

  /// Says that the data is complete.
  mutating func copyDone(into output: inout ByteWriter) throws(PostgresRefusal) {
    guard copying != nil else { throw .notCopying }
    output.appendPostgresCopyDone()
    copying = nil
    pending.advance(to: .simpleAfterCopy)
  }

  /// Says that the data will not be complete.
  mutating func copyFail(
    _ reason: String,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) {
    guard copying != nil else { throw .notCopying }
    guard !reason.utf8.contains(0) else { throw .zeroByte }
    try check(byteCount: reason.utf8.count + 5)
    output.appendPostgresCopyFail(Array(reason.utf8).span)
    copying = nil
    pending.advance(to: .simpleAfterCopy)
  }
}
