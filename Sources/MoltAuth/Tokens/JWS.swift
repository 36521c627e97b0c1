internal import MoltDigests

/// Signed tokens in the compact form: header, payload and signature in Base64, with dots between.
///
///     let token = try JWS.sign(payload.span, JWSHeader(.hs256), key)
///     let verifier = JWSVerifier(try TokenKeySet([key]), algorithms: [.hs256])
///     try verifier.verify(token.span).payload
///
/// Source: RFC 7515, section 7.1; RFC 7797. Encrypted tokens (RFC 7516) are out of scope.
public enum JWS {
  /// Whether a payload stands in its token.
  public enum Placement: Sendable {
    case inToken
    /// It is sent otherwise; the token has nothing between its dots.
    case detached
  }

  /// A token.
  ///
  /// - Throws: ``TokenError/wrongKey`` and other errors of the key; ``TokenError/detachment`` for a
  ///   payload that stands in the token as it is and has a dot.
  public static func sign(
    _ payload: Span<UInt8>,
    _ header: JWSHeader,
    _ key: TokenKey,
    payload placement: Placement = .inToken
  ) throws(TokenError) -> [UInt8] {
    try sign(
      payload,
      headerJSON: header.json.span,
      header.algorithm,
      isPayloadEncoded: header.isPayloadEncoded,
      key,
      payload: placement
    )
  }

  /// A token whose header the caller has written.
  ///
  /// `headerJSON` has to name `algorithm`, and to say whether the payload is encoded: it is signed
  /// as it is, and what it says is not compared.
  ///
  /// - Throws: As ``sign(_:_:_:payload:)``.
  public static func sign(
    _ payload: Span<UInt8>,
    headerJSON: Span<UInt8>,
    _ algorithm: JWSAlgorithm,
    isPayloadEncoded: Bool = true,
    _ key: TokenKey,
    payload placement: Placement = .inToken
  ) throws(TokenError) -> [UInt8] {
    var token: [UInt8] = []
    token.reserveCapacity((headerJSON.count + payload.count) / 3 * 4 + 128)
    Base64.url.append(headerJSON, to: &token)
    token.append(UInt8(ascii: "."))
    let start = token.count
    if isPayloadEncoded {
      Base64.url.append(payload, to: &token)
    } else {
      token.append(payload)
      let needsNoDot = placement == .inToken
      if needsNoDot, token[start...].contains(UInt8(ascii: ".")) { throw .detachment }
    }
    let signature = try key.sign(token.span, algorithm)
    if placement == .detached { token.removeLast(token.count - start) }
    token.append(UInt8(ascii: "."))
    Base64.url.append(signature.span, to: &token)
    return token
  }
}

extension [UInt8] {
  /// Appends all of `bytes`.
  mutating func append(_ bytes: Span<UInt8>) {
    reserveCapacity(count + bytes.count)
    for index in bytes.indices { append(bytes[index]) }
  }
}
