package import MoltBytes
package import MoltMessagePack

/// Gives a statement's number back.
package struct ReleaseRequest: Equatable, Sendable {
  /// The client's number for the statement.
  package var statement: UInt64

  /// Creates a request.
  package init(statement: UInt64) { self.statement = statement }

  /// Reads the payload `{"statement"}`.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    let start = reader.offset
    var statement: UInt64?
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .statement: statement = try reader.readUInt64()
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let statement else { throw .missing(key: .statement, offset: start) }
    self.init(statement: statement)
  }

  /// Appends the payload.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(1)
    writer.appendMessagePack(text: "statement")
    writer.appendMessagePack(statement)
  }
}
