import MoltAuth
import MoltDigests
import MoltTestKit
import Testing

/// A generator whose numbers are known.
struct CountingGenerator: RandomNumberGenerator {
  var state: UInt64 = 0

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
  }
}

extension PasswordHasher {
  /// Whether a stored text is of a password; `#expect` takes no spans.
  func accepts(_ password: String, _ encoded: String) throws -> Bool {
    try verify(password.utf8.span, against: encoded)
  }
}

extension PasswordHashers {
  /// The same with what must be done.
  func compares(_ password: String, _ encoded: String) throws -> Verification {
    var generator = CountingGenerator()
    return try verify(password.utf8.span, against: encoded, using: &generator)
  }
}

@Suite("Password hashers")
struct PasswordHasherTests {
  /// The hashers of `passwords_oracle.py`.
  static func few() throws -> PasswordHashers {
    PasswordHashers([
      try PBKDF2Hasher(.sha256, iterations: 120), try PBKDF2Hasher(.sha1, iterations: 120),
      try Argon2Hasher(timeCost: 2, memoryCost: 96, parallelism: 3),
      try BcryptHasher(isPrehashed: false, rounds: 4),
      try BcryptHasher(isPrehashed: true, rounds: 4),
      try ScryptHasher(workFactor: 16, parallelism: 5), DigestHasher(.md5), DigestHasher(.sha1),
      UnsaltedDigestHasher(.md5), UnsaltedDigestHasher(.sha1), CryptHasher(),
    ])
  }

  @Test(
    "what Django stores is what is stored here",
    .enabled(if: DjangoOracle.isAvailable, "\(DjangoOracle.hint)")
  )
  func django() throws {
    let hashers = try Self.few()
    var records = OracleRecords(
      try PythonOracle.run("passwords_oracle.py", ["--seed", "\(PythonOracle.seed)"])
    )
    var seen: Set<String> = []
    while !records.isAtEnd {
      let passwords = (0..<2).map { _ in String(decoding: records.next() ?? [], as: UTF8.self) }
      let texts = (0..<4).map { _ in String(decoding: records.next() ?? [], as: UTF8.self) }
      let hasher = try hashers.identify(texts[1])
      let label: Comment = "\(texts[1]), seed \(PythonOracle.seed)"
      let encoded = try hasher.encode(passwords[0].utf8.span, salt: texts[0])
      #expect(encoded == texts[1], label)
      #expect(try hasher.accepts(passwords[0], texts[1]), label)
      #expect(try !hasher.accepts(passwords[1], texts[1]), label)
      let summary = try hasher.decode(texts[1]).summary
      #expect(summary.map { "\($0.name)\t\($0.value)\n" }.joined() == texts[2], label)
      #expect(try hasher.mustUpdate(texts[1]) == (texts[3] == "1"), label)
      seen.insert(hasher.algorithm)
    }
    #expect(seen.subtracting(["crypt"]).count == 7)
  }

  // The stored texts were made with Django 4.2.
  @Test(
    "old forms are identified and verified",
    arguments: [
      ("88a434c88cca4e900f7874cd98123f43", "unsalted_md5"),
      ("md5$$88a434c88cca4e900f7874cd98123f43", "unsalted_md5"),
      ("sha1$$6d138ca3ae545631b3abd71a4f076ce759c5700b", "unsalted_sha1"),
      ("md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3", "md5"),
      ("sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8", "sha1"),
    ]
  )
  func old(encoded: String, algorithm: String) throws {
    let hasher = try Self.few().identify(encoded)
    #expect(hasher.algorithm == algorithm)
    #expect(try hasher.accepts("lètmein", encoded))
    #expect(try !hasher.accepts("lètmeinz", encoded))
  }

  @Test(
    "what is malformed is refused with its offset",
    arguments: [
      ("pbkdf2_sha256$120$salt", PasswordError.malformed(offset: 22)),
      ("pbkdf2_sha256$0$salt$aaaa", .malformed(offset: 14)),
      ("pbkdf2_sha256$-1$salt$aaaa", .malformed(offset: 14)),
      ("pbkdf2_sha256$01$salt$aaaa", .malformed(offset: 14)),
      ("pbkdf2_sha256$1_0$salt$aaaa", .malformed(offset: 14)),
      ("pbkdf2_sha256$99999999999999999999$salt$aaaa", .malformed(offset: 14)),
      ("pbkdf2_sha256$999999999999$salt$aaaa", .parameter(.iterations)),
      ("pbkdf2_sha256$10$$aaaa", .invalidSalt),
      ("argon2$argon2x$v=19$m=96,t=2,p=3$c2FsdHNhbHQ$aaaa", .malformed(offset: 7)),
      ("argon2$argon2id$v=20$m=96,t=2,p=3$c2FsdHNhbHQ$aaaa", .malformed(offset: 16)),
      ("argon2$argon2id$v=19$m=96,t=2$c2FsdHNhbHQ$aaaa", .malformed(offset: 21)),
      ("argon2$argon2id$v=19$m=096,t=2,p=3$c2FsdHNhbHQ$aaaa", .malformed(offset: 21)),
      ("argon2$argon2id$v=19$m=96,t=4294967296,p=3$c2FsdHNhbHQ$a", .malformed(offset: 21)),
      ("argon2$argon2id$v=19$m=96,t=2,p=3$c2F!$aaaa", .malformed(offset: 37)),
      ("argon2$argon2id$v=19$m=4294967295,t=2,p=3$c2FsdHNhbHQ$aaaaaaaa", .parameter(.memory)),
      ("argon2$argon2id$v=19$m=96,t=99999,p=3$c2FsdHNhbHQ$aaaaaaaa", .parameter(.iterations)),
      ("argon2$argon2id$v=19$m=16,t=2,p=3$c2FsdHNhbHQ$aaaaaaaa", .parameter(.memory)),
      ("argon2$", .malformed(offset: 6)),
      ("bcrypt$$2b$04$short", .malformed(offset: 7)),
      ("bcrypt$$2z$04$97M1uj.FMy4JyvRvPsmTz.GWl3eFs8CGspo5jNxfcNq0", .malformed(offset: 7)),
      ("bcrypt$$2b$4$97M1uj.FMy4JyvRvPsmTz.GWl3eFs8CGspo5jNxfcNq0", .malformed(offset: 11)),
      ("bcrypt$$2b$99$97M1uj.FMy4JyvRvPsmTz.GWl3eFs8CGspo5jNxfcNq", .parameter(.workFactor)),
      ("bcrypt$$2b$04$97M1uj.FMy4JyvRvPsmTzzGWl3eFs8CGspo5jNxfcNq", .malformed(offset: 14)),
      ("bcrypt$$2b$21$97M1uj.FMy4JyvRvPsmTz.GWl3eFs8CGspo5jNxfcNq", .parameter(.workFactor)),
      ("scrypt$16$salt$8$5", .malformed(offset: 18)),
      ("scrypt$15$salt$8$5$aaaa", .parameter(.workFactor)),
      ("scrypt$16$salt$8$5$aa$aa", .malformed(offset: 19)),
      ("scrypt$1073741824$salt$8$5$aaaa", .parameter(.workFactor)),
      ("scrypt$2147483648$salt$1073741823$1$aaaa", .parameter(.workFactor)),
      ("scrypt$2147483648$salt$999999999999999999$1$aaaa", .parameter(.blockSize)),
      ("scrypt$16$salt$8$4096$aaaa", .parameter(.parallelism)),
      ("md5$salt", .malformed(offset: 8)),
      ("crypt$$ab1FAX.tZgCW", .malformed(offset: 7)),
      ("crypt$$ab1FAX.tZgC!U", .malformed(offset: 7)),
      ("crypt$$$6$rounds=999999999$salt$hash", .malformed(offset: 7)),
      ("crypt$ab", .malformed(offset: 8)),
      ("unknown$1$2$3", .unknownAlgorithm),
      ("", .unknownAlgorithm),
    ]
  )
  func malformed(encoded: String, error: PasswordError) throws {
    let hashers = try Self.few()
    #expect(throws: error) {
      try hashers.identify(encoded).verify("a".utf8.span, against: encoded)
    }
    #expect(!error.message.isEmpty)
  }

  @Test("every prefix of a stored text gives an answer or an error")
  func prefixes() throws {
    var generator = CountingGenerator()
    for hasher in try Self.few().hashers {
      let salt = hasher.salt(using: &generator)
      let encoded = try hasher.encode("a".utf8.span, salt: salt)
      for count in 0..<encoded.utf8.count {
        let prefix = String(encoded.prefix(count))
        #expect((try? hasher.accepts("a", prefix)) != true)
        _ = try? hasher.decode(prefix)
        _ = try? hasher.mustUpdate(prefix)
      }
    }
  }

  @Test("a new password verifies and need not be updated")
  func fresh() throws {
    var generator = CountingGenerator()
    for hasher in try Self.few().hashers {
      let hashers = PasswordHashers([hasher])
      let encoded = try hashers.encode("päss".utf8.span, using: &generator)
      let right = try hashers.compares("päss", encoded)
      #expect(right == .init(isCorrect: true, mustUpdate: false))
      let wrong = try hashers.compares("pass", encoded)
      #expect(wrong == .init(isCorrect: false, mustUpdate: false))
    }
  }

  @Test("a hash of another hasher or of other costs must be updated")
  func updates() throws {
    var generator = CountingGenerator()
    let old = PasswordHashers([
      try PBKDF2Hasher(iterations: 5), try ScryptHasher(workFactor: 16),
    ])
    let new = PasswordHashers([
      try PBKDF2Hasher(iterations: 6), try ScryptHasher(workFactor: 16),
    ])
    let encoded = try old.encode("a".utf8.span, using: &generator)
    #expect(
      try new.compares("a", encoded)
        == .init(isCorrect: true, mustUpdate: true)
    )
    #expect(
      try new.compares("b", encoded)
        == .init(isCorrect: false, mustUpdate: true)
    )
    let other = try old.hashers[1].encode("a".utf8.span, salt: "abcdefghijklmnopqrstuv")
    #expect(
      try new.compares("a", other)
        == .init(isCorrect: true, mustUpdate: true)
    )
    for unusable in ["!", "!abc", "nothing$1$2"] {
      #expect(
        try new.compares("a", unusable)
          == .init(isCorrect: false, mustUpdate: false)
      )
    }
  }

  @Test("salts that cannot be stored are refused")
  func salts() throws {
    for hasher in try Self.few().hashers.prefix(8) where hasher.algorithm != "argon2" {
      for salt in ["", "a$b"] {
        #expect(throws: PasswordError.invalidSalt) {
          try hasher.encode("a".utf8.span, salt: salt)
        }
      }
    }
    let hasher = try Argon2Hasher(timeCost: 1, memoryCost: 8, parallelism: 1)
    #expect(throws: PasswordError.invalidSalt) { try hasher.encode("a".utf8.span, salt: "short") }
  }

  @Test("crypt takes eight bytes, and none that are null")
  func crypt() throws {
    let hasher = CryptHasher()
    // Made with Django 4.2.
    #expect(try hasher.encode("lètmein".utf8.span, salt: "ab") == "crypt$$abprj99vCww4M")
    #expect(try Self.few().identify("crypt$$abprj99vCww4M").algorithm == "crypt")
    let stored = try hasher.encode("12345678".utf8.span, salt: "ab")
    #expect(try hasher.accepts("123456789", stored))
    #expect(try !hasher.accepts("1234567", stored))
    let shown = try hasher.decode(stored).summary.map(\.value)
    #expect(shown == ["crypt", "", stored.dropFirst(7).prefix(3) + "**********"])
    #expect(throws: PasswordError.nullByte) { try hasher.accepts("12\0", stored) }
    for salt in ["", "a", "abc", "a$", "ä", "a:"] {
      #expect(throws: PasswordError.invalidSalt) {
        try hasher.encode("a".utf8.span, salt: salt)
      }
    }
  }

  @Test("Django's versions have their costs")
  func versions() throws {
    let iterations = PasswordHashers.DjangoVersion.allCases.map(\.iterations)
    #expect(iterations == [600_000, 720_000, 870_000, 1_000_000, 1_200_000, 1_500_000])
    for version in PasswordHashers.DjangoVersion.allCases {
      #expect(try PasswordHashers.django(version).count == 11)
    }
  }

  @Test("the calibrator proposes what takes the time of its clock")
  func calibrator() throws {
    // A clock on which each reading is a millisecond after the last.
    nonisolated(unsafe) var time: UInt64 = 0
    let calibrator = PasswordCalibrator(target: 100_000_000) {
      time += 1_000_000
      return time
    }
    #expect(try calibrator.pbkdf2().iterations == 5_000_000)
    #expect(try calibrator.bcrypt().rounds == 12)
    let argon2 = try calibrator.argon2(memory: 1024, parallelism: 1)
    #expect(argon2.timeCost == 200 && argon2.memoryCost == 1024)
    let hurried = PasswordCalibrator(target: 1_000) {
      time += 1_000_000
      return time
    }
    #expect(try hurried.pbkdf2(minimum: 7000).iterations == 7000)
    #expect(try hurried.bcrypt(minimum: 9).rounds == 9)
    #expect(try hurried.argon2(memory: 4096, parallelism: 1).memoryCost == 1024)
    #expect(try hurried.scrypt(minimum: 16).workFactor == 16)
  }
}
