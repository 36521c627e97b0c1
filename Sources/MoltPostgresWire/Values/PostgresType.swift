public import MoltRows

/// A PostgreSQL type as far as Molt knows it.
///
/// The result columns of a statement name their types by OID; a domain's column has the OID of the
/// type under it. Types of extensions and enumerations have OIDs of each database's own, and come
/// as text: psycopg loads what it does not know as `str`.
///
/// Source: `pg_type.dat` of PostgreSQL, and the loaders that psycopg 3 and Django register.
public struct PostgresType: Equatable, Sendable {
  /// How psycopg under Django loads a type.
  public enum Loading: Equatable, Sendable {
    /// From these bytes, asked for in binary.
    case binary(PostgresKind)
    /// As a list of what these bytes give, asked for in binary.
    case list(PostgresKind)
    /// As a `str` of the text that the server sends.
    case text
    /// As an object that no encoder writes, or not as the text: ranges, records, `timetz`.
    case object
  }

  /// The type's number in the database's `pg_type`.
  public let oid: UInt32

  /// Names a type.
  ///
  /// - Parameter oid: Its number in `pg_type`.
  @inlinable public init(oid: UInt32) { self.oid = oid }

  /// How psycopg under Django loads the type.
  ///
  /// - Complexity: O(1)
  public var loading: Loading {
    if let kind = PostgresKind(oid: oid) { return .binary(kind) }
    if let element = Self.element(oid), let kind = PostgresKind(oid: element) { return .list(kind) }
    return Self.isObject(oid) ? .object : .text
  }

  /// In which format the values of a result column are asked for: 1 for binary, 0 for text.
  public var resultFormat: Int16 {
    switch loading {
    case .binary, .list: 1
    case .text, .object: 0
    }
  }

  /// The type of an array's elements; nil for other types.
  static func element(_ oid: UInt32) -> UInt32? {
    switch oid {
    case 1000: 16
    case 1001: 17
    case 1016: 20
    case 1005: 21
    case 1007: 23
    case 1028: 26
    case 1021: 700
    case 1022: 701
    case 1231: 1700
    case 1009: 25
    case 1014: 1042
    case 1015: 1043
    case 1003: 19
    case 1182: 1082
    case 1183: 1083
    case 1115: 1114
    case 1185: 1184
    case 1187: 1186
    case 2951: 2950
    case 199: 114
    case 3807: 3802
    default: nil
    }
  }

  /// Whether psycopg loads the type neither as a value that is decoded here nor as a `str`.
  private static func isObject(_ oid: UInt32) -> Bool {
    switch oid {
    // timetz, its arrays, records and theirs.
    case 1266, 1270, 2249, 2287: true
    // Ranges and multiranges, each with its array: int4, num, ts, tstz, date, int8.
    case 3904...3913, 3926, 3927, 4451, 4532...4536, 6150...6152, 6153, 6155, 6157: true
    default: isArrayOfText(oid)
    }
  }
  /// Whether the type is an array of a type that comes as text.
  ///
  /// psycopg loads its texts as a list.
  private static func isArrayOfText(_ oid: UInt32) -> Bool {
    switch oid {
    // "char", int2vector, regproc, tid, xid, cid, oidvector, xml
    case 1002, 1006, 1008, 1010...1013, 143: true
    // point, lseg, path, box, polygon, line, cidr, circle, macaddr8, money, macaddr, inet
    case 1017...1020, 1027, 629, 651, 719, 775, 791, 1040, 1041: true
    // aclitem, bit, varbit, refcursor, regprocedure to regtype, txid_snapshot, pg_lsn
    case 1034, 1561, 1563, 2201, 2207...2211, 2949, 3221: true
    // tsvector, gtsvector, tsquery, regconfig, regdictionary, jsonpath, regnamespace, regrole,
    // regcollation, xid8
    case 3643...3645, 3735, 3770, 4073, 4090, 4097, 4192, 271: true
    default: false
    }
  }
}
