internal import Crypto

/// The digests that authentication needs, and the only place that knows the package they come from.
///
/// Keys and messages are arrays: they are short and live for one login.
enum Digests {
  /// SHA-256 of `message`: 32 bytes.
  static func sha256(_ message: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: message)) }

  /// MD5 of `message`: 16 bytes.
  static func md5(_ message: [UInt8]) -> [UInt8] { Array(Insecure.MD5.hash(data: message)) }

  /// HMAC-SHA-256 of `message`: 32 bytes.
  ///
  /// Source: RFC 2104.
  static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
  }

  /// The salted password: PBKDF2 with HMAC-SHA-256 and one block of output.
  ///
  /// - Complexity: O(`iterations`)
  ///
  /// Source: RFC 5802, section 2.2, `Hi`.
  static func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
    let key = SymmetricKey(data: password)
    var round = Array(HMAC<SHA256>.authenticationCode(for: salt + [0, 0, 0, 1], using: key))
    var result = round
    for _ in 1..<max(iterations, 1) {
      round = Array(HMAC<SHA256>.authenticationCode(for: round, using: key))
      for index in result.indices { result[index] ^= round[index] }
    }
    return result
  }
}
