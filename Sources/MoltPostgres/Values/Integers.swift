public import MoltBytes
public import MoltPostgresWire

extension PostgresCell {
  /// The value of an integer column of any size.
  @inlinable func wholeNumber() throws(PostgresCellError) -> Int64 {
    if isNull { throw .null }
    if format == .text {
      guard let number = Int64(try readText()) else { throw .malformed }
      return number
    }
    switch typeOID {
    case 20, 790: return try readInteger(as: Int64.self)
    case 23: return Int64(try readInteger(as: Int32.self))
    case 21: return Int64(try readInteger(as: Int16.self))
    case 26, 28, 29: return Int64(try readInteger(as: UInt32.self))
    default: throw .typeMismatch
    }
  }

  @inlinable
  func wholeNumber<Integer: FixedWidthInteger>(
    as type: Integer.Type
  ) throws(PostgresCellError) -> Integer {
    guard let value = Integer(exactly: try wholeNumber()) else { throw .outOfRange }
    return value
  }
}

extension Int: PostgresEncodable, PostgresDecodable {
  /// `bigint`.
  @inlinable public static var postgresType: UInt32 { 20 }
  /// Appends eight bytes.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt64(bitPattern: Int64(self)))
  }
  /// Reads an integer of any size.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    self = try cell.wholeNumber(as: Int.self)
  }
}

extension Int64: PostgresEncodable, PostgresDecodable {
  /// `bigint`.
  @inlinable public static var postgresType: UInt32 { 20 }
  /// Appends eight bytes.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt64(bitPattern: self))
  }
  /// Reads an integer of any size.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    self = try cell.wholeNumber()
  }
}

extension Int32: PostgresEncodable, PostgresDecodable {
  /// `integer`.
  @inlinable public static var postgresType: UInt32 { 23 }
  /// Appends four bytes.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt32(bitPattern: self))
  }
  /// Reads an integer of any size.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    self = try cell.wholeNumber(as: Int32.self)
  }
}

extension Int16: PostgresEncodable, PostgresDecodable {
  /// `smallint`.
  @inlinable public static var postgresType: UInt32 { 21 }
  /// Appends two bytes.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt16(bitPattern: self))
  }
  /// Reads an integer of any size.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    self = try cell.wholeNumber(as: Int16.self)
  }
}

extension UInt32: PostgresEncodable, PostgresDecodable {
  /// `oid`.
  @inlinable public static var postgresType: UInt32 { 26 }
  /// Appends four bytes.
  @inlinable public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(self)
  }
  /// Reads an integer of any size.
  @inlinable public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    self = try cell.wholeNumber(as: UInt32.self)
  }
}
