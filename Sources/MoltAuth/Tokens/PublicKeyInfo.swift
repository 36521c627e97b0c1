/// Reads and writes the algorithm of a public key.
///
/// Source: RFC 5280, section 4.1.2.7; RFC 5480; RFC 8410.
enum PublicKeyInfo {
  /// The identifiers of algorithms and curves with tag and length.
  private static let rsa: [UInt8] = [
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01,
  ]
  private static let elliptic: [UInt8] = [
    0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
  ]
  private static let ed25519: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
  private static let ed448: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x71]

  private static func curve(_ kind: SignatureKey.Kind) -> [UInt8] {
    switch kind {
    case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
    case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
    case .rsa, .ed25519, .ed448: []
    }
  }

  /// The algorithm with its parameters.
  static func algorithm(_ kind: SignatureKey.Kind) -> [UInt8] {
    switch kind {
    case .rsa: DER.sequence([rsa, [0x05, 0x00]])
    case .p256, .p384, .p521: DER.sequence([elliptic, curve(kind)])
    case .ed25519: DER.sequence([ed25519])
    case .ed448: DER.sequence([ed448])
    }
  }

  /// The public key with its algorithm.
  static func encode(_ kind: SignatureKey.Kind, _ key: [UInt8]) -> [UInt8] {
    DER.sequence([algorithm(kind), DER.bits(key)])
  }

  /// The kind of a public key; nil when it is another than tokens are signed with.
  static func kind(_ info: [UInt8]) -> SignatureKey.Kind? {
    guard let (content, _) = DER.readSequence(info[...]) else { return nil }
    let kinds: [SignatureKey.Kind] = [.rsa, .p256, .p384, .p521, .ed25519, .ed448]
    return kinds.first { content.starts(with: algorithm($0)) }
  }

  /// The modulus and the exponent of a key of RSA.
  static func rsaNumbers(_ info: [UInt8]) -> (n: ArraySlice<UInt8>, e: ArraySlice<UInt8>)? {
    guard let (content, _) = DER.readSequence(info[...]),
      let (_, rest) = DER.readSequence(content), let bits = DER.readBits(rest),
      let (numbers, _) = DER.readSequence(bits), let n = DER.readInteger(numbers),
      let e = DER.readInteger(n.rest)
    else { return nil }
    return (n.content, e.content)
  }

  /// Whether a key of RSA has none of the known weaknesses: an exponent that is even or 1, or a
  /// modulus of the generator that CVE-2017-15361 is about.
  static func isStrongRSA(_ info: [UInt8]) -> Bool {
    guard let (n, e) = rsaNumbers(info), let last = e.last, last & 1 == 1,
      e.drop(while: { $0 == 0 }).elementsEqual([1]) == false
    else { return false }
    return !isFromWeakGenerator(n)
  }

  /// Primes of that generator are powers of 65537 to every one of these moduli.
  ///
  /// Of other keys, one in
  /// more than 2^27 is.
  private static let smallPrimes: [UInt32] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
  ]

  private static func isFromWeakGenerator(_ modulus: ArraySlice<UInt8>) -> Bool {
    smallPrimes.allSatisfy { prime in
      let remainder = modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime }
      var power: UInt32 = 1
      for _ in 0..<prime {
        if power == remainder { return true }
        power = power * (65537 % prime) % prime
      }
      return false
    }
  }
}
