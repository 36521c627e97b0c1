package import MoltBytes
package import MoltErrors
package import MoltMessagePack

// The payload of an error reply: {"code": integer, "message": str, "offset": integer}.
extension MoltError {
  /// Reads the payload of an error reply; a code of a newer worker reads as `internal`.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    let start = reader.offset
    var code: Int64?
    self.init(.internal, "")
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .code: code = try reader.readInt64()
        case .message: message = try reader.readTextString()
        case .offset: offset = Int(try reader.readInt64())
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let code else { throw .missing(key: .code, offset: start) }
    self.code = Int32(exactly: code).flatMap(ErrorCode.init(rawValue:)) ?? .internal
  }

  /// Appends the payload of an error reply.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(3)
    writer.appendMessagePack(text: "code")
    writer.appendMessagePack(Int64(code.rawValue))
    writer.appendMessagePack(text: "message")
    writer.appendMessagePack(text: message)
    writer.appendMessagePack(text: "offset")
    writer.appendMessagePack(Int64(offset))
  }
}
