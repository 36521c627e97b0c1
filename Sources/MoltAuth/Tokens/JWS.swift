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

/// A token whose signature holds.
public struct VerifiedToken: Equatable, Sendable {
  /// What the header says.
  public let header: JWSHeader
  /// The header's JSON.
  public let headerJSON: [UInt8]
  /// The payload.
  public let payload: [UInt8]
}

/// Verifies tokens with keys and algorithms that are allowed.
public struct JWSVerifier: Sendable {
  /// The keys.
  public let keys: TokenKeySet
  /// The algorithms that tokens may name.
  public let algorithms: Set<JWSAlgorithm>
  /// The limits.
  public let limits: TokenLimits

  /// Creates a verifier.
  ///
  /// Tokens may name `algorithms`; each key narrows this to what it is for.
  public init(
    _ keys: TokenKeySet,
    algorithms: Set<JWSAlgorithm>,
    limits: TokenLimits = TokenLimits()
  ) {
    self.keys = keys
    self.algorithms = algorithms
    self.limits = limits
  }

  /// A token's contents, when its signature holds.
  ///
  /// - Throws: ``TokenError``.
  public func verify(_ token: Span<UInt8>) throws(TokenError) -> VerifiedToken {
    try verify(try parse(token), token, detached: nil)
  }

  /// The same for a payload that was sent otherwise.
  ///
  /// - Throws: ``TokenError``; ``TokenError/detachment`` when the token has a payload too.
  public func verify(
    _ token: Span<UInt8>,
    detachedPayload: [UInt8]
  ) throws(TokenError) -> VerifiedToken {
    let parts = try parse(token)
    guard parts.payload.isEmpty else { throw .detachment }
    return try verify(parts, token, detached: detachedPayload)
  }

  /// Where a token's parts stand, and what its header is.
  private struct Parts {
    let header: JWSHeader
    let headerJSON: [UInt8]
    let payload: Range<Int>
    let signature: Range<Int>
  }

  private func parse(_ token: Span<UInt8>) throws(TokenError) -> Parts {
    guard token.count <= limits.tokenByteCount else {
      throw .tooLarge(limit: limits.tokenByteCount)
    }
    var dots: [Int] = []
    for index in token.indices where token[index] == UInt8(ascii: ".") {
      dots.append(index)
      guard dots.count <= 2 else { throw .malformed(.token, offset: index) }
    }
    guard dots.count == 2 else { throw .malformed(.token, offset: token.count) }
    let json = try Self.decode(token, 0..<dots[0], .header)
    let header = try JWSHeader(json.span)
    guard algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed }
    return Parts(
      header: header,
      headerJSON: json,
      payload: (dots[0] + 1)..<dots[1],
      signature: (dots[1] + 1)..<token.count
    )
  }

  private func verify(
    _ parts: Parts,
    _ token: Span<UInt8>,
    detached: [UInt8]?
  ) throws(TokenError) -> VerifiedToken {
    let key = try keys.key(parts.header.keyID, parts.header.algorithm)
    let signature = try Self.decode(token, parts.signature, .signature)
    let isEncoded = parts.header.isPayloadEncoded
    let holds: Bool
    if let detached {
      var message: [UInt8] = []
      message.append(token.extracting(0..<parts.payload.lowerBound))
      if isEncoded { Base64.url.append(detached.span, to: &message) } else { message += detached }
      holds = try key.verify(signature, message.span, parts.header.algorithm)
    } else {
      let message = token.extracting(0..<parts.payload.upperBound)
      holds = try key.verify(signature, message, parts.header.algorithm)
    }
    guard holds else { throw .mismatch }
    var payload = detached ?? []
    if detached == nil {
      if isEncoded {
        payload = try Self.decode(token, parts.payload, .payload)
      } else {
        payload.append(token.extracting(parts.payload))
      }
    }
    return VerifiedToken(header: parts.header, headerJSON: parts.headerJSON, payload: payload)
  }

  private static func decode(
    _ token: Span<UInt8>,
    _ range: Range<Int>,
    _ part: TokenError.Part
  ) throws(TokenError) -> [UInt8] {
    do {
      return try Base64.url.decode(token.extracting(range))
    } catch {
      throw .malformed(part, offset: range.lowerBound + error.offset)
    }
  }
}
