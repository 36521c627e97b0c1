public import MoltErrors

/// Why a login cannot go on, apart from a server that refuses it.
public enum PostgresAuthenticationError: Error, Equatable, Sendable {
  /// The server asks for a method that the policy does not allow.
  case methodNotAllowed(PostgresAuthenticationMethod)
  /// The server asks for a method that this client does not know, such as GSSAPI.
  case methodUnknown(code: Int)
  /// The server offers none of the SASL mechanisms that this client knows and the policy allows.
  case noMechanism
  /// The server asks for a password, and there is none.
  case passwordMissing
  /// The server asks for the password itself on a connection that is not encrypted.
  case passwordInClear
  /// Channel binding is required, and the server or the connection does not offer it.
  case channelBindingMissing
  /// The login needs random bytes, and the caller gave fewer than 16.
  case nonceMissing
  /// A message of the SCRAM exchange does not have the form of RFC 5802.
  case malformedMessage
  /// The server's nonce does not begin with the client's.
  case wrongNonce
  /// The server asks for more iterations than the limit, or for none.
  case iterations(Int)
  /// The server ended the SCRAM exchange with an error, such as `invalid-proof`.
  case serverRejected
  /// The server could not prove that it knows the password.
  case wrongServerSignature
  /// The server let the client in before it proved that it knows the password.
  case unfinished

  /// What is wrong, as one sentence.
  public var message: String {
    switch self {
    case .methodNotAllowed(let method):
      "the server asks for \(method) authentication, which the settings do not allow"
    case .methodUnknown(let code):
      "the server asks for authentication method \(code), which is not supported"
    case .noMechanism: "the server offers no SASL mechanism that the settings allow"
    case .passwordMissing: "the server asks for a password, and none is set"
    case .passwordInClear:
      "the server asks for the password in clear on a connection that is not encrypted"
    case .channelBindingMissing: "channel binding is required, and the server does not offer it"
    case .nonceMissing: "no random bytes were given for the login"
    case .malformedMessage: "the server's SCRAM message is malformed"
    case .wrongNonce: "the server's SCRAM nonce does not continue the client's"
    case .iterations(let count): "the server asks for \(count) iterations of password hashing"
    case .serverRejected: "the server rejected the SCRAM exchange; check user and password"
    case .wrongServerSignature: "the server could not prove that it knows the password"
    case .unfinished: "the server let the client in without proving that it knows the password"
    }
  }

  /// The error as the edges report it.
  public var error: MoltError { MoltError(.unavailable, message) }
}
