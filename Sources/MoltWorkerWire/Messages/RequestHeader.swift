package import MoltBytes
package import MoltMessagePack

/// The header of a request.
///
/// Source: `docs/formats/envelope.md`, "Request headers".
package struct RequestHeader: Equatable, Sendable {
  /// The longest accepted `trace`, in bytes; a W3C `traceparent` has 55.
  package static let traceLimit = 128

  /// Chosen by the client; 1 or more.
  package var id: UInt64
  /// What is asked for.
  package var operation: Operation
  /// How long the answer may take, counted from its arrival, in milliseconds; 0 leaves it to the
  /// worker.
  package var deadlineMilliseconds: UInt64
  /// A W3C `traceparent` for the log, or empty.
  package var trace: String

  /// Creates a header.
  package init(
    id: UInt64,
    _ operation: Operation,
    deadlineMilliseconds: UInt64 = 0,
    trace: String = ""
  ) {
    self.id = id
    self.operation = operation
    self.deadlineMilliseconds = deadlineMilliseconds
    self.trace = trace
  }

  /// Reads a header; unknown keys are ignored.
  ///
  /// - Parameters:
  ///   - reader: Stands before the header, and after it when nothing was thrown.
  ///   - id: Gets the request's id as soon as it is known, also when an error follows.
  /// - Throws: ``MessageError``, any case but `trailingBytes`.
  package init(reading reader: inout MessagePackReader, id: inout UInt64) throws(MessageError) {
    var operation: String?
    self.init(id: 0, .cancel)
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .id: id = try reader.readUInt64()
        case .op: operation = try reader.readTextString()
        case .deadline: deadlineMilliseconds = try reader.readUInt64()
        case .trace: trace = try reader.readTextString()
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let operation else { throw .missing(key: .op, offset: 0) }
    guard id > 0 else { throw .zeroID }
    guard let known = Operation(rawValue: operation) else { throw .unknownOperation(operation) }
    guard trace.utf8.count <= Self.traceLimit else {
      throw .traceTooLong(byteCount: trace.utf8.count)
    }
    self.id = id
    self.operation = known
  }

  /// Appends the header; keys that have their default are left out.
  package func append(to writer: inout ByteWriter) {
    let hasDeadline = deadlineMilliseconds > 0
    let hasTrace = !trace.isEmpty
    writer.appendMessagePackMapHeader(2 + (hasDeadline ? 1 : 0) + (hasTrace ? 1 : 0))
    writer.appendMessagePack(text: "id")
    writer.appendMessagePack(id)
    writer.appendMessagePack(text: "op")
    writer.appendMessagePack(text: operation.rawValue)
    if hasDeadline {
      writer.appendMessagePack(text: "deadline")
      writer.appendMessagePack(deadlineMilliseconds)
    }
    if hasTrace {
      writer.appendMessagePack(text: "trace")
      writer.appendMessagePack(text: trace)
    }
  }
}
