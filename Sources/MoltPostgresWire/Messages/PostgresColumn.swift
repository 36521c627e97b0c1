/// One column of a result, as the server describes it.
public struct PostgresColumn: Equatable, Sendable {
  /// The column's name; names may repeat.
  public var name: String
  /// The table that the column comes from; 0 for an expression.
  public var tableOID: UInt32
  /// The column's number in that table; 0 for an expression.
  public var attributeNumber: Int16
  /// The type of its values.
  public var typeOID: UInt32
  /// The type's size in bytes; negative for types of variable size.
  public var typeByteCount: Int16
  /// What the type's definition adds, such as a precision; -1 mostly.
  public var typeModifier: Int32
  /// How its values are written.
  public var format: PostgresFormat

  /// Creates a column.
  public init(
    name: String,
    tableOID: UInt32 = 0,
    attributeNumber: Int16 = 0,
    typeOID: UInt32,
    typeByteCount: Int16 = -1,
    typeModifier: Int32 = -1,
    format: PostgresFormat = .binary
  ) {
    self.name = name
    self.tableOID = tableOID
    self.attributeNumber = attributeNumber
    self.typeOID = typeOID
    self.typeByteCount = typeByteCount
    self.typeModifier = typeModifier
    self.format = format
  }

  /// Decodes one column of a `RowDescription`.
  @_lifetime(reader: copy reader)
  init(reading reader: inout BackendMessageReader) throws(PostgresWireError) {
    name = try reader.readText()
    tableOID = try reader.readOID()
    attributeNumber = try reader.readInt16()
    typeOID = try reader.readOID()
    typeByteCount = try reader.readInt16()
    typeModifier = try reader.readInt32()
    format = try reader.readFormat()
  }
}
