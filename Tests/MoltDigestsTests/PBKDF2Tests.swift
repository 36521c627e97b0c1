import MoltDigests
import MoltTestKit
import Testing

@Suite("PBKDF2")
struct PBKDF2Tests {
  @Test(
    "the vectors of RFC 6070 hold",
    arguments: [
      ("password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
      ("password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
      ("password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),
      (
        "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096,
        "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"
      ),
      ("pass\0word", "sa\0lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"),
    ]
  )
  func rfc6070(password: String, salt: String, iterations: Int, expected: String) {
    for features in everyFeatures {
      let key = PBKDF2(.sha1, iterations: iterations, features: features)
        .derive(
          password: password.utf8.span,
          salt: salt.utf8.span,
          byteCount: expected.utf8.count / 2
        )
      #expect(Hexadecimal.text(key.span) == expected)
    }
  }

  @Test("several keys at once are those of one after the other", arguments: [1, 2, 3, 5])
  func several(count: Int) {
    for algorithm in [DigestAlgorithm.sha1, .sha256, .sha512] {
      let function = PBKDF2(algorithm, iterations: 37)
      let requests = (0..<count).map {
        PBKDF2.Request(
          password: Array("password \($0)".utf8),
          salt: Array("salt \($0)".utf8),
          byteCount: 20 + 13 * $0
        )
      }
      let each = requests.map {
        function.derive(password: $0.password.span, salt: $0.salt.span, byteCount: $0.byteCount)
      }
      #expect(function.derive(requests) == each)
    }
  }

  @Test("no bytes are an empty key")
  func empty() {
    let key = PBKDF2(.sha256, iterations: 3).derive(
      password: "".utf8.span,
      salt: "".utf8.span,
      byteCount: 0
    )
    #expect(key == [])
  }

  @Test(
    "the cases of Wycheproof hold",
    .enabled(if: Suites.folder("auth/wycheproof") != nil, "\(Suites.hint)"),
    arguments: [
      (DigestAlgorithm.sha1, "pbkdf2_hmacsha1"), (.sha256, "pbkdf2_hmacsha256"),
      (.sha512, "pbkdf2_hmacsha512"),
    ]
  )
  func wycheproof(algorithm: DigestAlgorithm, file: String) {
    let cases = Wycheproof.cases(file)
    #expect(cases.count > 20)
    for vector in cases {
      let expected = vector.bytes("dk")
      let key = PBKDF2(algorithm, iterations: vector.number("iterationCount"))
        .derive(
          password: vector.bytes("password").span,
          salt: vector.bytes("salt").span,
          byteCount: vector.number("dkLen")
        )
      #expect((key == expected) == (vector.verdict == .valid), "\(vector)")
    }
  }
}

@Suite("HMAC")
struct HMACTests {
  @Test(
    "the cases of Wycheproof hold",
    .enabled(if: Suites.folder("auth/wycheproof") != nil, "\(Suites.hint)"),
    arguments: [
      (DigestAlgorithm.sha256, "hmac_sha256"), (.sha384, "hmac_sha384"),
      (.sha512, "hmac_sha512"),
    ]
  )
  func wycheproof(algorithm: DigestAlgorithm, file: String) {
    let cases = Wycheproof.cases(file)
    #expect(cases.count > 100)
    for vector in cases {
      let tag = HMAC.authenticate(
        algorithm,
        key: vector.bytes("key").span,
        vector.bytes("msg").span
      )
      let shown = tag.span.extracting(0..<(vector.number("tagSize") / 8))
      let isEqual = ConstantTime.equal(shown, vector.bytes("tag").span)
      #expect(isEqual == (vector.verdict == .valid), "\(vector)")
    }
  }
}
