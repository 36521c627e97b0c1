import Foundation
import MoltAuth
import MoltTestKit
import Testing

@Suite(
  "Tokens beside PyJWT",
  .enabled(if: DjangoOracle.isAvailable, "\(DjangoOracle.hint)")
)
struct TokenDifferentialTests {
  static let seed: Comment = "seed \(PythonOracle.seed)"

  static func key(_ text: String, _ algorithm: JWSAlgorithm) throws -> TokenKey {
    guard algorithm.isSymmetric else { return try TokenKey(pem: text) }
    return try TokenKey(secret: Wycheproof.bytes(text).span)
  }

  @Test("tokens of PyJWT are accepted, with keys in every form")
  func tokens() throws {
    var records = OracleRecords(
      try PythonOracle.run("tokens_oracle.py", ["tokens", "--seed", "\(PythonOracle.seed)"])
    )
    var seen: Set<JWSAlgorithm> = []
    while !records.isAtEnd {
      let fields = (0..<6).map { _ in String(decoding: records.next() ?? [], as: UTF8.self) }
      let algorithm = try #require(JWSAlgorithm(rawValue: fields[0]))
      var keys = [try Self.key(fields[1], algorithm), try Self.key(fields[2], algorithm)]
      let verified = try Tokens.verify(fields[5], keys[1], [algorithm])
      #expect(verified.payload == Array(fields[4].utf8), Self.seed)
      #expect(try Tokens.verify(fields[5], keys[0], [algorithm]) == verified)
      // PyJWT writes private keys in JSON as keys that sign only.
      if !fields[3].isEmpty { keys.append(try Tokens.key(jwk: fields[3])) }
      for key in keys {
        guard key.isPrivate else {
          #expect(throws: TokenError.publicKey) {
            try Tokens.sign(fields[4], verified.header, key)
          }
          continue
        }
        let made = try Tokens.sign(fields[4], verified.header, key)
        #expect(try Tokens.verify(made, keys[1], [algorithm]).payload == verified.payload)
        // The header is PyJWT's byte for byte; the signature too, where it is not random.
        #expect(made.prefix { $0 != "." } == fields[5].prefix { $0 != "." })
        if [.rs256, .hs256, .hs384, .hs512, .eddsa].contains(algorithm) {
          #expect(made == fields[5], Self.seed)
        }
      }
      seen.insert(algorithm)
    }
    #expect(seen.count == JWSAlgorithm.allCases.count)
  }

  @Test("tokens made here are accepted by PyJWT and joserfc")
  func made() throws {
    var records = OracleRecords(
      try PythonOracle.run("tokens_oracle.py", ["tokens", "--seed", "\(PythonOracle.seed)"])
    )
    var made: [UInt8] = []
    var payloads: [String] = []
    while !records.isAtEnd {
      let fields = (0..<6).map { _ in String(decoding: records.next() ?? [], as: UTF8.self) }
      let algorithm = try #require(JWSAlgorithm(rawValue: fields[0]))
      let header = JWSHeader(algorithm, keyID: "kéy")
      let token = try Tokens.sign(fields[4], header, try Self.key(fields[1], algorithm))
      for field in [fields[0], fields[2], token] {
        withUnsafeBytes(of: UInt32(field.utf8.count).littleEndian) { made += $0 }
        made += field.utf8
      }
      payloads.append(fields[4])
    }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "molt-tokens-\(UUID().uuidString)"
    )
    try Data(made).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var answers = OracleRecords(
      try PythonOracle.run("tokens_oracle.py", ["verify", "--file", file.path])
    )
    for payload in payloads { #expect(answers.next() == Array(payload.utf8), Self.seed) }
    #expect(answers.isAtEnd)
  }

  @Test("claims are refused where PyJWT refuses them")
  func claims() throws {
    var records = OracleRecords(
      try PythonOracle.run("tokens_oracle.py", ["claims", "--seed", "\(PythonOracle.seed)"])
    )
    var seen: Set<String> = []
    while !records.isAtEnd {
      let fields = (0..<6).map { _ in String(decoding: records.next() ?? [], as: UTF8.self) }
      var rules = ClaimRules()
      if !fields[1].isEmpty { rules.audiences = [fields[1]] }
      if !fields[2].isEmpty { rules.issuers = [fields[2]] }
      rules.leeway = Double(fields[3]) ?? 0
      rules.required = fields[4].split(separator: ",").map(String.init)
      let verdict = Self.verdict(fields[0], rules)
      #expect(verdict == fields[5], "\(fields), \(Self.seed)")
      seen.insert(verdict)
    }
    #expect(seen.count >= 8)
  }

  /// The name of PyJWT's exception, empty for none.
  static func verdict(_ payload: String, _ rules: ClaimRules) -> String {
    do {
      try rules.check(payload.utf8.span, now: 1_700_000_000)
      return ""
    } catch {
      switch error {
      case .missing: return "MissingRequiredClaimError"
      case .expired: return "ExpiredSignatureError"
      case .immature: return "ImmatureSignatureError"
      case .malformedClaim(.issuedAt): return "InvalidIssuedAtError"
      case .malformedClaim(.expiration), .malformedClaim(.notBefore): return "DecodeError"
      case .malformedClaim(.audience), .refused(.audience): return "InvalidAudienceError"
      case .malformedClaim(.issuer), .refused(.issuer): return "InvalidIssuerError"
      case .malformedClaim(.subject), .refused(.subject): return "InvalidSubjectError"
      case .malformedClaim(.identifier): return "InvalidJTIError"
      default: return error.message
      }
    }
  }
}
