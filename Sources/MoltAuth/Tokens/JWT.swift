internal import MoltJSON
internal import MoltTape

/// What the claims of a token must be.
///
///     var rules = ClaimRules()
///     rules.issuers = ["https://issuer.example"]
///     rules.audiences = ["api"]
///     rules.required = ["exp"]
///
/// What is refused and accepted is what PyJWT refuses and accepts with the same options, with three
/// exceptions on the safe side: a time must be a number, neither digits in a text nor `true`, and a
/// subject that is asked for must be there.
///
/// Source: RFC 7519, section 4.1.
public struct ClaimRules: Equatable, Sendable {
  /// How far clocks may differ, in seconds.
  public var leeway = 0.0
  /// The issuers that are accepted; empty for any.
  public var issuers: Set<String> = []
  /// One of these must be in `aud`.
  ///
  /// When empty, a token with an audience is refused.
  public var audiences: Set<String> = []
  /// The subject; nil for any.
  public var subject: String?
  /// The claims that must be there.
  public var required: [String] = []
  /// Whether `exp` is looked at.
  public var checksExpiration = true
  /// Whether `nbf` is looked at.
  public var checksNotBefore = true
  /// Whether `iat` is looked at.
  public var checksIssuedAt = true
  /// Whether `aud` is looked at.
  public var checksAudience = true
  /// Whether `sub` and `jti`, where they are there, must be texts.
  public var checksTexts = true

  /// Creates rules that look at times and at the audience.
  public init() {}

  /// Checks the claims of a payload.
  ///
  /// - Parameters:
  ///   - payload: JSON, an object.
  ///   - now: The time in seconds since 1970.
  /// - Throws: ``TokenError``.
  public func check(_ payload: Span<UInt8>, now: Double) throws(TokenError) {
    var parser = JSONParser(limits: TokenJSON.payloadLimits)
    do {
      try check(try parser.parse(payload).root.map(), now)
    } catch let error as TokenError {
      throw error
    } catch {
      throw .malformed(.payload, offset: 0)
    }
  }

  private func check(_ claims: TapeMap, _ now: Double) throws {
    for name in required where claims[name]?.isNull ?? true {
      throw TokenError.missing(claim: name)
    }
    if checksIssuedAt, let time = try Self.time(.issuedAt, claims), time > now + leeway {
      throw TokenError.immature(.issuedAt)
    }
    if checksNotBefore, let time = try Self.time(.notBefore, claims), time > now + leeway {
      throw TokenError.immature(.notBefore)
    }
    if checksExpiration, let time = try Self.time(.expiration, claims), time <= now - leeway {
      throw TokenError.expired
    }
    if !issuers.isEmpty {
      guard let issuer = try Self.text(.issuer, claims) else {
        throw TokenError.missing(claim: "iss")
      }
      guard issuers.contains(issuer) else { throw TokenError.refused(.issuer) }
    }
    if checksAudience { try checkAudience(claims) }
    if checksTexts || subject != nil {
      let found = try Self.text(.subject, claims)
      if let subject, subject != found { throw TokenError.refused(.subject) }
      if checksTexts { _ = try Self.text(.identifier, claims) }
    }
  }

  private func checkAudience(_ claims: TapeMap) throws {
    var found: [String] = []
    if let value = claims["aud"], !value.isNull {
      switch value.kind {
      case .text where try value.text().isEmpty: break
      case .text: found = [try value.string()]
      case .array:
        var items = try value.array().makeIterator()
        while let item = items.next() {
          guard item.kind == .text else { throw TokenError.malformedClaim(.audience) }
          found.append(try item.string())
        }
      default: throw TokenError.malformedClaim(.audience)
      }
    }
    if audiences.isEmpty {
      guard found.isEmpty else { throw TokenError.refused(.audience) }
    } else {
      guard !found.isEmpty else { throw TokenError.missing(claim: "aud") }
      guard !audiences.isDisjoint(with: found) else { throw TokenError.refused(.audience) }
    }
  }

  /// The seconds of a claim, whole ones; nil when it is not there.
  private static func time(_ claim: TokenError.Claim, _ claims: TapeMap) throws -> Double? {
    guard let value = claims[claim.rawValue] else { return nil }
    guard value.kind == .integer || value.kind == .float else {
      throw TokenError.malformedClaim(claim)
    }
    let seconds = try value.double()
    guard seconds.isFinite else { throw TokenError.malformedClaim(claim) }
    return seconds.rounded(.towardZero)
  }

  private static func text(_ claim: TokenError.Claim, _ claims: TapeMap) throws -> String? {
    guard let value = claims[claim.rawValue] else { return nil }
    guard value.kind == .text else { throw TokenError.malformedClaim(claim) }
    return try value.string()
  }
}

extension TokenJSON {
  /// Of a payload the last of two equal names counts, as in Python.
  static var payloadLimits: JSONLimits {
    var limits = JSONLimits()
    limits.depth = 512
    return limits
  }
}

extension JWSVerifier {
  /// A token's contents, when its signature holds and its claims are as they must be.
  ///
  /// - Throws: ``TokenError``.
  public func verify(
    _ token: Span<UInt8>,
    _ rules: ClaimRules,
    now: Double
  ) throws(TokenError) -> VerifiedToken {
    let verified = try verify(token)
    try rules.check(verified.payload.span, now: now)
    return verified
  }
}
