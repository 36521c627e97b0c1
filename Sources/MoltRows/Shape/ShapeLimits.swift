/// How large a shape may be.
public struct ShapeLimits: Equatable, Sendable {
  /// The largest accepted encoding, in bytes.
  ///
  /// Default: 1,048,576 (1 MiB).
  public var byteCount = 1 << 20
  /// The most fields, nested ones included.
  ///
  /// Default: 2,000, SQLite's own limit on columns.
  public var fieldCount = 2_000
  /// The most nests inside one another.
  ///
  /// Default: 32.
  public var depth = 32
  /// The longest name, in UTF-8 bytes.
  ///
  /// Default: 4,096.
  public var nameByteCount = 4_096

  /// Creates the default limits.
  public init() {}
}
