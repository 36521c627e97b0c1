package import MoltBytes
package import MoltMessagePack

/// Asks to compile SQL and an output shape under a number of the client's choice.
package struct PrepareRequest: Equatable, Sendable {
  /// The client's number for the statement, valid on its connection.
  package var statement: UInt64
  /// The alias of the database.
  package var database: String
  /// One SQL statement.
  package var sql: String
  /// The output shape, encoded as `docs/formats/shape.md` says.
  package var shape: [UInt8]

  /// Creates a request.
  package init(statement: UInt64, database: String, sql: String, shape: [UInt8]) {
    self.statement = statement
    self.database = database
    self.sql = sql
    self.shape = shape
  }

  /// Reads the payload `{"statement", "database", "sql", "shape"}`.
  ///
  /// - Throws: ``MessageError/malformed(_:)``, ``MessageError/missing(key:offset:)``.
  package init(reading reader: inout MessagePackReader) throws(MessageError) {
    let start = reader.offset
    var statement: UInt64?
    var database: String?
    var sql: String?
    var shape: [UInt8]?
    do {
      for _ in 0..<(try reader.readMapCount()) {
        switch MessageKey(rawValue: try reader.readTextString()) {
        case .statement: statement = try reader.readUInt64()
        case .database: database = try reader.readTextString()
        case .sql: sql = try reader.readTextString()
        case .shape: shape = copy(try reader.readBinary())
        default: try reader.skipValue()
        }
      }
    } catch {
      throw .malformed(error)
    }
    guard let statement else { throw .missing(key: .statement, offset: start) }
    guard let database else { throw .missing(key: .database, offset: start) }
    guard let sql else { throw .missing(key: .sql, offset: start) }
    guard let shape else { throw .missing(key: .shape, offset: start) }
    self.init(statement: statement, database: database, sql: sql, shape: shape)
  }

  /// Appends the payload.
  package func append(to writer: inout ByteWriter) {
    writer.appendMessagePackMapHeader(4)
    writer.appendMessagePack(text: "statement")
    writer.appendMessagePack(statement)
    writer.appendMessagePack(text: "database")
    writer.appendMessagePack(text: database)
    writer.appendMessagePack(text: "sql")
    writer.appendMessagePack(text: sql)
    writer.appendMessagePack(text: "shape")
    writer.appendMessagePack(binary: shape.span)
  }
}
