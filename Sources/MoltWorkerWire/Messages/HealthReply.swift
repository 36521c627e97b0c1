package import MoltBytes
package import MoltMessagePack

/// How the worker and its databases are.
package struct HealthReply: Equatable, Sendable {
  /// Whether the worker is ending and takes no new work.
  package var isDraining: Bool
  /// The worker's version.
  package var version: String
  /// Each alias with nil, or a sentence that says what is wrong.
  package var databases: [(alias: String, fault: String?)]

  /// Creates a reply.
  package init(isDraining: Bool, version: String, databases: [(alias: String, fault: String?)]) {
    self.isDraining = isDraining
    self.version = version
    self.databases = databases
  }

  /// Whether everything works and new work is taken.
  package var isHealthy: Bool { !isDraining && databases.allSatisfy { $0.fault == nil } }

  /// Compares all fields.
  package static func == (left: Self, right: Self) -> Bool {
    left.isDraining == right.isDraining && left.version == right.version
      && left.databases.elementsEqual(right.databases) { $0 == $1 }
  }

  /// Reads the payload `{"status", "version", "databases"}`.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    let start = reader.offset
    var status: String?
    self.init(isDraining: false, version: "", databases: [])
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .status: status = try reader.readTextString()
        case .version: version = try reader.readTextString()
        case .databases:
          for _ in 0..<(try reader.readMapCount()) {
            let alias = try reader.readTextString()
            let state = try reader.readTextString()
            databases.append((alias, state == "ok" ? nil : state))
          }
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let status else { throw .missing(key: .status, offset: start) }
    isDraining = status == "draining"
  }

  /// Appends the payload.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(3)
    writer.appendMessagePack(text: "status")
    writer.appendMessagePack(text: isDraining ? "draining" : "ok" as String)
    writer.appendMessagePack(text: "version")
    writer.appendMessagePack(text: version)
    writer.appendMessagePack(text: "databases")
    writer.appendMessagePackMapHeader(databases.count)
    for (alias, fault) in databases {
      writer.appendMessagePack(text: alias)
      writer.appendMessagePack(text: fault ?? "ok")
    }
  }
}
