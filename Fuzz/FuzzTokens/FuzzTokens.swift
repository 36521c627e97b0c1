import MoltAuth
import MoltDigests

/// The entry of libFuzzer.
///
/// Every input is taken for a token, a key, a stored password and a signed value. None may trap,
/// and nothing may be accepted that nobody signed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokens(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let text = String(decoding: bytes, as: UTF8.self)
  tokens(bytes)
  keys(bytes, text)
  passwords(text)
  signatures(text)
  roundTrips(bytes)
  return 0
}

private let secret = try? TokenKey(secret: [UInt8](repeating: 7, count: 64).span)

private func tokens(_ bytes: [UInt8]) {
  guard let secret, let keys = try? TokenKeySet([secret]) else { return }
  let verifier = JWSVerifier(keys, algorithms: Set(JWSAlgorithm.allCases))
  precondition((try? verifier.verify(bytes.span)) == nil, "a forged token was accepted")
  _ = try? verifier.verify(bytes.span, detachedPayload: bytes)
  _ = try? ClaimRules().check(bytes.span, now: 1)
  // The input as a payload comes back.
  guard let token = try? JWS.sign(bytes.span, JWSHeader(.hs256), secret) else { return }
  precondition((try? verifier.verify(token.span))?.payload == bytes, "a payload changed")
}

private func keys(_ bytes: [UInt8], _ text: String) {
  _ = try? TokenKey(pem: text)
  _ = try? TokenKey(jwk: bytes.span)
  _ = try? TokenKeySet(jwks: bytes.span)
  // Its Base64 as every kind of key, so that the parser of DER sees the bytes.
  let body = String(decoding: Base64.standard.encode(bytes.span), as: UTF8.self)
  for label in ["PUBLIC KEY", "PRIVATE KEY", "RSA PUBLIC KEY", "EC PRIVATE KEY", "CERTIFICATE"] {
    _ = try? TokenKey(pem: "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n")
  }
}

private func passwords(_ text: String) {
  var limits = PasswordLimits()
  limits.iterations = 10
  limits.memoryByteCount = 1 << 16
  limits.passes = 2
  limits.lanes = 4
  limits.bcryptRounds = 4
  guard
    let hashers = try? [
      PBKDF2Hasher(iterations: 1, limits: limits) as any PasswordHasher,
      Argon2Hasher(timeCost: 1, memoryCost: 8, parallelism: 1, limits: limits),
      ScryptHasher(workFactor: 2, blockSize: 1, parallelism: 1, limits: limits),
      DigestHasher(.md5), DigestHasher(.sha1), UnsaltedDigestHasher(.md5), CryptHasher(),
      BcryptHasher(isPrehashed: false, rounds: 4, limits: limits),
    ]
  else { return }
  for hasher in hashers {
    for encoded in [text, "\(hasher.algorithm)$\(text)"] {
      _ = try? hasher.verify("a".utf8.span, against: encoded)
      _ = try? hasher.decode(encoded).summary
      _ = try? hasher.mustUpdate(encoded)
    }
  }
}

private func signatures(_ text: String) {
  let secrets = SigningSecrets("secret")
  precondition((try? Signer(secrets).unsign(text)) == nil, "a forged signature was accepted")
  // What was signed reaches the decoders.
  guard let signer = try? TimestampSigner(secrets, salt: SignedObjects.defaultSalt),
    var objects = try? SignedObjects(secrets)
  else { return }
  objects.byteLimit = 1 << 16
  _ = try? objects.loads(signer.sign(text, now: 1), now: 1)
  _ = CSRFToken.matches(text, secret: String(repeating: "a", count: 32))
}

private func roundTrips(_ bytes: [UInt8]) {
  for kind in [Base64.standard, .standardWithoutPadding, .url] {
    precondition((try? kind.decode(kind.encode(bytes.span).span)) == bytes, "Base64 changed bytes")
    if let decoded = try? kind.decode(bytes.span) {
      precondition(kind.encode(decoded.span) == bytes, "Base64 is not canonical")
    }
  }
}
