/// Why a token or key was not accepted.
///
/// No case contains a part of a key, token or claim.
public enum TokenError: Error, Equatable, Sendable {
  /// A part of a compact token.
  public enum Part: Sendable { case token, header, payload, signature }

  /// A claim that is checked.
  public enum Claim: String, Sendable {
    case expiration = "exp"
    case notBefore = "nbf"
    case issuedAt = "iat"
    case issuer = "iss"
    case audience = "aud"
    case subject = "sub"
    case identifier = "jti"
  }

  /// A part is not of its form from `offset` on, counted in bytes of the token.
  case malformed(Part, offset: Int)
  /// A token or key set is longer than its limit.
  case tooLarge(limit: Int)
  /// The header names no algorithm, or one that nobody allows.
  case algorithmNotAllowed
  /// The key is not for the token's algorithm.
  case wrongKey
  /// No key of the set has the token's `kid`, or without one it is not plain which to take.
  case unknownKey
  /// The header demands an extension that is not known.
  case unknownExtension
  /// The payload is detached or not, contrary to what was asked.
  case detachment
  /// The signature is of another message or key.
  case mismatch
  /// `exp` has passed.
  case expired
  /// `nbf` or `iat` has not come.
  case immature(Claim)
  /// A claim has another value than was asked for.
  case refused(Claim)
  /// A claim is not of its type.
  case malformedClaim(Claim)
  /// A claim that is required is not there.
  case missing(claim: String)
  /// A key is not of a form that is known, or has parts that do not fit.
  case malformedKey
  /// A key is of a kind that signs no tokens, or is encrypted.
  case unsupportedKey
  /// A key is too small, or known to be weak.
  case weakKey
  /// A key without its private part was to sign.
  case publicKey
  /// What was to be a shared secret is the text of a public or private key.
  case asymmetricSecret
  /// A set has keys for secrets and for signatures, or two with the same `kid`.
  case ambiguousKeySet
  /// The system's libcrypto, which signs with all but shared secrets, could not be loaded.
  case unavailable

  /// The kind of an error, with the numbers of `molt_token_reason` in molt_token.h.
  public enum Reason: Int32, Sendable, CaseIterable {
    case malformed = 1
    case tooLarge, algorithmNotAllowed, wrongKey, unknownKey, unknownExtension, detachment
    case mismatch, expired, immature, refused, malformedClaim, missing
    case malformedKey, unsupportedKey, weakKey, publicKey, asymmetricSecret, ambiguousKeySet
    case unavailable
  }

  /// The kind of the error.
  public var reason: Reason {
    switch self {
    case .malformed: .malformed
    case .tooLarge: .tooLarge
    case .algorithmNotAllowed: .algorithmNotAllowed
    case .wrongKey: .wrongKey
    case .unknownKey: .unknownKey
    case .unknownExtension: .unknownExtension
    case .detachment: .detachment
    case .mismatch: .mismatch
    case .expired: .expired
    case .immature: .immature
    case .refused: .refused
    case .malformedClaim: .malformedClaim
    case .missing: .missing
    case .malformedKey: .malformedKey
    case .unsupportedKey: .unsupportedKey
    case .weakKey: .weakKey
    case .publicKey: .publicKey
    case .asymmetricSecret: .asymmetricSecret
    case .ambiguousKeySet: .ambiguousKeySet
    case .unavailable: .unavailable
    }
  }

  /// Where a part is not of its form, counted in bytes of the token; nil for other errors.
  public var offset: Int? {
    if case .malformed(_, let offset) = self { offset } else { nil }
  }

  /// The sentence for people.
  public var message: String {
    switch self {
    case .malformed(let part, let offset): "the \(part) is malformed at byte \(offset)"
    case .tooLarge(let limit): "it is longer than \(limit) bytes"
    case .algorithmNotAllowed: "the token's algorithm is not allowed"
    case .wrongKey: "the key is not for the token's algorithm"
    case .unknownKey: "no key is known for the token"
    case .unknownExtension: "the header demands an unknown extension"
    case .detachment: "the payload is detached, or should be"
    case .mismatch: "the signature does not match"
    case .expired: "the token has expired"
    case .immature(let claim): "the token is not valid yet: \(claim.rawValue)"
    case .refused(let claim): "the claim \(claim.rawValue) has another value"
    case .malformedClaim(let claim): "the claim \(claim.rawValue) is not of its type"
    case .missing(let claim): "the claim \(claim) is missing"
    case .malformedKey: "the key is malformed"
    case .unsupportedKey: "the key is encrypted or of an unsupported kind"
    case .weakKey: "the key is too weak"
    case .publicKey: "a private key is needed"
    case .asymmetricSecret: "a key for signatures is no shared secret"
    case .ambiguousKeySet: "the key set is ambiguous"
    case .unavailable: "libcrypto could not be loaded"
    }
  }
}

/// The limits of tokens and keys.
public struct TokenLimits: Equatable, Sendable {
  /// The longest token in bytes; 1 MiB.
  public var tokenByteCount = 1 << 20
  /// The longest key or key set in bytes; 1 MiB.
  public var keyByteCount = 1 << 20
  /// The smallest modulus of RSA in bits; 2048, as RFC 7518 demands.
  public var smallestRSAKey = 2048
  /// The largest modulus of RSA in bits; 16384.
  public var largestRSAKey = 16384
  /// Whether a secret may be shorter than the digest, which RFC 7518 forbids; false.
  public var allowsShortSecrets = false

  /// Creates the limits with their defaults.
  public init() {}
}
