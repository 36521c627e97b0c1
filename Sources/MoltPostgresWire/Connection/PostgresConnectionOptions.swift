/// How a connection's encryption was established.
public struct PostgresEncryption: Equatable, Sendable {
  /// The hash of the server's certificate, for channel binding by `tls-server-end-point`; nil when
  /// the shell cannot tell.
  ///
  /// The hash is the one of the certificate's signature, SHA-256 in place of MD5 and SHA-1.
  ///
  /// Source: RFC 5929, section 4.1.
  public var serverEndPoint: [UInt8]?

  /// Creates a description of an encrypted connection.
  public init(serverEndPoint: [UInt8]? = nil) { self.serverEndPoint = serverEndPoint }
}

/// Who logs in where, and by which rules.
public struct PostgresConnectionOptions: Equatable, Sendable {
  /// Whether the machine asks the server to encrypt.
  public enum Encryption: Sendable {
    /// It does not ask.
    case disable
    /// It asks, and goes on without when the server refuses.
    case prefer
    /// It asks, and ends the connection when the server refuses.
    case require
  }

  /// How statements are kept between executions.
  public enum Statements: Equatable, Sendable {
    /// As named statements, at most this many; the least recently used one goes first.
    ///
    /// Behind a pooler that changes servers without keeping statements, a batch may fail in its
    /// middle, until ``PostgresLimits/unknownStatements`` turns this into ``unnamed``.
    case cached(capacity: Int)
    /// Not at all: each execution parses again, which any connection pooler understands.
    case unnamed
  }

  /// The user.
  public var user: String
  /// The database; nil for the one of the user's name.
  public var database: String?
  /// The password; nil when none is set.
  public var password: PostgresPassword?
  /// Settings of the session from its start on, such as `application_name` or `options`.
  ///
  /// `client_encoding` is always UTF8 and cannot be set here.
  public var parameters: [ParameterStatus] = []
  /// Random bytes for this one connection, at least 16.
  ///
  /// They become the client's SCRAM nonce, and part of the names of its prepared statements, so
  /// that two clients that share a server connection behind a pooler never use the same name. They
  /// are no secret.
  public var nonce: [UInt8]
  /// Whether the machine asks the server to encrypt; meaningless when it starts encrypted.
  ///
  /// Default: ``Encryption/prefer``.
  public var encryption = Encryption.prefer
  /// Which logins are accepted.
  public var authentication = PostgresAuthenticationPolicy()
  /// How statements are kept.
  ///
  /// Default: 256 cached ones.
  public var statements = Statements.cached(capacity: 256)
  /// Whether a batch is sent again, once, that failed at its first statement and only because the
  /// server's prepared statement was stale or gone.
  ///
  /// Outside a transaction such a batch has done nothing. Default: true.
  public var retriesStaleStatements = true
  /// Whether that may happen after later batches were sent, which the server then runs first.
  ///
  /// Right where batches do not depend on each other, such as reads. Default: false.
  public var reordersRetries = false
  /// What the server and the callers may ask for.
  public var limits = PostgresLimits()

  /// Creates options.
  ///
  /// - Parameters:
  ///   - user: The user.
  ///   - password: The password, if there is one.
  ///   - database: The database; nil for the one of the user's name.
  ///   - nonce: At least 16 random bytes for this one connection.
  public init(
    user: String,
    password: PostgresPassword? = nil,
    database: String? = nil,
    nonce: [UInt8]
  ) {
    self.user = user
    self.password = password
    self.database = database
    self.nonce = nonce
  }

  /// The settings of the startup message.
  var startupParameters: [ParameterStatus] {
    var all = [ParameterStatus(name: "user", value: user)]
    if let database { all.append(ParameterStatus(name: "database", value: database)) }
    all.append(ParameterStatus(name: "client_encoding", value: "UTF8"))
    return all + parameters.filter { $0.name != "client_encoding" && !$0.name.isEmpty }
  }

  /// Whether a text contains the zero byte that the protocol ends texts with.
  var holdsZeroByte: Bool {
    startupParameters.contains { $0.name.utf8.contains(0) || $0.value.utf8.contains(0) }
      || password?.bytes.contains(0) == true
  }
}
