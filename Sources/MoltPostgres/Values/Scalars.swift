public import MoltBytes
public import MoltPostgresWire

extension Bool: PostgresEncodable, PostgresDecodable {
  /// `boolean`.
  @inlinable public static var postgresType: UInt32 { 16 }
  /// Appends one byte.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) { writer.append(self ? 1 : 0) }
  /// Reads a boolean.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.check(type: 16)
    guard cell.bytes.count == 1 else { throw .malformed }
    self = cell.bytes[0] != 0
  }
}

extension Double: PostgresEncodable, PostgresDecodable {
  /// `double precision`.
  @inlinable public static var postgresType: UInt32 { 701 }
  /// Appends eight bytes.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(bitPattern)
  }
  /// Reads a `double precision` or a `real`.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.checkIsBinary()
    switch cell.typeOID {
    case 701: self = Double(bitPattern: try cell.readInteger())
    case 700: self = Double(Float(bitPattern: try cell.readInteger()))
    default: throw .typeMismatch
    }
  }
}

extension Float: PostgresEncodable, PostgresDecodable {
  /// `real`.
  @inlinable public static var postgresType: UInt32 { 700 }
  /// Appends four bytes.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(bitPattern)
  }
  /// Reads a `real`.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.check(type: 700)
    self = Float(bitPattern: try cell.readInteger())
  }
}

extension String: PostgresEncodable, PostgresDecodable {
  /// Whatever the place of the parameter asks for, `text` where it asks for nothing.
  @inlinable public static var postgresType: UInt32 { 0 }
  /// Text.
  @inlinable public static var postgresFormat: PostgresFormat { .text }
  /// Appends the text in UTF-8.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) { writer.append(self) }
  /// Reads a text, an enumeration's label, a document of `json` or `jsonb`, or a value of any type
  /// that was asked for as text.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    if cell.isNull { throw .null }
    if cell.format == .binary, cell.typeOID == 3802 {
      guard cell.bytes.count > 0, cell.bytes[0] == 1 else { throw .malformed }
      self = try PostgresCell(
        cell.bytes.extracting(1...),
        isNull: false,
        typeOID: 25,
        format: .text
      ).readText()
    } else if cell.format == .text || Self.isText(cell.typeOID) {
      self = try cell.readText()
    } else {
      throw .typeMismatch
    }
  }

  /// Whether the binary form of a type is its text.
  ///
  /// Enumerations have numbers of their database's own, as have composites: those are not text, and
  /// give an error where they are not UTF-8.
  private static func isText(_ oid: UInt32) -> Bool {
    switch oid {
    case 18, 19, 25, 114, 142, 705, 1042, 1043, 2275: true
    default: oid >= 16384
    }
  }
}
