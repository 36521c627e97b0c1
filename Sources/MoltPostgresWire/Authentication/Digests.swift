internal import MoltDigests

/// The digests that authentication needs, over arrays: keys and messages are short and live for one
/// login.
package enum Digests {
  /// SHA-256 of `message`: 32 bytes.
  package static func sha256(_ message: [UInt8]) -> [UInt8] {
    Digest.hash(.sha256, message.span).bytes
  }

  /// MD5 of `message`: 16 bytes.
  package static func md5(_ message: [UInt8]) -> [UInt8] { Digest.hash(.md5, message.span).bytes }

  /// HMAC-SHA-256 of `message`: 32 bytes.
  package static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    HMAC.authenticate(.sha256, key: key.span, message.span).bytes
  }

  /// The salted password: PBKDF2 with HMAC-SHA-256 and one block of output.
  ///
  /// - Complexity: O(`iterations`)
  ///
  /// Source: RFC 5802, section 2.2, `Hi`.
  package static func saltedPassword(
    _ password: [UInt8],
    salt: [UInt8],
    iterations: Int
  ) -> [UInt8] {
    PBKDF2(.sha256, iterations: max(iterations, 1))
      .derive(password: password.span, salt: salt.span, byteCount: 32)
  }

  /// The Base64 of `bytes`, with padding.
  static func base64(_ bytes: [UInt8]) -> [UInt8] { Base64.standard.encode(bytes.span) }

  /// The bytes of `text`; nil for anything that ``base64(_:)`` would not have written.
  static func bytes(base64 text: some Collection<UInt8>) -> [UInt8]? {
    try? Base64.standard.decode(Array(text).span)
  }
}
