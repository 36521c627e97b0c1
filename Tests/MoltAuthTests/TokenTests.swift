import Foundation
import MoltAuth
import MoltDigests
import MoltTestKit
import Testing

/// Calls with arrays, since `#expect` takes no spans.
enum Tokens {
  static func verify(
    _ token: String,
    _ key: TokenKey,
    _ algorithms: Set<JWSAlgorithm>,
    detached: [UInt8]? = nil
  ) throws -> VerifiedToken {
    let verifier = JWSVerifier(try TokenKeySet([key]), algorithms: algorithms)
    guard let detached else { return try verifier.verify(token.utf8.span) }
    return try verifier.verify(token.utf8.span, detachedPayload: detached)
  }

  static func sign(
    _ payload: String,
    _ header: JWSHeader,
    _ key: TokenKey,
    _ placement: JWS.Placement = .inToken
  ) throws -> String {
    let token = try JWS.sign(payload.utf8.span, header, key, payload: placement)
    return String(decoding: token, as: UTF8.self)
  }

  static func secret(_ text: String = "0123456789abcdef0123456789abcdef") throws -> TokenKey {
    try TokenKey(secret: text.utf8.span)
  }

  static func key(jwk: String) throws -> TokenKey { try TokenKey(jwk: jwk.utf8.span) }

  static func keys(jwks: String) throws -> TokenKeySet { try TokenKeySet(jwks: jwks.utf8.span) }

  /// A token whose header is this text.
  static func token(header: String) -> String {
    let text = String(decoding: Base64.url.encode(header.utf8.span), as: UTF8.self)
    return text + ".e30.AAAA"
  }
}

@Suite("Tokens")
struct TokenTests {
  @Test("a token of the RFC's example is accepted")
  func example() throws {
    let key = try Tokens.key(
      jwk: """
        {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4h\
        cgUuTwjAzZr1Z9CAow"}
        """
    )
    let token = """
      eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh\
      0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
      """
    let verified = try Tokens.verify(token, key, [.hs256])
    #expect(verified.header.type == "JWT" && verified.payload.count == 70)
    #expect(throws: TokenError.algorithmNotAllowed) {
      try Tokens.verify(token, key, [.hs384, .rs256])
    }
  }

  @Test("a header that is kept stands for no other")
  func keptHeader() throws {
    let keys = try TokenKeySet([try Tokens.secret(String(repeating: "k", count: 64))])
    let verifier = JWSVerifier(keys, algorithms: [.hs256])
    func token(_ header: JWSHeader) throws -> String {
      try Tokens.sign("{}", header, keys.keys[0])
    }
    var known: KnownHeader?
    func verify(_ token: String) throws -> JWSHeader {
      try verifier.verify(token.utf8.span, detachedPayload: nil, &known).header
    }
    for _ in 0..<2 {
      #expect(try verify(token(JWSHeader(.hs256))).keyID == nil)
      #expect(try verify(token(JWSHeader(.hs256, keyID: "a"))).keyID == "a")
      #expect(throws: TokenError.algorithmNotAllowed) {
        try verify(token(JWSHeader(.hs512)))
      }
      #expect(throws: TokenError.malformed(.header, offset: 0)) {
        try verify(Tokens.token(header: "{\"alg\":\"HS256\",\"kid\":5}"))
      }
      #expect(throws: TokenError.mismatch) {
        try verify(Tokens.token(header: "{\"alg\":\"HS256\"}"))
      }
    }
  }

  @Test("every changed byte is noticed")
  func changes() throws {
    let key = try Tokens.secret()
    let token = try Tokens.sign("{\"a\":1}", JWSHeader(.hs256), key)
    for index in 0..<token.utf8.count {
      for bit: UInt8 in [1, 2, 16] {
        var bytes = Array(token.utf8)
        bytes[index] ^= bit
        #expect(throws: TokenError.self) {
          try Tokens.verify(String(decoding: bytes, as: UTF8.self), key, [.hs256])
        }
      }
    }
  }

  @Test(
    "headers that cannot be trusted are refused",
    arguments: [
      ("{\"alg\":\"none\"}", TokenError.algorithmNotAllowed),
      ("{\"alg\":\"NONE\"}", .algorithmNotAllowed), ("{\"alg\":\"hs256\"}", .algorithmNotAllowed),
      ("{}", .algorithmNotAllowed), ("{\"alg\":\"HS512\"}", .algorithmNotAllowed),
      ("{\"alg\":\"HS256\",\"alg\":\"HS256\"}", .malformed(.header, offset: 0)),
      ("{\"alg\":256}", .malformed(.header, offset: 0)), ("[]", .malformed(.header, offset: 0)),
      ("", .malformed(.header, offset: 0)), ("{\"alg\"", .malformed(.header, offset: 0)),
      ("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", .unknownExtension),
      ("{\"alg\":\"HS256\",\"crit\":[]}", .malformed(.header, offset: 0)),
      ("{\"alg\":\"HS256\",\"crit\":\"b64\"}", .malformed(.header, offset: 0)),
      ("{\"alg\":\"HS256\",\"b64\":false}", .unknownExtension),
      ("{\"alg\":\"HS256\",\"crit\":[\"b64\"]}", .unknownExtension),
      ("{\"alg\":\"HS256\",\"kid\":5}", .malformed(.header, offset: 0)),
      ("{\"alg\":\"HS256\"}", .mismatch),
      ("{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}", .mismatch),
    ]
  )
  func headers(header: String, error: TokenError) throws {
    let key = try Tokens.secret()
    #expect(throws: error) { try Tokens.verify(Tokens.token(header: header), key, [.hs256]) }
    #expect(!error.message.isEmpty)
  }

  @Test(
    "what is no compact token is refused with the offset",
    arguments: [
      ("", TokenError.malformed(.token, offset: 0)), ("abc", .malformed(.token, offset: 3)),
      ("a.b", .malformed(.token, offset: 3)), ("a.b.c.d", .malformed(.token, offset: 5)),
      ("e30!.e30.e30", .malformed(.header, offset: 3)),
      ("eyJhbGciOiJIUzI1NiJ9.e30.A", .malformed(.signature, offset: 25)),
      ("eyJhbGciOiJIUzI1NiJ9.e30.=", .malformed(.signature, offset: 25)),
    ]
  )
  func forms(token: String, error: TokenError) throws {
    let key = try Tokens.secret()
    #expect(throws: error) { try Tokens.verify(token, key, [.hs256]) }
  }

  @Test("a long token is refused")
  func longTokens() throws {
    var limits = TokenLimits()
    limits.tokenByteCount = 10
    let verifier = JWSVerifier(
      try TokenKeySet([try Tokens.secret()]),
      algorithms: [.hs256],
      limits: limits
    )
    #expect(throws: TokenError.tooLarge(limit: 10)) {
      _ = try verifier.verify("01234567890".utf8.span)
    }
  }

  @Test("payloads may be detached and unencoded")
  func detached() throws {
    let key = try Tokens.secret()
    var header = JWSHeader(.hs256, type: nil)
    for isEncoded in [true, false] {
      header.isPayloadEncoded = isEncoded
      let token = try Tokens.sign("a.b", header, key, .detached)
      #expect(token.contains(".."))
      let verified = try Tokens.verify(token, key, [.hs256], detached: Array("a.b".utf8))
      #expect(verified.payload == Array("a.b".utf8))
      #expect(verified.header.isPayloadEncoded == isEncoded)
      #expect(throws: TokenError.mismatch) {
        try Tokens.verify(token, key, [.hs256], detached: Array("a.c".utf8))
      }
    }
    #expect(throws: TokenError.detachment) { try Tokens.sign("a.b", header, key) }
    let inToken = try Tokens.sign("ab$", header, key)
    #expect(try Tokens.verify(inToken, key, [.hs256]).payload == Array("ab$".utf8))
    #expect(throws: TokenError.detachment) {
      try Tokens.verify(inToken, key, [.hs256], detached: Array("ab$".utf8))
    }
  }

  @Test("the text of a key is no shared secret")
  func confusion() throws {
    for text in [
      "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", "ssh-rsa AAAAB3NzaC1yc2E",
      "\n -----BEGIN RSA PUBLIC KEY-----",
    ] {
      #expect(throws: TokenError.asymmetricSecret) { try Tokens.secret(text) }
    }
    #expect(throws: TokenError.weakKey) { try Tokens.secret("") }
  }

  @Test("a secret shorter than the digest is refused unless it is allowed")
  func shortSecrets() throws {
    let short = try Tokens.secret("short")
    #expect(throws: TokenError.weakKey) { try Tokens.sign("{}", JWSHeader(.hs256), short) }
    var limits = TokenLimits()
    limits.allowsShortSecrets = true
    let allowed = try TokenKey(secret: "short".utf8.span, limits: limits)
    let token = try Tokens.sign("{}", JWSHeader(.hs256), allowed)
    #expect(try Tokens.verify(token, allowed, [.hs256]).payload == Array("{}".utf8))
  }

  @Test(
    "keys in PEM that are none are refused",
    arguments: [
      ("", TokenError.malformedKey), ("-----BEGIN PUBLIC KEY-----", .malformedKey),
      ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", .malformedKey),
      ("-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----", .malformedKey),
      (
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
        .unsupportedKey
      ),
      (
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED

        AAAA
        -----END RSA PRIVATE KEY-----
        """, .unsupportedKey
      ),
      ("-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----", .malformedKey),
    ]
  )
  func pem(text: String, error: TokenError) {
    #expect(throws: error) { try TokenKey(pem: text) }
  }

  @Test(
    "keys in JSON that are none are refused",
    arguments: [
      ("", TokenError.malformedKey), ("[]", .malformedKey), ("{}", .malformedKey),
      ("{\"kty\":\"oct\"}", .malformedKey), ("{\"kty\":\"oct\",\"k\":\"\"}", .weakKey),
      ("{\"kty\":\"oct\",\"k\":\"A\"}", .malformedKey),
      ("{\"kty\":\"oct\",\"k\":1}", .malformedKey),
      ("{\"kty\":\"other\"}", .unsupportedKey),
      ("{\"kty\":\"oct\",\"k\":\"AAAA\",\"k\":\"AAAA\"}", .malformedKey),
      ("{\"kty\":\"oct\",\"k\":\"AAAA\",\"use\":\"enc\"}", .unsupportedKey),
      ("{\"kty\":\"oct\",\"k\":\"AAAA\",\"alg\":\"A128KW\"}", .unsupportedKey),
      ("{\"kty\":\"oct\",\"k\":\"AAAA\",\"alg\":\"HS256\"}", .weakKey),
      ("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}", .malformedKey),
      ("{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AAAA\",\"y\":\"AAAA\"}", .unsupportedKey),
      ("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\"}", .unsupportedKey),
      ("{\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"AQAB\"}", .weakKey),
    ]
  )
  func jwk(text: String, error: TokenError) {
    #expect(throws: error) { try Tokens.key(jwk: text) }
  }

  @Test("a set is searched by name, and must not be ambiguous")
  func sets() throws {
    let one = "{\"kty\":\"oct\",\"kid\":\"1\",\"k\":\"\(String(repeating: "A", count: 43))\"}"
    let two = "{\"kty\":\"oct\",\"kid\":\"2\",\"k\":\"\(String(repeating: "B", count: 42))A\"}"
    let unknown = "{\"kty\":\"new\"}"
    let set = try Tokens.keys(jwks: "{\"keys\":[\(one),\(unknown),\(two)]}")
    #expect(set.keys.count == 2)
    let verifier = JWSVerifier(set, algorithms: [.hs256])
    for (index, key) in set.keys.enumerated() {
      let header = JWSHeader(.hs256, keyID: key.keyID)
      let token = try Tokens.sign("{}", header, key)
      #expect(token.hasPrefix("eyJhbGciOiJIUzI1NiIsImtpZCI6I"), "key \(index)")
      let verified = try verifier.verify(token.utf8.span)
      #expect(verified.header.keyID == key.keyID)
    }
    let nameless = try Tokens.sign("{}", JWSHeader(.hs256), set.keys[0])
    let other = try Tokens.sign("{}", JWSHeader(.hs256, keyID: "3"), set.keys[0])
    for token in [nameless, other] {
      #expect(throws: TokenError.unknownKey) { _ = try verifier.verify(token.utf8.span) }
    }
    #expect(throws: TokenError.ambiguousKeySet) {
      try Tokens.keys(jwks: "{\"keys\":[\(one),\(one)]}")
    }
    for text in ["", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[1]}"] {
      #expect(throws: TokenError.malformedKey) { try Tokens.keys(jwks: text) }
    }
  }
}
