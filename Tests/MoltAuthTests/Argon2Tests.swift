import Foundation
import MoltAuth
import MoltDigests
import MoltTestKit
import Testing

/// All instructions of the processor, then fewer, then the portable ones.
let everyFeatures: [ProcessorFeatures] = [
  .available, ProcessorFeatures.available.subtracting(.avx512), [],
]

@Suite("Argon2")
struct Argon2Tests {
  /// The tag at the end of a file of known answers.
  static func knownTag(_ name: String) throws -> [UInt8] {
    let folder = try #require(Suites.folder("auth/argon2/kats"))
    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").last { $0.hasPrefix("Tag: ") })
    return Wycheproof.bytes(String(line.dropFirst(5)))
  }

  @Test(
    "the known answers of the reference implementation hold",
    .enabled(if: Suites.folder("auth/argon2/kats") != nil, "\(Suites.hint)"),
    arguments: Argon2.Variant.allCases,
    Argon2.Version.allCases
  )
  func knownAnswers(variant: Argon2.Variant, version: Argon2.Version) throws {
    let expected = try Self.knownTag(variant.name + (version == .v10 ? "_v16" : ""))
    for features in everyFeatures {
      let argon2 = try Argon2(
        variant,
        version: version,
        iterations: 3,
        memory: 32,
        parallelism: 4,
        features: features
      )
      let tag = try argon2.hash(
        password: [UInt8](repeating: 1, count: 32).span,
        salt: [UInt8](repeating: 2, count: 16).span,
        secret: [UInt8](repeating: 3, count: 8).span,
        associatedData: [UInt8](repeating: 4, count: 12).span,
        byteCount: 32
      )
      #expect(tag == expected)
    }
  }

  @Test("the tag of RFC 9106, section 5.3, holds")
  func specification() throws {
    let argon2 = try Argon2(.id, iterations: 3, memory: 32, parallelism: 4)
    let tag = try argon2.hash(
      password: [UInt8](repeating: 1, count: 32).span,
      salt: [UInt8](repeating: 2, count: 16).span,
      secret: [UInt8](repeating: 3, count: 8).span,
      associatedData: [UInt8](repeating: 4, count: 12).span,
      byteCount: 32
    )
    #expect(
      Hexadecimal.text(tag.span)
        == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    )
  }

  @Test(
    "all instructions give the same hash",
    arguments: [(1, 8, 1), (2, 64, 1), (3, 100, 3), (1, 1000, 7), (4, 517, 2)]
      as [(UInt32, UInt32, UInt32)]
  )
  func features(iterations: UInt32, memory: UInt32, parallelism: UInt32) throws {
    for variant in Argon2.Variant.allCases {
      let tags = try everyFeatures.map { features in
        try Argon2(
          variant,
          version: .v13,
          iterations: iterations,
          memory: memory,
          parallelism: parallelism,
          features: features
        ).hash(password: "password".utf8.span, salt: "somesalt".utf8.span, byteCount: 80)
      }
      #expect(Set(tags).count == 1)
    }
  }

  @Test("parameters out of range are refused")
  func parameters() throws {
    #expect(throws: PasswordError.parameter(.iterations)) {
      try Argon2(.id, iterations: 0, memory: 8, parallelism: 1)
    }
    #expect(throws: PasswordError.parameter(.memory)) {
      try Argon2(.id, iterations: 1, memory: 31, parallelism: 4)
    }
    for parallelism: UInt32 in [0, 1 << 24] {
      #expect(throws: PasswordError.parameter(.parallelism)) {
        try Argon2(.id, iterations: 1, memory: .max, parallelism: parallelism)
      }
    }
    let argon2 = try Argon2(.id, iterations: 1, memory: 8, parallelism: 1)
    #expect(throws: PasswordError.invalidSalt) {
      try argon2.hash(password: "".utf8.span, salt: "1234567".utf8.span, byteCount: 32)
    }
    #expect(throws: PasswordError.parameter(.hashByteCount)) {
      try argon2.hash(password: "".utf8.span, salt: "12345678".utf8.span, byteCount: 3)
    }
  }
}
