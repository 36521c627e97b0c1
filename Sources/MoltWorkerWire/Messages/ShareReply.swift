package import MoltBytes
package import MoltMessagePack

/// How much memory a worker shares with a client; the memory's descriptor comes with the frame.
package struct ShareReply: Equatable, Sendable {
  /// The size of the memory in bytes.
  package var byteCount: UInt64

  /// Creates a reply.
  package init(byteCount: UInt64) { self.byteCount = byteCount }

  /// Reads the payload `{"size"}`.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    let start = reader.offset
    var byteCount: UInt64?
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .size: byteCount = try reader.readUInt64()
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let byteCount else { throw .missing(key: .size, offset: start) }
    self.init(byteCount: byteCount)
  }

  /// Appends the payload.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(1)
    writer.appendMessagePack(text: "size")
    writer.appendMessagePack(byteCount)
  }
}
