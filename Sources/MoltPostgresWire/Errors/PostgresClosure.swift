public import MoltErrors

/// Why a connection is over.
public enum PostgresClosure: Error, Equatable, Sendable {
  /// The caller ended it.
  case terminated
  /// The socket ended.
  case connectionLost
  /// The server does not encrypt, and encryption is required.
  case encryptionRefused
  /// A name, a setting or the password contains a zero byte, which the protocol cannot carry.
  case zeroByteInOptions
  /// The login failed on this side.
  case authentication(PostgresAuthenticationError)
  /// The server ended the session, or refused the login.
  case server(PostgresServerError)
  /// The server broke the protocol.
  case wire(PostgresWireError)

  /// The error as the edges report it.
  public var error: MoltError {
    switch self {
    case .terminated: MoltError(.unavailable, "the PostgreSQL connection was closed")
    case .connectionLost: MoltError(.unavailable, "the PostgreSQL connection was lost")
    case .encryptionRefused:
      MoltError(.unavailable, "the PostgreSQL server does not encrypt, and TLS is required")
    case .zeroByteInOptions:
      MoltError(.invalidInput, "PostgreSQL's user, settings and password must not hold a zero byte")
    case .authentication(let error): error.error
    case .server(let error): error.error
    case .wire(let error): error.error
    }
  }
}
