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
}
