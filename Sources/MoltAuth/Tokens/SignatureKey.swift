internal import CMoltCrypto
internal import MoltDigests

/// A key for signatures, held by libcrypto.
///
// Safety: libcrypto does not change a key once it is made, and signing and verifying have states of
// their own; so threads may share it.
@safe final class SignatureKey: @unchecked Sendable {
  /// What kind of key it is.
  enum Kind: Equatable, Sendable {
    case rsa
    case p256, p384, p521
    case ed25519, ed448

    /// The size of a number in a signature of ECDSA.
    var fieldByteCount: Int {
      switch self {
      case .p256: 32
      case .p384: 48
      case .p521: 66
      case .rsa, .ed25519, .ed448: 0
      }
    }

    /// The algorithms that it signs with.
    var algorithms: [JWSAlgorithm] {
      switch self {
      case .rsa: [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
      case .p256: [.es256]
      case .p384: [.es384]
      case .p521: [.es512]
      case .ed25519, .ed448: [.eddsa]
      }
    }

    /// Whether ``algorithms`` has an algorithm.
    func signs(with algorithm: JWSAlgorithm) -> Bool {
      switch algorithm {
      case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: self == .rsa
      case .es256: self == .p256
      case .es384: self == .p384
      case .es512: self == .p521
      case .eddsa: self == .ed25519 || self == .ed448
      case .hs256, .hs384, .hs512: false
      }
    }
  }

  let kind: Kind
  let isPrivate: Bool
  /// The public key as SubjectPublicKeyInfo.
  let publicKey: [UInt8]

  private let handle: OpaquePointer

  /// Takes a key in DER.
  ///
  /// - Throws: ``TokenError``.
  init(
    _ form: molt_key_form,
    _ der: [UInt8],
    _ limits: TokenLimits
  ) throws(TokenError) {
    guard molt_crypto_is_available() else { throw .unavailable }
    guard let handle = unsafe molt_crypto_key_create(form, der, der.count) else {
      throw .malformedKey
    }
    unsafe self.handle = handle
    isPrivate =
      form == MOLT_KEY_PKCS8 || form == MOLT_KEY_RSA_PRIVATE || form == MOLT_KEY_EC_PRIVATE
    var spki = [UInt8](repeating: 0, count: 1 << 14)
    let count = unsafe molt_crypto_key_public(handle, &spki, spki.count)
    spki.removeLast(spki.count - count)
    publicKey = spki
    let kind = PublicKeyInfo.kind(spki)
    // A class has to be whole before it may throw.
    self.kind = kind ?? .rsa
    guard kind != nil else { throw .unsupportedKey }
    if kind == .rsa {
      let bits = unsafe Int(molt_crypto_key_bits(handle))
      guard bits <= limits.largestRSAKey else { throw .unsupportedKey }
      guard bits >= limits.smallestRSAKey, PublicKeyInfo.isStrongRSA(spki) else {
        throw .weakKey
      }
    }
  }

  deinit { unsafe molt_crypto_key_release(handle) }

  private func scheme(_ algorithm: JWSAlgorithm) -> (molt_sign_scheme, Int32) {
    let bits = Int32(8 * (algorithm.digest?.byteCount ?? 0))
    switch algorithm {
    case .rs256, .rs384, .rs512: return (MOLT_SIGN_PKCS1, bits)
    case .ps256, .ps384, .ps512: return (MOLT_SIGN_PSS, bits)
    case .es256, .es384, .es512: return (MOLT_SIGN_ECDSA, bits)
    case .eddsa, .hs256, .hs384, .hs512: return (MOLT_SIGN_EDDSA, 0)
    }
  }

  /// A signature in the form of tokens.
  ///
  /// - Throws: ``TokenError/publicKey``, ``TokenError/wrongKey``.
  func sign(_ message: Span<UInt8>, _ algorithm: JWSAlgorithm) throws(TokenError) -> [UInt8] {
    guard kind.signs(with: algorithm) else { throw .wrongKey }
    guard isPrivate else { throw .publicKey }
    let (scheme, digest) = scheme(algorithm)
    var signature = [UInt8](repeating: 0, count: unsafe molt_crypto_key_signature_size(handle))
    let count = unsafe message.withUnsafeBufferPointer { message in
      unsafe molt_crypto_sign(
        handle,
        scheme,
        digest,
        message.baseAddress,
        message.count,
        &signature,
        signature.count
      )
    }
    guard count > 0 else { throw .malformedKey }
    signature.removeLast(signature.count - count)
    guard scheme == MOLT_SIGN_ECDSA else { return signature }
    return try ECDSASignature.joined(signature, kind.fieldByteCount)
  }

  /// Whether a signature in the form of tokens is of a message.
  func verify(
    _ signature: [UInt8],
    _ message: Span<UInt8>,
    _ algorithm: JWSAlgorithm
  ) -> Bool {
    guard kind.signs(with: algorithm) else { return false }
    let (scheme, digest) = scheme(algorithm)
    var signature = signature
    if scheme == MOLT_SIGN_ECDSA {
      guard let der = ECDSASignature.separated(signature, kind.fieldByteCount) else {
        return false
      }
      signature = der
    }
    return unsafe message.withUnsafeBufferPointer { message in
      unsafe molt_crypto_verify(
        handle,
        scheme,
        digest,
        message.baseAddress,
        message.count,
        signature,
        signature.count
      )
    }
  }
}

/// The two forms of a signature of ECDSA: DER, and two numbers of a fixed size in a row.
///
/// Source: RFC 7518, section 3.4.
enum ECDSASignature {
  static func joined(_ der: [UInt8], _ size: Int) throws(TokenError) -> [UInt8] {
    guard let (content, _) = DER.readSequence(der[...]), let r = DER.readInteger(content),
      let s = DER.readInteger(r.rest)
    else { throw .malformedKey }
    let numbers = [r.content, s.content].map { $0.drop { $0 == 0 } }
    return numbers.flatMap { [UInt8](repeating: 0, count: max(size - $0.count, 0)) + $0 }
  }

  /// Nil unless the signature has the size of two numbers.
  static func separated(_ signature: [UInt8], _ size: Int) -> [UInt8]? {
    guard signature.count == 2 * size else { return nil }
    return DER.sequence([DER.integer(signature[..<size]), DER.integer(signature[size...])])
  }
}
