package import MoltBytes
package import MoltMessagePack

/// Asks for the answer of a prepared statement.
package struct RunRequest: Equatable, Sendable {
  /// The client's number for the statement.
  package var statement: UInt64
  /// The arguments, encoded as `docs/formats/shape.md` says.
  package var arguments: [UInt8]
  /// Whether the answer may stand in the memory that ``Operation/share`` gave, whose last answer
  /// the client needs no longer.
  package var isShared: Bool

  /// Creates a request.
  package init(statement: UInt64, arguments: [UInt8], isShared: Bool = false) {
    self.statement = statement
    self.arguments = arguments
    self.isShared = isShared
  }

  /// Reads the payload `{"statement", "arguments", "shared"}`, of which the last may be missing.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    let start = reader.offset
    var statement: UInt64?
    var arguments: [UInt8]?
    var isShared = false
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .statement: statement = try reader.readUInt64()
        case .arguments: arguments = copy(try reader.readBinary())
        case .shared: isShared = try reader.readBoolean()
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let statement else { throw .missing(key: .statement, offset: start) }
    guard let arguments else { throw .missing(key: .arguments, offset: start) }
    self.init(statement: statement, arguments: arguments, isShared: isShared)
  }

  /// Appends the payload.
  package func append(to writer: inout ByteWriter) {
    Self.append(
      statement: statement,
      arguments: arguments.span,
      isShared: isShared,
      to: &writer
    )
  }

  /// Appends the payload of a request whose arguments stand elsewhere.
  package static func append(
    statement: UInt64,
    arguments: Span<UInt8>,
    isShared: Bool = false,
    to writer: inout ByteWriter
  ) {
    writer.appendMessagePackMapHeader(isShared ? 3 : 2)
    writer.appendMessagePack(text: "statement")
    writer.appendMessagePack(statement)
    writer.appendMessagePack(text: "arguments")
    writer.appendMessagePack(binary: arguments)
    guard isShared else { return }
    writer.appendMessagePack(text: "shared")
    writer.appendMessagePack(true)
  }
}

/// The bytes behind a view, as an array of their own.
func copy(_ bytes: Span<UInt8>) -> [UInt8] {
  // Safety: the pointer is used inside the closure only.
  unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
}
