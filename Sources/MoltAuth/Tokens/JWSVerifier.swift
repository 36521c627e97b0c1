internal import MoltDigests

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
    var known: KnownHeader?
    return try verify(token, detachedPayload: nil, &known)
  }

  /// The same for a payload that was sent otherwise.
  ///
  /// - Throws: ``TokenError``; ``TokenError/detachment`` when the token has a payload too.
  public func verify(
    _ token: Span<UInt8>,
    detachedPayload: [UInt8]
  ) throws(TokenError) -> VerifiedToken {
    var known: KnownHeader?
    return try verify(token, detachedPayload: detachedPayload, &known)
  }

  /// The same, for callers whose tokens have the same header mostly.
  ///
  /// `known`: the header of the token before, and then of this one; nil at first.
  ///
  /// - Throws: ``TokenError``.
  package func verify(
    _ token: Span<UInt8>,
    detachedPayload: [UInt8]?,
    _ known: inout KnownHeader?
  ) throws(TokenError) -> VerifiedToken {
    let parts = try parse(token, &known)
    if detachedPayload != nil {
      guard parts.payload.isEmpty else { throw .detachment }
    }
    return try verify(parts, token, detached: detachedPayload)
  }

  /// Where a token's parts stand, and what its header is.
  private struct Parts {
    let known: KnownHeader
    let payload: Range<Int>
    let signature: Range<Int>

    var header: JWSHeader { known.header }
  }

  private func parse(
    _ token: Span<UInt8>,
    _ known: inout KnownHeader?
  ) throws(TokenError) -> Parts {
    guard token.count <= limits.tokenByteCount else {
      throw .tooLarge(limit: limits.tokenByteCount)
    }
    let (first, second) = try Self.dots(token)
    let segment = token.extracting(0..<first)
    let found: KnownHeader
    if let known, known.isWritten(segment) {
      found = known
    } else {
      let json = try Self.decode(token, 0..<first, .header)
      found = KnownHeader(header: try JWSHeader(json.span), json: json, copying: segment)
      known = found
    }
    guard algorithms.contains(found.header.algorithm) else { throw .algorithmNotAllowed }
    return Parts(
      known: found,
      payload: (first + 1)..<second,
      signature: (second + 1)..<token.count
    )
  }

  /// Where the two dots are.
  private static func dots(_ token: Span<UInt8>) throws(TokenError) -> (Int, Int) {
    var first = -1
    var second = -1
    for index in token.indices where token[index] == UInt8(ascii: ".") {
      if first < 0 {
        first = index
      } else if second < 0 {
        second = index
      } else {
        throw .malformed(.token, offset: index)
      }
    }
    guard second >= 0 else { throw .malformed(.token, offset: token.count) }
    return (first, second)
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
    return VerifiedToken(header: parts.header, headerJSON: parts.known.json, payload: payload)
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

/// A header as it stands in a token, with what it says.
package struct KnownHeader: Sendable {
  let header: JWSHeader
  let json: [UInt8]
  private let segment: [UInt8]

  init(header: JWSHeader, json: [UInt8], copying segment: Span<UInt8>) {
    self.header = header
    self.json = json
    var copy: [UInt8] = []
    copy.append(segment)
    self.segment = copy
  }

  /// Whether a token's first part is this one, byte by byte.
  func isWritten(_ other: Span<UInt8>) -> Bool {
    ConstantTime.equal(segment.span, other)
  }
}
