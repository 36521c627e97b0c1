public import MoltPostgresWire

/// Where a PostgreSQL server is, and who logs in.
public struct PostgresOptions: Equatable, Sendable {
  /// What libpq calls `sslmode`.
  ///
  /// There is no TLS here: what insists on it is refused, and ``prefer`` goes on without.
  public enum Encryption: String, CaseIterable, Sendable {
    case disable
    case allow
    case prefer
    case require
    case verifyCA = "verify-ca"
    case verifyFull = "verify-full"

    /// Whether a connection without TLS satisfies it.
    var allowsPlain: Bool { self == .disable || self == .allow || self == .prefer }
  }

  /// A name, an address, or the folder of a Unix socket when it begins with a slash.
  ///
  /// Default: `localhost`.
  public var host = "localhost"
  /// The port, also a part of a Unix socket's name.
  ///
  /// Default: 5432.
  public var port: UInt16 = 5432
  /// The user.
  public var user: String
  /// The password; nil when none is set.
  public var password: PostgresPassword?
  /// The database; nil for the one of the user's name.
  public var database: String?
  /// Whether connections have to be encrypted.
  ///
  /// Default: ``Encryption/prefer``.
  public var encryption = Encryption.prefer
  /// Settings of each session, such as `TimeZone` or `search_path`.
  public var settings: [ParameterStatus] = []
  /// The most connections kept open while nobody uses them.
  ///
  /// Default: 8.
  public var idleConnections = 8
  /// How long connecting and logging in may take, and preparing a query.
  ///
  /// Looking up a host's name is up to the system and is not interrupted. Default: 10 seconds.
  public var connectTimeout: Duration = .seconds(10)
  /// The most prepared statements kept per connection.
  ///
  /// Default: 256.
  public var statementsPerConnection = 256

  /// Creates options with defaults.
  ///
  /// - Parameter user: Who logs in.
  public init(user: String) { self.user = user }

  /// The server as a sentence names it.
  var place: String { host.hasPrefix("/") ? "\(host)/.s.PGSQL.\(port)" : "\(host):\(port)" }
}
