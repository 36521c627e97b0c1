public import MoltDigests

/// Django's `salted_hmac`: HMAC whose key is the digest of a salt and a secret.
public enum SaltedHMAC {
  /// The keyed digest before the message, for several messages with one salt and secret.
  public static func keyed(
    salt: String,
    secret: Span<UInt8>,
    _ algorithm: DigestAlgorithm = .sha256
  ) -> HMAC {
    var digest = Digest(algorithm)
    digest.update(salt.utf8.span)
    digest.update(secret)
    return HMAC(algorithm, key: digest.finish().span)
  }

  /// The keyed digest of one message.
  public static func authenticate(
    _ message: Span<UInt8>,
    salt: String,
    secret: Span<UInt8>,
    _ algorithm: DigestAlgorithm = .sha256
  ) -> DigestValue {
    keyed(salt: salt, secret: secret, algorithm).authenticating(message)
  }
}

/// The secrets of a project: the one that signs, and those that may have signed.
///
/// Equal to Django's `SECRET_KEY` and `SECRET_KEY_FALLBACKS`.
public struct SigningSecrets: Sendable {
  /// Signs and verifies.
  public let current: [UInt8]
  /// Verify only.
  public let fallbacks: [[UInt8]]

  /// Creates the list.
  public init(_ current: [UInt8], fallbacks: [[UInt8]] = []) {
    self.current = current
    self.fallbacks = fallbacks
  }

  /// Creates the list from texts.
  public init(_ current: String, fallbacks: [String] = []) {
    self.init(Array(current.utf8), fallbacks: fallbacks.map { Array($0.utf8) })
  }

  var all: [[UInt8]] { [current] + fallbacks }
}
