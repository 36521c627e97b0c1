internal import MoltPostgresWire

/// The hash of a certificate that a login is bound to.
///
///     30 82 ..              Certificate, a sequence of
///        30 82 ..             what is signed
///        30 0D                the algorithm of the signature, a sequence of
///           06 09 2A 86 48 86 F7 0D 01 01 0B    its name: SHA-256 with RSA
///
/// Source: RFC 5929, section 4.1; RFC 5280, section 4.1.
enum CertificateHash {
  /// The algorithms whose hash is SHA-256, or is replaced by it: MD5 and SHA-1 with RSA, SHA-256 with
  /// RSA, SHA-1 and SHA-256 with ECDSA.
  private static let algorithms: [[UInt8]] = [
    [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x04],
    [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05],
    [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B],
    [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01],
    [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02],
  ]

  /// The hash of a certificate; nil for an algorithm with another hash, which gives no binding.
  static func endPoint(_ certificate: [UInt8]) -> [UInt8]? {
    guard let name = algorithm(of: certificate), algorithms.contains(name) else { return nil }
    return Digests.sha256(certificate)
  }

  private static func algorithm(of certificate: [UInt8]) -> [UInt8]? {
    guard let outer = element(certificate[...], tag: 0x30),
      let signed = element(outer.content, tag: 0x30),
      let algorithm = element(outer.content[signed.end...], tag: 0x30),
      let name = element(algorithm.content, tag: 0x06)
    else { return nil }
    return Array(name.content)
  }

  /// The element that some bytes begin with.
  private static func element(
    _ bytes: ArraySlice<UInt8>,
    tag: UInt8
  ) -> (content: ArraySlice<UInt8>, end: Int)? {
    guard bytes.count >= 2, bytes[bytes.startIndex] == tag else { return nil }
    var offset = bytes.startIndex + 2
    var length = Int(bytes[bytes.startIndex + 1])
    if length >= 0x80 {
      let count = length - 0x80
      guard (1...4).contains(count), bytes.endIndex - offset >= count else { return nil }
      length = bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
      offset += count
    }
    guard length <= bytes.endIndex - offset else { return nil }
    return (bytes[offset..<offset + length], offset + length)
  }
}
