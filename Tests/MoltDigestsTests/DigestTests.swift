import MoltDigests
import MoltTestKit
import Testing

/// With all instructions of the processor, and with none but the portable ones.
let everyFeatures: [ProcessorFeatures] = [.available, []]

@Suite("Digests")
struct DigestTests {
  @Test(
    "abc has the digests of the specifications",
    arguments: [
      (DigestAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72"),
      (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        .sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
          + "8086072ba1e7cc2358baeca134c825a7"
      ),
      (
        .sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
      ),
    ]
  )
  func abc(algorithm: DigestAlgorithm, expected: String) {
    for features in everyFeatures {
      var digest = Digest(algorithm, features: features)
      digest.update("abc".utf8.span)
      #expect(digest.finish().hexadecimal == expected)
    }
  }

  @Test("a message in two pieces has the digest of the whole", arguments: DigestAlgorithm.allCases)
  func pieces(algorithm: DigestAlgorithm) {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let whole = Digest.hash(algorithm, message.span).bytes
    for cut in 0...message.count {
      var digest = Digest(algorithm, features: cut % 2 == 0 ? .available : [])
      digest.update(Array(message[..<cut]).span)
      digest.update(Array(message[cut...]).span)
      #expect(digest.finish().bytes == whole)
    }
  }

  @Test("a copy goes on by itself")
  func copies() {
    var first = Digest(.sha256)
    first.update("ab".utf8.span)
    var second = first
    first.update("c".utf8.span)
    second.update("d".utf8.span)
    #expect(first.finish().bytes == Digest.hash(.sha256, "abc".utf8.span).bytes)
    #expect(second.finish().bytes == Digest.hash(.sha256, "abd".utf8.span).bytes)
  }

  @Test("equal is equal, and one bit is a difference")
  func comparison() {
    let value = Digest.hash(.sha512, "abc".utf8.span)
    let (isSame, isShorter) = (
      value.equals(value.span), value.equals(value.span.extracting(0..<63))
    )
    #expect(isSame && !isShorter)
    for index in 0..<64 {
      var other = value.bytes
      other[index] ^= 0x80
      let isEqual = value.equals(other.span)
      #expect(!isEqual)
    }
    #expect(ConstantTime.equal("", ""))
    #expect(ConstantTime.equal("grün", "grün"))
    #expect(!ConstantTime.equal("a", "b"))
    #expect(!ConstantTime.equal("a", "ab"))
  }

  @Test(
    "digests, HMAC and PBKDF2 of generated inputs are those of Python",
    .enabled(if: PythonOracle.interpreter != nil, "\(PythonOracle.hint)")
  )
  func python() throws {
    var records = OracleRecords(
      try PythonOracle.run("digests_oracle.py", ["--seed", "\(PythonOracle.seed)"])
    )
    var count = 0
    while !records.isAtEnd {
      let name = String(decoding: records.next() ?? [], as: UTF8.self)
      let iterations = Int(String(decoding: records.next() ?? [], as: UTF8.self)) ?? 0
      let (key, message) = (records.next() ?? [], records.next() ?? [])
      let expected = (digest: records.next() ?? [], hmac: records.next() ?? [])
      let derived = records.next() ?? []
      let algorithm = try #require(DigestAlgorithm.allCases.first { "\($0)" == name })
      for features in everyFeatures {
        let label: Comment = "\(name), \(message.count) bytes, seed \(PythonOracle.seed)"
        var digest = Digest(algorithm, features: features)
        digest.update(message.span)
        #expect(digest.finish().bytes == expected.digest, label)
        let keyed = HMAC(algorithm, key: key.span, features: features)
        #expect(keyed.authenticating(message.span).bytes == expected.hmac, label)
        let key = PBKDF2(algorithm, iterations: iterations, features: features)
          .derive(password: key.span, salt: message.span, byteCount: derived.count)
        #expect(key == derived, label)
      }
      count += 1
    }
    #expect(count >= 500)
  }
}
