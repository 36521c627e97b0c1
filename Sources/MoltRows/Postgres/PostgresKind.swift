/// How the bytes of a PostgreSQL value are laid out.
///
/// Several types share a layout: a `varchar` is sent like a `text`.
public enum PostgresKind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  /// One byte, 0 or 1.
  case boolean
  /// Two bytes.
  case int16
  /// Four bytes.
  case int32
  /// Eight bytes.
  case int64
  /// Four bytes without a sign.
  case oid
  /// Four bytes; widened as psycopg does it, by way of the text.
  case float32
  /// Eight bytes.
  case float64
  /// A header of eight bytes, then digits to the base 10,000.
  case numeric
  /// UTF-8.
  case text
  /// Bytes.
  case bytes
  /// Days since 2000-01-01 in four bytes.
  case date
  /// Microseconds since midnight in eight bytes.
  case time
  /// Microseconds since 2000-01-01 in eight bytes, of no known zone.
  case timestamp
  /// Microseconds since 2000-01-01 UTC in eight bytes.
  case timestampUTC
  /// Microseconds in eight bytes, days and months in four each.
  case interval
  /// 16 bytes.
  case uuid
  /// A JSON document, which psycopg decodes.
  case json
  /// A version byte, 1, and a JSON document, which Django has psycopg leave as a text.
  case jsonb

  /// How the values of a type are laid out; nil for types that are asked for as text.
  ///
  /// - Parameter oid: The type's number in `pg_type`.
  public init?(oid: UInt32) {
    switch oid {
    case 16: self = .boolean
    case 17: self = .bytes
    case 20: self = .int64
    case 21: self = .int16
    case 23: self = .int32
    case 26: self = .oid
    case 700: self = .float32
    case 701: self = .float64
    case 1700: self = .numeric
    // text, character, character varying, name
    case 25, 1042, 1043, 19: self = .text
    case 1082: self = .date
    case 1083: self = .time
    case 1114: self = .timestamp
    case 1184: self = .timestampUTC
    case 1186: self = .interval
    case 2950: self = .uuid
    case 114: self = .json
    case 3802: self = .jsonb
    default: return nil
    }
  }
}
