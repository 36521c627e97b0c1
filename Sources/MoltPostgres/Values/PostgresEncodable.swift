public import MoltBytes
public import MoltPostgresWire

/// A Swift type whose values can be parameters.
///
/// A parameter travels apart from the SQL and is never a part of it.
public protocol PostgresEncodable: Sendable {
  /// The OID of the type that the server takes the value for; 0 where the server infers it.
  static var postgresType: UInt32 { get }
  /// How ``appendPostgres(to:)`` writes values.
  static var postgresFormat: PostgresFormat { get }
  /// Whether the value is null.
  var isPostgresNull: Bool { get }
  /// Appends the value's bytes, and nothing else; not called for a null.
  func appendPostgres(to writer: inout ByteWriter)
}

extension PostgresEncodable {
  /// Binary.
  @inlinable public static var postgresFormat: PostgresFormat { .binary }
  /// False.
  @inlinable public var isPostgresNull: Bool { false }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// The type of the wrapped value.
  @inlinable public static var postgresType: UInt32 { Wrapped.postgresType }
  /// The format of the wrapped value.
  @inlinable public static var postgresFormat: PostgresFormat { Wrapped.postgresFormat }
  /// Whether there is no value, or a null.
  @inlinable public var isPostgresNull: Bool { self?.isPostgresNull ?? true }
  /// Appends the wrapped value.
  @inlinable
  public func appendPostgres(to writer: inout ByteWriter) { self?.appendPostgres(to: &writer) }
}
