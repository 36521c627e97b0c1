import MoltAuth
import MoltDigests
import Testing

@Suite("scrypt")
struct ScryptTests {
  @Test(
    "the vectors of RFC 7914 hold",
    arguments: [
      (
        "", "", 16, 1, 1,
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
          + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
      ),
      (
        "password", "NaCl", 1024, 8, 16,
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
          + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
      ),
      (
        "pleaseletmein", "SodiumChloride", 16384, 8, 1,
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
          + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
      ),
    ]
  )
  func vectors(password: String, salt: String, n: Int, r: Int, p: Int, expected: String) throws {
    for features in everyFeatures {
      let scrypt = try Scrypt(workFactor: n, blockSize: r, parallelism: p, features: features)
      let hash = try scrypt.hash(
        password: password.utf8.span,
        salt: salt.utf8.span,
        byteCount: 64
      )
      #expect(Hexadecimal.text(hash.span) == expected)
    }
  }

  @Test("lanes at once give what one after the other gives", arguments: 1...9)
  func lanes(parallelism: Int) throws {
    let hashes = try everyFeatures.map { features in
      try Scrypt(workFactor: 8, blockSize: 3, parallelism: parallelism, features: features)
        .hash(password: "a".utf8.span, salt: "b".utf8.span, byteCount: 33)
    }
    #expect(Set(hashes).count == 1)
  }

  @Test(
    "parameters out of range are refused",
    arguments: [
      (0, 8, 1, PasswordError.parameter(.workFactor)), (1, 8, 1, .parameter(.workFactor)),
      (3, 8, 1, .parameter(.workFactor)), (1 << 16, 1, 1, .parameter(.workFactor)),
      (16, 0, 1, .parameter(.blockSize)), (16, 8, 0, .parameter(.parallelism)),
      (16, 1 << 20, 1 << 20, .parameter(.parallelism)), (-16, 8, 1, .parameter(.workFactor)),
    ]
  )
  func parameters(n: Int, r: Int, p: Int, error: PasswordError) {
    #expect(throws: error) { try Scrypt(workFactor: n, blockSize: r, parallelism: p) }
  }
}

@Suite("bcrypt")
struct BcryptTests {
  // Made with the package bcrypt 5.0 of Python.
  @Test(
    "hashes are those of the reference",
    arguments: [
      ("a\0b", "$2b$04$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32"),
      (
        String(repeating: "a", count: 72),
        "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe"
      ),
      (
        String(repeating: "a", count: 100),
        "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe"
      ),
      ("a", "$2y$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC"),
      ("a", "$2a$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC"),
      ("hello", "$2b$12$abcdefghijklmnopqrstuuW3FogT0WLDxqwgLK23cI..2q07im5LG"),
    ]
  )
  func vectors(password: String, encoded: String) throws {
    let hasher = try BcryptHasher(isPrehashed: false, rounds: 4)
    let made = try hasher.encode(password.utf8.span, salt: String(encoded.prefix(29)))
    #expect(made == "bcrypt$" + encoded)
    #expect(try hasher.accepts(password, made))
    #expect(try !hasher.accepts("other", made))
  }

  @Test("a cost out of range is refused", arguments: [3, 32, -1])
  func costs(cost: Int) {
    #expect(throws: PasswordError.parameter(.workFactor)) { try Bcrypt(cost: cost) }
  }

  @Test("a salt has sixteen bytes")
  func salts() throws {
    let bcrypt = try Bcrypt(cost: 4)
    #expect(throws: PasswordError.invalidSalt) {
      try bcrypt.hash(password: "a".utf8.span, salt: "short".utf8.span)
    }
  }
}
