public import CMolt
internal import MoltAuth
internal import MoltErrors

/// Behind `molt_token_keys`.
private final class TokenKeysHandle: Sendable {
  let keys: TokenKeySet

  init(_ keys: TokenKeySet) { self.keys = keys }
}

/// Implements `molt_token_keys_create`, documented in molt_token.h.
@c @implementation
public func molt_token_keys_create(
  _ form: molt_token_form,
  _ bytes: UnsafePointer<UInt8>!,
  _ count: Int,
  _ keys: UnsafeMutablePointer<OpaquePointer?>!,
  _ reason: UnsafeMutablePointer<Int32>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let read = try unsafe explaining(reason) { () throws(TokenError) in
      try readKeys(form, unsafe borrowed(bytes, count))
    }
    unsafe keys.pointee = retained(TokenKeysHandle(read))
  }
}

/// Implements `molt_token_keys_release`, documented in molt_token.h.
@c @implementation
public func molt_token_keys_release(_ keys: OpaquePointer!) {
  unsafe release(keys, as: TokenKeysHandle.self)
}

/// Implements `molt_token_sign`, documented in molt_token.h.
@c @implementation
public func molt_token_sign(
  _ keys: OpaquePointer!,
  _ algorithm: UnsafePointer<CChar>!,
  _ key_id: UnsafePointer<CChar>!,
  _ payload: UnsafePointer<UInt8>!,
  _ payload_count: Int,
  _ token: UnsafeMutablePointer<CChar>!,
  _ capacity: Int,
  _ token_count: UnsafeMutablePointer<Int>!,
  _ reason: UnsafeMutablePointer<Int32>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let keys = unsafe borrowed(keys, as: TokenKeysHandle.self).keys.keys
    let name = unsafe String(cString: algorithm)
    let keyID = unsafe key_id.map { unsafe String(cString: $0) }
    let signed = try unsafe explaining(reason) { () throws(TokenError) in
      guard let known = JWSAlgorithm(rawValue: name) else { throw .algorithmNotAllowed }
      guard keys.count == 1 else { throw .unknownKey }
      let header = JWSHeader(known, keyID: keyID)
      return try JWS.sign(unsafe borrowed(payload, payload_count), header, keys[0])
    }
    guard signed.count < capacity else {
      throw MoltError(.tooLarge, "the token has \(signed.count) bytes", offset: -1)
    }
    for (index, byte) in signed.enumerated() {
      unsafe token[index] = CChar(bitPattern: byte)
    }
    unsafe token[signed.count] = 0
    unsafe token_count.pointee = signed.count
  }
}

/// Implements `molt_token_verify`, documented in molt_token.h.
@c @implementation
public func molt_token_verify(
  _ keys: OpaquePointer!,
  _ algorithms: UnsafePointer<CChar>!,
  _ token: UnsafePointer<CChar>!,
  _ token_count: Int,
  _ rules: UnsafePointer<molt_token_rules>!,
  _ payload: UnsafeMutablePointer<UInt8>!,
  _ capacity: Int,
  _ payload_count: UnsafeMutablePointer<Int>!,
  _ reason: UnsafeMutablePointer<Int32>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let handle = unsafe borrowed(keys, as: TokenKeysHandle.self)
    let names = unsafe String(cString: algorithms).split(separator: " ")
    let allowed = Set(names.compactMap { JWSAlgorithm(rawValue: String($0)) })
    let verifier = JWSVerifier(handle.keys, algorithms: allowed)
    // Safety: `char` and `unsigned char` have one layout.
    let start = unsafe UnsafeRawPointer(token)?.assumingMemoryBound(to: UInt8.self)
    let found = try unsafe explaining(reason) { () throws(TokenError) in
      let token = unsafe borrowed(start, token_count)
      guard let rules = unsafe rules else { return try verifier.verify(token).payload }
      let now = unsafe rules.pointee.now
      return try verifier.verify(token, unsafe claimRules(rules.pointee), now: now).payload
    }
    guard found.count <= capacity else {
      throw MoltError(.tooLarge, "the payload has \(found.count) bytes", offset: -1)
    }
    for (index, byte) in found.enumerated() { unsafe payload[index] = byte }
    unsafe payload_count.pointee = found.count
  }
}

private func readKeys(
  _ form: molt_token_form,
  _ bytes: Span<UInt8>
) throws(TokenError) -> TokenKeySet {
  switch form {
  case MOLT_TOKEN_SECRET: return try TokenKeySet([try TokenKey(secret: bytes)])
  case MOLT_TOKEN_PEM:
    let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    return try TokenKeySet([try TokenKey(pem: text)])
  case MOLT_TOKEN_JWK: return try TokenKeySet([try TokenKey(jwk: bytes)])
  case MOLT_TOKEN_JWKS: return try TokenKeySet(jwks: bytes)
  default: throw .unsupportedKey
  }
}

@unsafe
private func claimRules(_ rules: molt_token_rules) -> ClaimRules {
  var result = ClaimRules()
  result.leeway = unsafe rules.leeway
  result.issuers = unsafe Set(texts(rules.issuers, rules.issuer_count))
  result.audiences = unsafe Set(texts(rules.audiences, rules.audience_count))
  result.required = unsafe texts(rules.required, rules.required_count)
  result.subject = unsafe rules.subject.map { unsafe String(cString: $0) }
  return result
}

/// The texts of an array of C; those that are NULL are left out.
@unsafe
private func texts(_ start: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int) -> [String] {
  unsafe UnsafeBufferPointer(start: start, count: count).compactMap { text in
    unsafe text.map { unsafe String(cString: $0) }
  }
}

/// Runs a body, and says why it refused a token or key.
@unsafe
private func explaining<Result>(
  _ reason: UnsafeMutablePointer<Int32>?,
  _ body: () throws(TokenError) -> Result
) throws(MoltError) -> Result {
  if let reason = unsafe reason { unsafe reason.pointee = 0 }
  do throws(TokenError) {
    return try body()
  } catch {
    if let reason = unsafe reason { unsafe reason.pointee = error.reason.rawValue }
    throw MoltError(error)
  }
}

extension MoltError {
  init(_ error: TokenError) {
    let code: ErrorCode =
      switch error.reason {
      case .tooLarge: .tooLarge
      case .unavailable: .unavailable
      case .algorithmNotAllowed, .unknownKey, .unknownExtension, .detachment, .mismatch, .expired,
        .immature, .refused, .missing:
        .forbidden
      case .malformed, .malformedClaim, .wrongKey, .malformedKey, .unsupportedKey, .weakKey,
        .publicKey, .asymmetricSecret, .ambiguousKeySet:
        .invalidInput
      }
    self.init(code, error.message, offset: error.offset ?? -1)
  }
}
