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
    guard cell.mayBeArray else { throw .typeMismatch }
    var offset = 0
    func word() throws(PostgresCellError) -> UInt32 {
      guard cell.bytes.count - offset >= 4 else { throw .malformed }
      defer { offset += 4 }
      return (0..<4).reduce(0) { $0 << 8 | UInt32(cell.bytes[offset + $1]) }
    }
    let dimensions = try word()
    guard try word() <= 1 else { throw .malformed }
    let element = try word()
    guard dimensions <= 1 else { throw .typeMismatch }
    if dimensions == 0 {
      guard offset == cell.bytes.count else { throw .malformed }
      return []
    }
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
    guard offset == cell.bytes.count else { throw .malformed }
    return list
  }
}

extension PostgresCell {
  /// Whether the type is an array, or one of the database's own, of which only the bytes tell.
  ///
  /// The bytes of other types can look like those of an empty array: a circle around the origin does.
  fileprivate var mayBeArray: Bool {
    switch typeOID {
    // int2vector, oidvector, xml, json, xid8, line, cidr, circle, macaddr8, money
    case 22, 30, 143, 199, 271, 629, 651, 719, 775, 791: true
    // boolean to oid, aclitem, macaddr, inet, the calendar, numeric, cstring, timetz
    case 1000...1028, 1034, 1040, 1041, 1115, 1182, 1183, 1185, 1187, 1231, 1263, 1270: true
    // bit, varbit, refcursor, regprocedure to regtype, records, txid_snapshot, uuid, pg_lsn
    case 1561, 1563, 2201, 2207...2211, 2287, 2949, 2951, 3221: true
    // tsvector to regdictionary, jsonb, ranges, jsonpath, regnamespace to regcollation, multiranges
    case 3643...3645, 3735, 3770, 3807, 3905, 3907, 3909, 3911, 3913, 3927, 4073, 4090, 4097, 4192,
      6150...6157:
      true
    default: typeOID >= 16384
    }
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
