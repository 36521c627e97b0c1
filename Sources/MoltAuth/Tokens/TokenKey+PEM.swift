internal import CMoltCrypto
internal import MoltDigests

extension TokenKey {
  /// A key in PEM.
  ///
  /// PKCS#8, PKCS#1 or SEC 1 for private keys, SubjectPublicKeyInfo, PKCS#1 or a certificate for
  /// public ones. The first such part of the text counts.
  ///
  /// - Throws: ``TokenError/malformedKey``, ``TokenError/unsupportedKey``, ``TokenError/weakKey``,
  ///   ``TokenError/unavailable``.
  public init(
    pem: String,
    keyID: String? = nil,
    limits: TokenLimits = TokenLimits()
  ) throws(TokenError) {
    guard pem.utf8.count <= limits.keyByteCount else {
      throw .tooLarge(limit: limits.keyByteCount)
    }
    let form: molt_key_form
    var der: [UInt8]
    (form, der) = try KeyText.part(pem)
    defer { wipe(&der) }
    self.init(.signature(try SignatureKey(form, der, limits)))
    self.keyID = keyID
  }
}

/// The textual form of keys.
///
/// Source: RFC 7468.
enum KeyText {
  private static let forms: [(label: String, form: molt_key_form)] = [
    ("PRIVATE KEY", MOLT_KEY_PKCS8), ("RSA PRIVATE KEY", MOLT_KEY_RSA_PRIVATE),
    ("EC PRIVATE KEY", MOLT_KEY_EC_PRIVATE), ("PUBLIC KEY", MOLT_KEY_PUBLIC),
    ("RSA PUBLIC KEY", MOLT_KEY_RSA_PUBLIC), ("CERTIFICATE", MOLT_KEY_CERTIFICATE),
  ]

  /// Whether bytes are the text of a key for signatures, which must not become a shared secret.
  static func isKey(_ bytes: [UInt8]) -> Bool {
    let marks = ["-----BEGIN ", "---- BEGIN SSH2 ", "ssh-", "ecdsa-sha2-"].map { Array($0.utf8) }
    return marks[0...1].contains { find($0, in: bytes, from: 0) != nil }
      || marks[2...3].contains { bytes.starts(with: $0) }
  }

  /// The first part that is a key, as DER.
  static func part(_ text: String) throws(TokenError) -> (molt_key_form, [UInt8]) {
    var bytes = Array(text.utf8)
    defer { wipe(&bytes) }
    let (begin, dashes) = (Array("-----BEGIN ".utf8), Array("-----".utf8))
    var offset = 0
    while let start = find(begin, in: bytes, from: offset) {
      let labelStart = start + begin.count
      guard let labelEnd = find(dashes, in: bytes, from: labelStart) else { break }
      let label = String(decoding: bytes[labelStart..<labelEnd], as: UTF8.self)
      let end = Array("-----END \(label)-----".utf8)
      guard let bodyEnd = find(end, in: bytes, from: labelEnd + 5) else { break }
      if label == "ENCRYPTED PRIVATE KEY" || label == "OPENSSH PRIVATE KEY" {
        throw .unsupportedKey
      }
      if let form = forms.first(where: { $0.label == label })?.form {
        return (form, try decode(bytes[(labelEnd + 5)..<bodyEnd]))
      }
      offset = bodyEnd + end.count
    }
    throw .malformedKey
  }

  private static func decode(_ body: ArraySlice<UInt8>) throws(TokenError) -> [UInt8] {
    // Encrypted keys of the old form have header lines in front.
    guard !body.contains(UInt8(ascii: ":")) else { throw .unsupportedKey }
    var digits = body.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    defer { wipe(&digits) }
    do {
      return try Base64.standard.decode(digits.span)
    } catch {
      throw .malformedKey
    }
  }

  private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count - start >= pattern.count else { return nil }
    return (start...(bytes.count - pattern.count)).first { place in
      bytes[place] == pattern[0] && bytes[place..<(place + pattern.count)] == pattern[...]
    }
  }
}
