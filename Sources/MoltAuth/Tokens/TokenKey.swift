internal import MoltDigests

/// A key for tokens, read once: a shared secret, or a public or private key.
///
/// Which algorithms it is for follows from what it is, so that a token cannot choose: a secret
/// never verifies a signature of RSA, and the text of a public key is never a secret.
public struct TokenKey: Sendable {
  enum Material: Sendable {
    case secret(SecretKey)
    case signature(SignatureKey)
  }

  let material: Material
  /// The name of the key in a set, `kid`.
  public internal(set) var keyID: String?
  /// The only algorithm that the key's owner allows; nil for all that fit.
  public internal(set) var algorithm: JWSAlgorithm?
  /// Whether the key's owner allows signing and verifying.
  var mayBeUsed = (sign: true, verify: true)

  init(_ material: Material) { self.material = material }

  /// A shared secret.
  ///
  /// - Throws: ``TokenError/weakKey`` for an empty one, ``TokenError/asymmetricSecret`` for the
  ///   text of a key in PEM or of SSH.
  public init(
    secret: Span<UInt8>,
    keyID: String? = nil,
    limits: TokenLimits = TokenLimits()
  ) throws(TokenError) {
    guard secret.count > 0 else { throw .weakKey }
    guard secret.count <= limits.keyByteCount else { throw .tooLarge(limit: limits.keyByteCount) }
    var bytes = [UInt8](repeating: 0, count: secret.count)
    for index in secret.indices { bytes[index] = secret[index] }
    guard !KeyText.isKey(bytes) else { throw .asymmetricSecret }
    self.init(.secret(SecretKey(bytes, allowsShort: limits.allowsShortSecrets)))
    self.keyID = keyID
  }

  /// The algorithms that the key is for.
  public var algorithms: [JWSAlgorithm] {
    let fitting: [JWSAlgorithm] =
      switch material {
      case .secret(let key):
        [.hs256, .hs384, .hs512].filter { key.isLongEnough(for: $0) }
      case .signature(let key): key.kind.algorithms
      }
    return algorithm.map { only in fitting.filter { $0 == only } } ?? fitting
  }

  /// Whether it is a shared secret.
  public var isSymmetric: Bool {
    if case .secret = material { true } else { false }
  }

  /// Whether it can sign.
  public var isPrivate: Bool {
    switch material {
    case .secret: true
    case .signature(let key): key.isPrivate
    }
  }

  /// A signature in the form of tokens.
  ///
  /// - Throws: ``TokenError/wrongKey``, ``TokenError/weakKey``, ``TokenError/publicKey``.
  public func sign(
    _ message: Span<UInt8>,
    _ algorithm: JWSAlgorithm
  ) throws(TokenError) -> [UInt8] {
    guard mayBeUsed.sign else { throw .wrongKey }
    try check(algorithm)
    switch material {
    case .secret(let key): return key.authenticate(message, algorithm).bytes
    case .signature(let key): return try key.sign(message, algorithm)
    }
  }

  /// Whether a signature in the form of tokens is of a message.
  ///
  /// - Throws: ``TokenError/wrongKey``, ``TokenError/weakKey``.
  public func verify(
    _ signature: [UInt8],
    _ message: Span<UInt8>,
    _ algorithm: JWSAlgorithm
  ) throws(TokenError) -> Bool {
    guard mayBeUsed.verify else { throw .wrongKey }
    try check(algorithm)
    switch material {
    case .secret(let key): return key.authenticate(message, algorithm).equals(signature.span)
    case .signature(let key): return key.verify(signature, message, algorithm)
    }
  }

  private func check(_ asked: JWSAlgorithm) throws(TokenError) {
    guard asked.isSymmetric == isSymmetric, algorithm == nil || algorithm == asked else {
      throw .wrongKey
    }
    switch material {
    case .secret(let key):
      guard key.isLongEnough(for: asked) else { throw .weakKey }
    case .signature(let key):
      guard key.kind.signs(with: asked) else { throw .wrongKey }
    }
  }
}

/// A shared secret with its three keyed digests ready.
final class SecretKey: Sendable {
  private let byteCount: Int
  private let allowsShort: Bool
  private let sha256: HMAC
  private let sha384: HMAC
  private let sha512: HMAC

  init(_ bytes: consuming [UInt8], allowsShort: Bool) {
    byteCount = bytes.count
    self.allowsShort = allowsShort
    sha256 = HMAC(.sha256, key: bytes.span)
    sha384 = HMAC(.sha384, key: bytes.span)
    sha512 = HMAC(.sha512, key: bytes.span)
    wipe(&bytes)
  }

  /// RFC 7518, section 3.2: as long as the digest at least.
  func isLongEnough(for algorithm: JWSAlgorithm) -> Bool {
    allowsShort || byteCount >= algorithm.digest?.byteCount ?? 0
  }

  func authenticate(_ message: Span<UInt8>, _ algorithm: JWSAlgorithm) -> DigestValue {
    switch algorithm.digest {
    case .sha384: sha384.authenticating(message)
    case .sha512: sha512.authenticating(message)
    default: sha256.authenticating(message)
    }
  }
}
