package import MoltBytes
package import MoltMessagePack

/// What a client says of itself before anything else.
package struct HelloRequest: Equatable, Sendable {
  /// The version of the envelope this worker speaks.
  package static let currentProtocol: UInt64 = 1

  /// The version of the envelope the client speaks.
  package var protocolVersion: UInt64
  /// The client's name and version, for the log.
  package var client: String

  /// Creates a greeting.
  package init(protocolVersion: UInt64 = Self.currentProtocol, client: String) {
    self.protocolVersion = protocolVersion
    self.client = client
  }

  /// Reads the payload `{"protocol": 1, "client": str}`.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    let start = reader.offset
    var version: UInt64?
    var client = ""
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .protocol: version = try reader.readUInt64()
        case .client: client = try reader.readTextString()
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let version else { throw .missing(key: .protocol, offset: start) }
    self.init(protocolVersion: version, client: client)
  }

  /// Appends the payload.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(2)
    writer.appendMessagePack(text: "protocol")
    writer.appendMessagePack(protocolVersion)
    writer.appendMessagePack(text: "client")
    writer.appendMessagePack(text: client)
  }
}
