/// A way to log in.
public enum PostgresAuthenticationMethod: String, CaseIterable, Sendable {
  /// The server asks for nothing.
  case trust
  /// The server asks for the password itself.
  case cleartext
  /// The server asks for an MD5 digest of the password.
  case md5
  /// SCRAM-SHA-256, in which both sides prove that they know the password.
  case scramSHA256 = "SCRAM-SHA-256"
  /// The same, bound to the server's certificate.
  case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
}

/// Which logins are accepted, so that a server, or somebody between, cannot ask for a weaker one.
public struct PostgresAuthenticationPolicy: Equatable, Sendable {
  /// What to do about channel binding.
  public enum ChannelBinding: Sendable {
    /// Never use it.
    case disable
    /// Use it where the connection is encrypted and the server offers it.
    case prefer
    /// Accept no login without it.
    case require
  }

  /// The accepted methods.
  ///
  /// Default: all.
  public var methods = Set(PostgresAuthenticationMethod.allCases)
  /// What to do about channel binding.
  ///
  /// Default: ``ChannelBinding/prefer``.
  public var channelBinding = ChannelBinding.prefer
  /// Whether the password itself may be sent over a connection that is not encrypted.
  ///
  /// Default: false.
  public var allowsUnencryptedCleartext = false

  /// Creates the default policy.
  public init() {}
}
