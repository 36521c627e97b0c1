import MoltAuth
import MoltDigests
import MoltTestKit
import Testing

@Suite("Password functions beside Python's packages")
struct PasswordFunctionTests {
  /// One record of `password_functions_oracle.py`.
  struct Record {
    let name: String
    let numbers: [Int]
    let password: [UInt8]
    let salt: [UInt8]
    let hash: [UInt8]

    init(_ records: inout OracleRecords) {
      let fields = (0..<5).map { _ in records.next() ?? [] }
      name = String(decoding: fields[0], as: UTF8.self)
      numbers = String(decoding: fields[1], as: UTF8.self)
        .split(separator: " ").compactMap { Int($0) }
      password = fields[2]
      salt = fields[3]
      hash = fields[4]
    }

    func argon2(_ features: ProcessorFeatures) throws -> [UInt8] {
      let argon2 = try Argon2(
        try #require(Argon2.Variant(rawValue: UInt32(numbers[0]))),
        version: try #require(Argon2.Version(rawValue: UInt32(numbers[1]))),
        iterations: UInt32(numbers[2]),
        memory: UInt32(numbers[3]),
        parallelism: UInt32(numbers[4]),
        features: features
      )
      return try argon2.hash(password: password.span, salt: salt.span, byteCount: hash.count)
    }

    func scrypt(_ features: ProcessorFeatures) throws -> [UInt8] {
      let scrypt = try Scrypt(
        workFactor: numbers[0],
        blockSize: numbers[1],
        parallelism: numbers[2],
        features: features
      )
      return try scrypt.hash(password: password.span, salt: salt.span, byteCount: hash.count)
    }

    /// As the package bcrypt writes it.
    func bcrypt() throws -> [UInt8] {
      let hasher = try BcryptHasher(isPrehashed: false, rounds: numbers[0])
      let setting = String(decoding: salt, as: UTF8.self)
      return Array(try hasher.encode(password.span, salt: setting).utf8.dropFirst(7))
    }
  }

  @Test(
    "any bytes are hashed as argon2-cffi, hashlib and bcrypt hash them",
    .enabled(if: DjangoOracle.isAvailable, "\(DjangoOracle.hint)")
  )
  func packages() throws {
    let seed = PythonOracle.seed
    var records = OracleRecords(
      try PythonOracle.run("password_functions_oracle.py", ["--seed", "\(seed)"])
    )
    var counts: [String: Int] = [:]
    while !records.isAtEnd {
      let record = Record(&records)
      let label: Comment =
        "\(record.name) \(record.numbers), \(record.password.count) bytes, seed \(seed)"
      for features in everyFeatures {
        switch record.name {
        case "argon2": #expect(try record.argon2(features) == record.hash, label)
        case "scrypt": #expect(try record.scrypt(features) == record.hash, label)
        default: #expect(try record.bcrypt() == record.hash, label)
        }
      }
      counts[record.name, default: 0] += 1
    }
    #expect(counts == ["argon2": 60, "scrypt": 60, "bcrypt": 60])
  }
}
