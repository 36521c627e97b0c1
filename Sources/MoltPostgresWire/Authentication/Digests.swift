/// The digests that authentication needs.
///
/// Keys and messages are arrays: they are short and live for one login. They are written here, in 150
/// lines, because the packages that offer them bring ten megabytes into a library that is linked as
/// one file.
package enum Digests {
  /// SHA-256 of `message`: 32 bytes.
  package static func sha256(_ message: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    return hash.finish(message)
  }

  /// MD5 of `message`: 16 bytes.
  package static func md5(_ message: [UInt8]) -> [UInt8] { MD5.hash(message) }

  /// HMAC-SHA-256 of `message`: 32 bytes.
  package static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    KeyedHash(key).hash(message)
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
    let keyed = KeyedHash(password)
    var round = keyed.hash(salt + [0, 0, 0, 1])
    var result = round
    for _ in 1..<max(iterations, 1) {
      round = keyed.hash(round)
      for index in result.indices { result[index] ^= round[index] }
    }
    return result
  }
}

/// HMAC-SHA-256 with a key whose two blocks are hashed once.
///
/// Source: RFC 2104, section 2.
private struct KeyedHash {
  private var inner = SHA256()
  private var outer = SHA256()

  init(_ key: [UInt8]) {
    let short = key.count > SHA256.blockByteCount ? Digests.sha256(key) : key
    let block = short + [UInt8](repeating: 0, count: SHA256.blockByteCount - short.count)
    inner.absorb(block.map { $0 ^ 0x36 })
    outer.absorb(block.map { $0 ^ 0x5C })
  }

  func hash(_ message: [UInt8]) -> [UInt8] {
    var (inner, outer) = (inner, outer)
    return outer.finish(inner.finish(message))
  }
}
