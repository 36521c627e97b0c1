import CMolt
import MoltCABI
import MoltErrors
import Testing

@Suite("Tokens through C")
struct TokenTests {
  /// Keys that are released with the test.
  final class Keys {
    var handle: OpaquePointer?
    var reason: Int32 = -1
    let code: Int32

    init(_ form: molt_token_form, _ text: String) {
      let bytes = Array(text.utf8)
      var error = molt_error()
      var (handle, reason): (OpaquePointer?, Int32) = (nil, -1)
      code = molt_token_keys_create(form, bytes, bytes.count, &handle, &reason, &error)
      (self.handle, self.reason) = (handle, reason)
    }

    deinit { molt_token_keys_release(handle) }

    func sign(_ algorithm: String, _ payload: String, capacity: Int = 4096) -> (Int32, String) {
      var token = [CChar](repeating: 1, count: capacity)
      var count = -1
      var error = molt_error()
      let code = molt_token_sign(
        handle,
        algorithm,
        "k1",
        Array(payload.utf8),
        payload.utf8.count,
        &token,
        capacity,
        &count,
        &reason,
        &error
      )
      guard code == 0 else { return (code, "") }
      #expect(token[count] == 0)
      return (0, String(decoding: token[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    func verify(
      _ token: String,
      _ algorithms: String,
      _ rules: molt_token_rules? = nil,
      capacity: Int = 4096
    ) -> (Int32, String) {
      var payload = [UInt8](repeating: 0, count: capacity)
      var count = -1
      var error = molt_error()
      let bytes = token.utf8.map { CChar(bitPattern: $0) }
      var rules = rules
      let code = withUnsafePointer(to: &rules) { rules in
        rules.withMemoryRebound(to: molt_token_rules.self, capacity: 1) { pointer in
          molt_token_verify(
            handle,
            algorithms,
            bytes,
            bytes.count,
            rules.pointee == nil ? nil : pointer,
            &payload,
            capacity,
            &count,
            &reason,
            &error
          )
        }
      }
      return (code, code == 0 ? String(decoding: payload[..<count], as: UTF8.self) : "")
    }
  }

  static let secret = "a secret that is long enough for SHA-256"

  @Test("a token is read with the key that signed it")
  func roundTrip() {
    let keys = Keys(MOLT_TOKEN_SECRET, Self.secret)
    #expect(keys.code == 0 && keys.reason == 0)
    let (code, token) = keys.sign("HS256", "{\"sub\":\"ada\"}")
    #expect(code == 0)
    #expect(token.hasPrefix("eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0."))
    #expect(keys.verify(token, "RS256 HS256") == (0, "{\"sub\":\"ada\"}"))
    let jwk = "{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"
    let set = Keys(MOLT_TOKEN_JWKS, "{\"keys\":[\(jwk)]}")
    #expect(set.verify(Keys(MOLT_TOKEN_JWK, jwk).sign("HS256", "{}").1, "HS256") == (0, "{}"))
  }

  @Test("claims are held to the rules")
  func claims() {
    let keys = Keys(MOLT_TOKEN_SECRET, Self.secret)
    let (_, token) = keys.sign("HS256", "{\"exp\":100,\"iss\":\"a\",\"aud\":[\"b\"],\"sub\":\"c\"}")
    func outcome(_ now: Double, issuer: String, audience: String?, required: String) -> Int32 {
      issuer.withCString { issuer in
        (audience ?? "").withCString { name in
          required.withCString { required in
            withUnsafePointer(to: UnsafePointer?(issuer)) { issuer in
              withUnsafePointer(to: UnsafePointer?(name)) { names in
                withUnsafePointer(to: UnsafePointer?(required)) { required in
                  var rules = molt_token_rules()
                  (rules.now, rules.leeway) = (now, 5)
                  (rules.issuers, rules.issuer_count) = (issuer, 1)
                  (rules.audiences, rules.audience_count) = (names, audience == nil ? 0 : 1)
                  (rules.required, rules.required_count) = (required, 1)
                  let (code, _) = keys.verify(token, "HS256", rules)
                  #expect((code == 0) == (keys.reason == 0))
                  return keys.reason
                }
              }
            }
          }
        }
      }
    }
    #expect(outcome(104, issuer: "a", audience: "b", required: "sub") == 0)
    #expect(outcome(106, issuer: "a", audience: "b", required: "sub") == 9)
    #expect(outcome(1, issuer: "x", audience: "b", required: "sub") == 11)
    #expect(outcome(1, issuer: "a", audience: nil, required: "sub") == 11)
    #expect(outcome(1, issuer: "a", audience: "b", required: "jti") == 13)
  }

  @Test("what is refused has its code and its reason")
  func errors() {
    let invalid = ErrorCode.invalidInput.rawValue
    let keys = Keys(MOLT_TOKEN_SECRET, Self.secret)
    let (_, token) = keys.sign("HS256", "{}")
    #expect(keys.verify("abc", "HS256").0 == invalid && keys.reason == 1)
    #expect(keys.verify(token, "HS512").0 == ErrorCode.forbidden.rawValue && keys.reason == 3)
    #expect(keys.verify(token, "none").0 == ErrorCode.forbidden.rawValue && keys.reason == 3)
    #expect(keys.verify(token + "AAAA", "HS256").0 == ErrorCode.forbidden.rawValue)
    #expect(keys.reason == 8)
    #expect(keys.verify(token, "HS256", capacity: 1).0 == ErrorCode.tooLarge.rawValue)
    #expect(keys.sign("HS256", "{}", capacity: 9).0 == ErrorCode.tooLarge.rawValue)
    #expect(keys.reason == 0)
    #expect(keys.sign("none", "{}").0 == ErrorCode.forbidden.rawValue && keys.reason == 3)
    #expect(keys.sign("RS256", "{}").0 == invalid && keys.reason == 4)
    #expect(keys.sign("HS512", "{}").0 == invalid && keys.reason == 16)
    for (form, text, reason) in [
      (MOLT_TOKEN_SECRET, "", 16), (MOLT_TOKEN_SECRET, "-----BEGIN PUBLIC KEY-----", 18),
      (MOLT_TOKEN_PEM, "text", 14), (MOLT_TOKEN_JWK, "{", 14),
      (MOLT_TOKEN_JWK, "{\"kty\":\"XX\"}", 15), (molt_token_form(rawValue: 9), "", 15),
    ] {
      let refused = Keys(form, text)
      #expect(refused.code == invalid && refused.reason == reason && refused.handle == nil)
    }
    let large = Keys(MOLT_TOKEN_JWKS, String(repeating: " ", count: 1 << 21))
    #expect(large.code == ErrorCode.tooLarge.rawValue && large.reason == 2)
  }
}
