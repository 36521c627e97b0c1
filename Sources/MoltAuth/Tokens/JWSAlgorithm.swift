public import MoltDigests

/// The algorithms that sign tokens.
///
/// There is no `none`.
///
/// Source: RFC 7518, section 3.1; RFC 8037.
public enum JWSAlgorithm: String, Sendable, CaseIterable {
  /// HMAC with a shared secret.
  case hs256 = "HS256"
  case hs384 = "HS384"
  case hs512 = "HS512"
  /// RSASSA-PKCS1-v1_5.
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  /// RSASSA-PSS with a salt as long as the digest.
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  /// ECDSA on P-256, P-384 and P-521.
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
  /// Ed25519 or Ed448.
  case eddsa = "EdDSA"

  /// The digest of the message; nil for EdDSA, which has its own.
  public var digest: DigestAlgorithm? {
    switch self {
    case .hs256, .rs256, .ps256, .es256: .sha256
    case .hs384, .rs384, .ps384, .es384: .sha384
    case .hs512, .rs512, .ps512, .es512: .sha512
    case .eddsa: nil
    }
  }

  /// Whether signing and verifying take the same secret.
  public var isSymmetric: Bool { self == .hs256 || self == .hs384 || self == .hs512 }
}
