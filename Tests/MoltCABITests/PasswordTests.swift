import CMolt
import MoltCABI
import MoltErrors
import Testing

@Suite("Passwords through C")
struct PasswordTests {
  static func encode(
    _ algorithm: String,
    _ costs: [UInt64],
    _ salt: String,
    capacity: Int = 512
  ) -> (code: Int32, text: String) {
    var buffer = [CChar](repeating: 1, count: capacity)
    var error = molt_error()
    let password = Array("pässword".utf8)
    let code = molt_password_encode(
      algorithm,
      costs,
      password,
      password.count,
      Array(salt.utf8),
      salt.utf8.count,
      &buffer,
      capacity,
      &error
    )
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return (code, code == 0 ? String(decoding: bytes, as: UTF8.self) : "")
  }

  static func verify(_ password: String, _ encoded: String) -> (code: Int32, isCorrect: Int32) {
    var isCorrect: Int32 = -1
    var error = molt_error()
    let code = molt_password_verify(
      Array(password.utf8),
      password.utf8.count,
      Array(encoded.utf8),
      encoded.utf8.count,
      &isCorrect,
      &error
    )
    return (code, isCorrect)
  }

  @Test(
    "every algorithm makes what it verifies",
    arguments: [
      ("pbkdf2_sha256", [10, 0, 0], "salt"), ("pbkdf2_sha1", [10, 0, 0], "salt"),
      ("argon2", [1, 64, 2], "saltsalt"), ("scrypt", [16, 8, 3], "salt"),
      ("bcrypt_sha256", [0, 0, 0], "$2b$04$abcdefghijklmnopqrstuu"),
      ("bcrypt", [0, 0, 0], "$2b$04$abcdefghijklmnopqrstuu"), ("md5", [0, 0, 0], "salt"),
      ("sha1", [0, 0, 0], "salt"),
    ] as [(String, [UInt64], String)]
  )
  func roundTrip(algorithm: String, costs: [UInt64], salt: String) {
    let encoded = Self.encode(algorithm, costs, salt)
    #expect(encoded.code == 0 && encoded.text.hasPrefix(algorithm + "$"))
    #expect(Self.verify("pässword", encoded.text) == (0, 1))
    #expect(Self.verify("password", encoded.text) == (0, 0))
  }

  @Test("what cannot be is an error with its code")
  func errors() {
    #expect(Self.encode("other", [1, 1, 1], "salt").code == ErrorCode.unsupported.rawValue)
    #expect(
      Self.encode("pbkdf2_sha256", [0, 0, 0], "salt").code == ErrorCode.invalidInput.rawValue
    )
    #expect(
      Self.encode("scrypt", [.max, .max, .max], "salt").code == ErrorCode.invalidInput.rawValue
    )
    #expect(Self.encode("md5", [0, 0, 0], "a$b").code == ErrorCode.invalidInput.rawValue)
    #expect(
      Self.encode("md5", [0, 0, 0], "salt", capacity: 10).code == ErrorCode.tooLarge.rawValue
    )
    #expect(Self.verify("a", "other$1").code == ErrorCode.unsupported.rawValue)
    #expect(Self.verify("a", "md5$1") == (ErrorCode.invalidInput.rawValue, -1))
    #expect(Self.verify("a", "").code == ErrorCode.unsupported.rawValue)
  }
}
