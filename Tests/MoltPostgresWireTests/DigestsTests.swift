import MoltPostgresWire
import Testing

@Suite("Digests")
struct DigestsTests {
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  // Made with Python's hashlib and hmac; of SHA-256 and HMAC the first half is compared.
  @Test(
    "digests of messages around the borders of a block are those of Python",
    arguments: [
      (
        0, "e3b0c44298fc1c149afbf4c8996fb924", "d41d8cd98f00b204e9800998ecf8427e",
        "b613679a0814d9ec772f95d778c35fc5"
      ),
      (
        1, "4bf5122f344554c53bde2ebb8cd2b7e3", "55a54008ad1ba589aa210d2629c1df41",
        "00428c350bfa16e2290663af38cfba0f"
      ),
      (
        55, "81afe5b788dc2ce138ff83d9b20164db", "f1289732253518750e22b62a571a1748",
        "5415661072d46fb3fc22a45f0c66578a"
      ),
      (
        56, "2aba54f0ac632420a2b502431408866e", "179e3b9fa272a23e2a8b32bde1015414",
        "d5dacedffd6d255a26cff76c004c4996"
      ),
      (
        57, "903284efbf9100e8ba1614ec65eacaca", "d5f0a59aa9d6d8164d3754fb91f67809",
        "10052199de4102f87189ce4661aebde5"
      ),
      (
        63, "733d3d4ee79ee67145bf73da13588f6f", "dd785945d1d6b87eca0d276dbb8756fd",
        "e184a05c0de84cfe725be170ee8b6fb9"
      ),
      (
        64, "79322907b3e9d013d7dc2c2f256674db", "e3ab394ce4eb7da020a27d2e2443143c",
        "f246d45b8d667f4ecf1b41a56a1761a1"
      ),
      (
        65, "d85c007c6eb440f085afa2b84f6f2bce", "28a6b0f918d9aea03e979a1657d8d0f6",
        "152a328981621437bca587d62f2cbdac"
      ),
      (
        119, "6c87eedf096b345de205b702e5223b73", "d49720530a386a3191eac0dc840dd1bd",
        "eaad46d24f5704972b5e9d586ff19555"
      ),
      (
        120, "42500cf6a1e3936d6b9e0bcfe296d654", "8a440004b569286a42c722295ce1c5a6",
        "8c0ca757f8e31a081d2e7799f8c0b99b"
      ),
      (
        127, "68f6ff710276900c0ffbbc57426f67e0", "36d03458e8a745e61afcf02257826e12",
        "deb3befe1869b5c3c489d75066e2cfd6"
      ),
      (
        128, "489d55fea9a73af36b6dd0be7b4117d8", "52cc29caecfd9380a2261a80c58e6787",
        "2381d99eb5660ef833f214bf074edcd8"
      ),
      (
        200, "8e3f3819b4f1b1f71c011c6b854c4360", "b0983ae447d393f829763d5b1a27d8f1",
        "0aeaf50f88024685ec1bc8cfb8bff7f3"
      ),
    ]
  )
  func digests(byteCount: Int, sha256: String, md5: String, hmac: String) {
    let message = (0..<byteCount).map { UInt8(truncatingIfNeeded: 7 * $0 + byteCount) }
    #expect(Self.hexadecimal(Digests.sha256(message)).prefix(32) == sha256)
    #expect(Digests.sha256(message).count == 32)
    #expect(Self.hexadecimal(Digests.md5(message)) == md5)
    #expect(Self.hexadecimal(Digests.hmacSHA256(key: message, message)).prefix(32) == hmac)
  }

  @Test("a password longer than a block is salted as by Python")
  func salted() {
    let password = [UInt8](repeating: UInt8(ascii: "p"), count: 70)
    let salted = Digests.saltedPassword(password, salt: Array("salt".utf8), iterations: 4096)
    #expect(
      Self.hexadecimal(salted)
        == "8adabed155e6aca4634e534a19f4b519934de1b760ae898f7dd985ab8a6c5755"
    )
  }
}
