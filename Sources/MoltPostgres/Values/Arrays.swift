public import MoltBytes
internal import MoltPostgresWire

/// A type whose lists are values too: arrays, and `bytea` for bytes.
public protocol PostgresArrayElement: Sendable {
  /// The OID of the type of its lists.
  static var postgresArrayType: UInt32 { get }
  /// Appends a list.
  static func appendPostgresArray(_ list: [Self], to writer: inout ByteWriter)
  /// Reads a list.
  static func readPostgresArray(_ cell: PostgresCell) throws(PostgresCellError) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
  /// The array type of the element.
  public static var postgresType: UInt32 { Element.postgresArrayType }
  /// Appends an array of one dimension.
  public func appendPostgres(to writer: inout ByteWriter) {
    Element.appendPostgresArray(self, to: &writer)
  }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
  /// Reads an array of one dimension.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    self = try Element.readPostgresArray(cell)
  }
}

extension UInt8: PostgresArrayElement {
  /// `bytea`.
  public static var postgresArrayType: UInt32 { 17 }
  /// Appends the bytes.
  public static func appendPostgresArray(_ list: [UInt8], to writer: inout ByteWriter) {
    writer.append(list.span)
  }
  /// Reads a `bytea`, or the bytes of any other value as the server sent them.
  public static func readPostgresArray(_ cell: PostgresCell) throws(PostgresCellError) -> [UInt8] {
    if cell.isNull { throw .null }
    return [UInt8](copying: cell.bytes)
  }
}

extension [UInt8] {
  init(copying bytes: Span<UInt8>) {
    // Safety: the pointer is used inside the closure only.
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }
}

extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
  /// Appends an array of one dimension.
  ///
  /// Source: `array_send` of PostgreSQL: dimensions, whether there are nulls, the element's type, then
  /// count and lower bound of each dimension, then the elements with their lengths.
  public static func appendPostgresArray(_ list: [Self], to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt32(list.isEmpty ? 0 : 1))
    writer.appendBigEndian(UInt32(list.contains(where: \.isPostgresNull) ? 1 : 0))
    writer.appendBigEndian(postgresType == 0 ? 25 : postgresType)
    if list.isEmpty { return }
    writer.appendBigEndian(UInt32(truncatingIfNeeded: list.count))
    writer.appendBigEndian(1 as UInt32)
    for value in list {
      let start = writer.count
      writer.appendBigEndian(UInt32.max)
      if value.isPostgresNull { continue }
      value.appendPostgres(to: &writer)
      writer.overwrite(UInt32(truncatingIfNeeded: writer.count - start - 4), at: start)
    }
  }

  /// Reads an array of one dimension.
  public static func readPostgresArray(_ cell: PostgresCell) throws(PostgresCellError) -> [Self] {
    try cell.checkIsBinary()
    var offset = 0
    func word() throws(PostgresCellError) -> UInt32 {
      guard cell.bytes.count - offset >= 4 else { throw .malformed }
      defer { offset += 4 }
      return (0..<4).reduce(0) { $0 << 8 | UInt32(cell.bytes[offset + $1]) }
    }
    let dimensions = try word()
    _ = try word()
    let element = try word()
    guard dimensions <= 1 else { throw .typeMismatch }
    guard dimensions == 1 else { return [] }
    let count = Int(try word())
    _ = try word()
    guard count <= (cell.bytes.count - offset) / 4 else { throw .malformed }
    var list: [Self] = []
    list.reserveCapacity(count)
    for _ in 0..<count {
      let length = Int(Int32(bitPattern: try word()))
      guard length >= -1, length <= cell.bytes.count - offset else { throw .malformed }
      let end = offset + max(length, 0)
      let bytes = cell.bytes.extracting(offset..<end)
      offset = end
      let value = PostgresCell(bytes, isNull: length < 0, typeOID: element, format: .binary)
      list.append(try Self(postgres: value))
    }
    return list
  }
}

extension Optional: PostgresArrayElement
where Wrapped: PostgresArrayElement & PostgresEncodable & PostgresDecodable {
  /// The array type of the wrapped type.
  public static var postgresArrayType: UInt32 { Wrapped.postgresArrayType }
}

extension Bool: PostgresArrayElement {
  /// `boolean[]`.
  public static var postgresArrayType: UInt32 { 1000 }
}
extension Int16: PostgresArrayElement {
  /// `smallint[]`.
  public static var postgresArrayType: UInt32 { 1005 }
}
extension Int32: PostgresArrayElement {
  /// `integer[]`.
  public static var postgresArrayType: UInt32 { 1007 }
}
extension Int64: PostgresArrayElement {
  /// `bigint[]`.
  public static var postgresArrayType: UInt32 { 1016 }
}
extension Int: PostgresArrayElement {
  /// `bigint[]`.
  public static var postgresArrayType: UInt32 { 1016 }
}
extension Float: PostgresArrayElement {
  /// `real[]`.
  public static var postgresArrayType: UInt32 { 1021 }
}
extension Double: PostgresArrayElement {
  /// `double precision[]`.
  public static var postgresArrayType: UInt32 { 1022 }
}
extension String: PostgresArrayElement {
  /// `text[]`.
  public static var postgresArrayType: UInt32 { 1009 }
}
