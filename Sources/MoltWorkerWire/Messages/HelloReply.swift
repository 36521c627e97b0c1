package import MoltBytes
internal import MoltMessagePack

/// What the worker says of itself.
package struct HelloReply: Equatable, Sendable {
  /// The worker's name and version, such as "molt 0.1.0".
  package var server: String
  /// The aliases of the databases that can be asked.
  package var databases: [String]
  /// The largest frame the worker accepts.
  package var frameByteCount: Int

  /// Creates a reply.
  package init(server: String, databases: [String], frameByteCount: Int) {
    self.server = server
    self.databases = databases
    self.frameByteCount = frameByteCount
  }

  /// Appends the payload `{"protocol", "server", "databases", "frame_limit"}`.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(4)
    writer.appendMessagePack(text: "protocol")
    writer.appendMessagePack(HelloRequest.currentProtocol)
    writer.appendMessagePack(text: "server")
    writer.appendMessagePack(text: server)
    writer.appendMessagePack(text: "databases")
    writer.appendMessagePackArrayHeader(databases.count)
    for database in databases { writer.appendMessagePack(text: database) }
    writer.appendMessagePack(text: "frame_limit")
    writer.appendMessagePack(Int64(frameByteCount))
  }
}
