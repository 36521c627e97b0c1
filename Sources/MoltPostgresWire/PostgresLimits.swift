/// How much a server, or a caller, may ask a connection to hold.
public struct PostgresLimits: Equatable, Sendable {
  /// The largest accepted message of the server, with its length and without its type byte.
  ///
  /// A row is one message, so this bounds the largest row too. Default: 268,435,456 (256 MiB).
  public var messageByteCount = 256 * 1024 * 1024
  /// The largest message that is sent: SQL text, or the parameters of one execution.
  ///
  /// Default: 268,435,456 (256 MiB).
  public var sentMessageByteCount = 256 * 1024 * 1024
  /// The largest message a server may send before it has let the client in.
  ///
  /// Default: 65,536 (64 KiB).
  public var loginMessageByteCount = 64 * 1024
  /// The most operations without a complete result; one more is refused.
  ///
  /// Default: 65,536.
  public var operationsInFlight = 65536
  /// The most iterations of password hashing that a server may ask for.
  ///
  /// PostgreSQL asks for 4,096 unless told otherwise. Default: 1,000,000.
  public var scramIterations = 1_000_000
  /// How often the server may not know a prepared statement before the connection names no more.
  ///
  /// A pooler that changes servers between transactions makes it so. Default: 3.
  public var unknownStatements = 3
  /// The most different parameters whose reports are kept; later ones are reported only.
  ///
  /// Default: 256.
  public var parameters = 256

  /// Creates the default limits.
  public init() {}
}
