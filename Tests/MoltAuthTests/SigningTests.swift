import MoltAuth
import MoltDigests
import MoltTestKit
import Testing

@Suite("Django's signatures")
struct SigningTests {
  static let secrets = SigningSecrets("sécret", fallbacks: ["older"])
  static let now = 1_700_000_000.0

  @Test(
    "what Django signs is accepted and made here",
    .enabled(if: DjangoOracle.isAvailable, "\(DjangoOracle.hint)")
  )
  func django() throws {
    var records = OracleRecords(
      try PythonOracle.run("signing_oracle.py", ["--seed", "\(PythonOracle.seed)"])
    )
    var kinds: Set<String> = []
    while !records.isAtEnd {
      let fields = (0..<4).map { _ in String(decoding: records.next() ?? [], as: UTF8.self) }
      kinds.insert(fields[0])
      let isRight = try Self.isRight(fields[0], fields[1], fields[2], fields[3])
      #expect(isRight, "\(fields[0]), seed \(PythonOracle.seed)")
    }
    #expect(kinds.count == 10)
  }

  /// Whether a record holds both ways.
  static func isRight(
    _ kind: String,
    _ value: String,
    _ salt: String,
    _ signed: String
  ) throws -> Bool {
    switch kind {
    case "signer":
      let signer = try Signer(secrets, salt: salt)
      return try signer.sign(value) == signed && signer.unsign(signed) == value
    case "old": return try Signer(secrets, salt: salt).unsign(signed) == value
    case "sha1":
      let signer = try Signer(secrets, salt: salt, algorithm: .sha1)
      return try signer.sign(value) == signed && signer.unsign(signed) == value
    case "timestamp":
      let signer = try TimestampSigner(secrets, salt: salt)
      return try signer.sign(value, now: now) == signed
        && signer.unsign(signed, now: now + 9, maximumAge: 10) == value
    case "dumps", "compressed":
      let objects = try SignedObjects(secrets, salt: salt)
      let loaded = try objects.loads(signed, now: now)
      let made = objects.dumps(value.utf8.span, compressing: kind == "compressed", now: now)
      return loaded == Array(value.utf8) && made == signed
    case "session":
      let sessions = try SessionSigner(secrets)
      return try sessions.decode(signed, now: now) == Array(value.utf8)
        && sessions.encode(value.utf8.span, now: now) == signed
    case "auth-hash":
      let hashes = SessionAuthHash(secrets)
      return hashes.hash(storedPassword: value) == signed
        && hashes.check(signed, storedPassword: value) == .valid
    case "reset": return checkReset(value, signed)
    case "csrf":
      return CSRFToken.matches(signed, secret: value) && CSRFToken.matches(value, secret: signed)
    default: return false
    }
  }

  static func checkReset(_ value: String, _ token: String) -> Bool {
    let parts = value.split(separator: "\n", maxSplits: 1).map(String.init)
    var user = PasswordResetTokens.User(
      primaryKey: parts[0],
      storedPassword: parts[1],
      lastLogin: "2026-11-23 01:21:39",
      email: "a@b.example"
    )
    let tokens = PasswordResetTokens(secrets)
    let made = Int64(now)
    guard tokens.token(for: user, now: made) == token,
      tokens.check(token, for: user, now: made + 259_200),
      !tokens.check(token, for: user, now: made + 259_201)
    else { return false }
    user.email = "c@d.example"
    return !tokens.check(token, for: user, now: made)
  }

  @Test("a changed byte is noticed")
  func changes() throws {
    let signer = try TimestampSigner(Self.secrets)
    let signed = signer.sign("hello", now: Self.now)
    for index in signed.utf8.indices {
      var bytes = Array(signed.utf8)
      let place = signed.utf8.distance(from: signed.utf8.startIndex, to: index)
      bytes[place] ^= 1
      #expect(throws: SigningError.self) {
        try signer.unsign(String(decoding: bytes, as: UTF8.self), now: Self.now)
      }
    }
  }

  @Test("an old signature is refused")
  func ages() throws {
    let signer = try TimestampSigner(Self.secrets)
    let signed = signer.sign("hello", now: Self.now)
    #expect(throws: SigningError.expired) {
      try signer.unsign(signed, now: Self.now + 11, maximumAge: 10)
    }
    #expect(try signer.unsign(signed, now: Self.now + 10, maximumAge: 10) == "hello")
    #expect(try signer.unsign(signed, now: Self.now + 1e9) == "hello")
  }

  @Test("other salts, secrets and digests make other signatures")
  func separation() throws {
    let signed = try Signer(Self.secrets, salt: "a").sign("x")
    for other in [
      try Signer(Self.secrets, salt: "b"), try Signer(SigningSecrets("other"), salt: "a"),
      try Signer(Self.secrets, salt: "a", algorithm: .sha512),
    ] {
      #expect(throws: SigningError.mismatch) { try other.unsign(signed) }
    }
    #expect(throws: SigningError.noSeparator) { try Signer(Self.secrets).unsign("abc") }
  }

  @Test("unsafe separators are refused", arguments: ["", "a", "-", "_", "=", "A0-"])
  func separators(separator: String) {
    #expect(throws: SigningError.unsafeSeparator) {
      try Signer(Self.secrets, separator: separator)
    }
  }

  @Test("a separator may have several characters")
  func longSeparator() throws {
    let signer = try Signer(Self.secrets, separator: "::")
    #expect(try signer.unsign(signer.sign("a::b:")) == "a::b:")
  }

  @Test("what decompresses to more than the limit is refused")
  func bombs() throws {
    var objects = try SignedObjects(Self.secrets)
    let document = [UInt8](repeating: 0x20, count: 100_000)
    let signed = objects.dumps(document.span, compressing: true, now: Self.now)
    #expect(signed.utf8.count < 1000)
    #expect(try objects.loads(signed, now: Self.now) == document)
    objects.byteLimit = 99_999
    #expect(throws: SigningError.tooLarge(limit: 99_999)) {
      try objects.loads(signed, now: Self.now)
    }
  }

  @Test("signed contents that are none are malformed", arguments: ["!", ".", ".AAAA", "A"])
  func contents(text: String) throws {
    let signer = try TimestampSigner(Self.secrets, salt: SignedObjects.defaultSalt)
    let signed = signer.sign(text, now: Self.now)
    #expect(throws: SigningError.malformed) {
      try SignedObjects(Self.secrets).loads(signed, now: Self.now)
    }
  }

  @Test("cookies are read in both derivations")
  func cookies() throws {
    let cookies = SignedCookies(Self.secrets)
    for derivation in [SignedCookies.Derivation.concatenated, .lengthPrefixed] {
      let signed = try cookies.sign(
        "v",
        name: "n",
        salt: "s",
        derivation: derivation,
        now: Self.now
      )
      #expect(
        try cookies.unsign(
          signed,
          name: "n",
          salt: "s",
          derivations: [.lengthPrefixed, .concatenated],
          now: Self.now
        ) == "v"
      )
      #expect(throws: SigningError.mismatch) {
        try cookies.unsign(
          signed,
          name: "m",
          salt: "s",
          derivations: [derivation],
          now: Self.now
        )
      }
    }
  }

  @Test("a fallback secret is known as one")
  func fallbacks() {
    let old = SessionAuthHash(SigningSecrets("older")).hash(storedPassword: "x")
    #expect(SessionAuthHash(Self.secrets).check(old, storedPassword: "x") == .validWithFallback)
    #expect(SessionAuthHash(Self.secrets).check(old, storedPassword: "y") == .invalid)
  }

  @Test("CSRF tokens of other secrets or forms do not match")
  func csrf() throws {
    var generator = CountingGenerator()
    let secret = CSRFToken.secret(using: &generator)
    let token = try #require(CSRFToken.mask(secret, using: &generator))
    #expect(token.utf8.count == 64 && CSRFToken.matches(token, secret: secret))
    let other = CSRFToken.secret(using: &generator)
    #expect(!CSRFToken.matches(token, secret: other))
    for wrong in ["", "a", String(token.dropLast()), String(token.dropLast()) + "!", token + "a"] {
      #expect(!CSRFToken.matches(wrong, secret: secret))
      #expect(!CSRFToken.matches(token, secret: wrong))
    }
    #expect(CSRFToken.mask("short", using: &generator) == nil)
  }

  @Test(
    "reset tokens of no form are refused",
    arguments: ["", "-", "a", "a-b-c", "zzzzzzzzzzzzzz-a", "-1-a", "0001-a", "+1-a"]
  )
  func resets(token: String) {
    let user = PasswordResetTokens.User(
      primaryKey: "1",
      storedPassword: "x",
      lastLogin: "",
      email: ""
    )
    #expect(!PasswordResetTokens(Self.secrets).check(token, for: user, now: 1))
  }
}
