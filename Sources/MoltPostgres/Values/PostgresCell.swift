public import MoltPostgresWire

/// One value of a row, as the server sent it.
public struct PostgresCell: ~Escapable {
  /// The value's bytes; empty for a null.
  public let bytes: Span<UInt8>
  /// Whether the value is null.
  public let isNull: Bool
  /// The OID of the column's type.
  public let typeOID: UInt32
  /// How the bytes are written.
  public let format: PostgresFormat

  /// Creates a cell.
  @_lifetime(copy bytes)
  @inlinable
  public init(_ bytes: Span<UInt8>, isNull: Bool, typeOID: UInt32, format: PostgresFormat) {
    self.bytes = bytes
    self.isNull = isNull
    self.typeOID = typeOID
    self.format = format
  }

  /// Checks that there is a value in binary form.
  @inlinable public func checkIsBinary() throws(PostgresCellError) {
    if isNull { throw .null }
    if format != .binary { throw .typeMismatch }
  }

  /// Checks that there is a value in binary form of one type.
  @inlinable public func check(type: UInt32) throws(PostgresCellError) {
    try checkIsBinary()
    if typeOID != type { throw .typeMismatch }
  }

  /// The value as an integer of as many bytes as `Integer` has, most significant byte first.
  @inlinable
  public func readInteger<Integer: FixedWidthInteger>(
    as type: Integer.Type = Integer.self
  ) throws(PostgresCellError) -> Integer {
    guard bytes.count == Integer.bitWidth / 8 else { throw .malformed }
    var value: Integer = 0
    for index in bytes.indices { value = value << 8 | Integer(truncatingIfNeeded: bytes[index]) }
    return value
  }

  /// The bytes as text.
  ///
  /// - Throws: ``PostgresCellError/malformed`` when they are not UTF-8.
  @inlinable public func readText() throws(PostgresCellError) -> String {
    guard let text = try? UTF8Span(validating: bytes) else { throw .malformed }
    return String(copying: text)
  }
}
