public import MoltPostgresWire

/// Which server a connection goes to, who logs in, and what it may take.
public struct PostgresConfiguration: Sendable {
  /// The server's name or address, or the folder of its Unix socket.
  ///
  /// Default: `localhost`.
  public var host = "localhost"
  /// The server's port; also a part of the name of a Unix socket.
  ///
  /// Default: 5432.
  public var port = 5432
  /// Who logs in.
  public var user: String
  /// The password; nil where none is needed.
  public var password: PostgresPassword?
  /// The database; nil for the one of the user's name.
  public var database: String?
  /// How the connection is encrypted; a Unix socket never is.
  public var tls = PostgresTLS()
  /// Settings of the sessions, such as `application_name` or `TimeZone`.
  public var settings: [String: String] = [:]
  /// Whether sessions refuse to write.
  ///
  /// A pooler may not pass the setting on; then ``PostgresAnswerQuery`` begins a read-only transaction
  /// for each answer, and other statements are not kept from writing. Default: false.
  public var isReadOnly = false
  /// Which ways to log in are accepted.
  public var authentication = PostgresAuthenticationPolicy()
  /// How many statements a connection keeps prepared; 0 for a pooler that cannot keep them.
  ///
  /// Default: 256.
  public var preparedStatements = 256
  /// How long connecting and logging in may take together.
  ///
  /// Default: 10 seconds.
  public var connectTimeout = Duration.seconds(10)
  /// How long a statement may take that is given no limit of its own; nil for as long as it takes.
  ///
  /// Default: nil.
  public var statementTimeout: Duration?
  /// How long the server has to stop a cancelled statement before its connection is closed.
  ///
  /// Default: 5 seconds.
  public var cancelGrace = Duration.seconds(5)
  /// The most bytes of a result that is not streamed.
  ///
  /// Default: 268,435,456 (256 MiB).
  public var resultByteCount = 256 * 1024 * 1024
  /// What a server may ask a connection to hold.
  public var limits = PostgresLimits()

  /// Creates a configuration for the server of this machine.
  public init(user: String, password: PostgresPassword? = nil, database: String? = nil) {
    self.user = user
    self.password = password
    self.database = database
  }

  /// Whether ``host`` is the folder of a Unix socket.
  public var isUnixSocket: Bool { host.hasPrefix("/") }
}

/// How a connection is encrypted.
public struct PostgresTLS: Equatable, Sendable {
  /// How much is asked of the server, in the words of `sslmode`.
  public enum Mode: String, CaseIterable, Sendable {
    /// No encryption.
    case disable
    /// Encryption where the server offers it, with whomever.
    case prefer
    /// Encryption with whomever; with a root certificate the same as `verify-ca`.
    case require
    /// Encryption with a server whose certificate a trusted authority has signed.
    case verifyCA = "verify-ca"
    /// The same, and the certificate names the host.
    case verifyFull = "verify-full"
  }

  /// How much is asked of the server.
  ///
  /// Default: ``Mode/prefer``.
  public var mode = Mode.prefer
  /// The file of the trusted authorities' certificates; nil for those of the system.
  public var rootCertificates: String?
  /// The file of the client's certificate, with those that lead to its authority.
  public var certificate: String?
  /// The file of the private key of ``certificate``.
  public var key: String?
  /// Whether encryption begins at once instead of being asked for; servers from 17 on.
  ///
  /// Default: false.
  public var isDirect = false

  /// Creates the default settings.
  public init() {}
}

/// Why a configuration makes no sense.
public enum PostgresConfigurationError: Error, Equatable, Sendable {
  /// The URL does not begin with `postgres://` or `postgresql://`, or is malformed after that.
  case malformedURL
  /// A port is not a number from 1 to 65535.
  case badPort(String)
  /// A setting has a value that it cannot have.
  case badValue(name: String, value: String)
  /// A parameter of the URL is not known.
  case unknownParameter(String)
  /// There is no user.
  case noUser

  /// One sentence: what is wrong, and what would be right.
  public var message: String {
    switch self {
    case .malformedURL:
      "the URL of the PostgreSQL database is malformed; write postgresql://USER@HOST/NAME, with %40 "
        + "and the like for signs that mean something there"
    case .badPort(let text): "the port of the PostgreSQL server is \(text), not 1 to 65535"
    case .badValue(let name, let value): "the PostgreSQL setting \(name) cannot be \"\(value)\""
    case .unknownParameter(let name): "the URL of the PostgreSQL database has a parameter \(name)"
    case .noUser: "the PostgreSQL user is missing; write postgresql://USER@HOST/NAME"
    }
  }
}
