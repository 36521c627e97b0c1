extension PostgresType {
  /// The type's name as SQL has it; `type 16385` for one that only its database knows.
  public var name: String { Self.names[oid] ?? "type \(oid)" }

  /// The types that a message is likely to be about.
  private static let names: [UInt32: String] = [
    16: "boolean", 17: "bytea", 18: "\"char\"", 19: "name", 20: "bigint", 21: "smallint",
    23: "integer", 25: "text", 26: "oid", 114: "json", 142: "xml", 600: "point", 650: "cidr",
    700: "real", 701: "double precision", 774: "macaddr8", 790: "money", 829: "macaddr",
    869: "inet", 1042: "character", 1043: "character varying", 1082: "date", 1083: "time",
    1114: "timestamp without time zone", 1184: "timestamp with time zone", 1186: "interval",
    1266: "time with time zone", 1560: "bit", 1562: "bit varying", 1700: "numeric",
    2249: "record", 2950: "uuid", 3614: "tsvector", 3802: "jsonb", 3904: "int4range",
    3906: "numrange", 3908: "tsrange", 3910: "tstzrange", 3912: "daterange", 3926: "int8range",
    199: "json[]", 1000: "boolean[]", 1001: "bytea[]", 1003: "name[]", 1005: "smallint[]",
    1007: "integer[]", 1009: "text[]", 1014: "character[]", 1015: "character varying[]",
    1016: "bigint[]", 1021: "real[]", 1022: "double precision[]", 1028: "oid[]", 1041: "inet[]",
    1115: "timestamp without time zone[]", 1182: "date[]", 1183: "time[]",
    1185: "timestamp with time zone[]", 1187: "interval[]", 1231: "numeric[]",
    1270: "time with time zone[]", 2951: "uuid[]", 3807: "jsonb[]",
  ]
}
