package import MoltBytes
package import MoltMessagePack

/// The header of a reply.
///
/// Source: `docs/formats/envelope.md`, "Reply headers".
package struct ReplyHeader: Equatable, Sendable {
  /// Where in an answer a frame stands.
  package enum Status: String, CaseIterable, Sendable {
    /// Part of the answer; others follow.
    case more
    /// The last part.
    case done
    /// The end of the request; the parts so far are void.
    case error
  }

  /// The request's id; 0 when no request can be named.
  package var id: UInt64
  /// Where in the answer the frame stands.
  package var status: Status
  /// How many rows the answer of a run holds, with `done`.
  package var rows: UInt64?
  /// How many bytes of the shared memory are the answer, with `done`; nil when the payloads are.
  package var shared: UInt64?

  /// Creates a header.
  package init(id: UInt64, _ status: Status, rows: UInt64? = nil, shared: UInt64? = nil) {
    self.id = id
    self.status = status
    self.rows = rows
    self.shared = shared
  }

  /// Reads a header; unknown keys are ignored.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, and for a lacking id or an unknown status
  ///   ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    var id: UInt64?
    var status: Status?
    var rows: UInt64?
    var shared: UInt64?
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .id: id = try reader.readUInt64()
        case .status: status = Status(rawValue: try reader.readTextString())
        case .rows: rows = try reader.readUInt64()
        case .shared: shared = try reader.readUInt64()
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let id else { throw .missing(key: .id, offset: 0) }
    guard let status else { throw .missing(key: .status, offset: 0) }
    self.init(id: id, status, rows: rows, shared: shared)
  }

  /// Appends the header.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(2 + (rows == nil ? 0 : 1) + (shared == nil ? 0 : 1))
    writer.appendMessagePack(text: "id")
    writer.appendMessagePack(id)
    writer.appendMessagePack(text: "status")
    switch status {
    case .more: writer.appendMessagePack(text: "more")
    case .done: writer.appendMessagePack(text: "done")
    case .error: writer.appendMessagePack(text: "error")
    }
    if let rows {
      writer.appendMessagePack(text: "rows")
      writer.appendMessagePack(rows)
    }
    if let shared {
      writer.appendMessagePack(text: "shared")
      writer.appendMessagePack(shared)
    }
  }
}
