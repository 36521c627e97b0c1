internal import CMoltAuth
internal import CMoltDigests

/// bcrypt: 23 bytes from at most 72 bytes of a password and 16 of salt.
///
/// Source: Provos and Mazières, "A Future-Adaptable Password Scheme", 1999; `2b` of OpenBSD 5.5.
public struct Bcrypt: Equatable, Sendable {
  /// The logarithm to base 2 of the number of rounds: 4 to 31.
  public let cost: Int

  /// Creates the function for a cost.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` unless the cost lies between 4 and 31.
  public init(cost: Int) throws(PasswordError) {
    guard (4...31).contains(cost) else { throw .parameter(.workFactor) }
    self.cost = cost
  }

  /// The hash of a password: 23 bytes.
  ///
  /// Of the password the first 72 bytes count. A null byte is a byte like others, as in the
  /// `bcrypt` package of Python.
  ///
  /// - Throws: ``PasswordError/invalidSalt`` unless it has 16 bytes.
  /// - Complexity: O(2^cost)
  public func hash(password: Span<UInt8>, salt: Span<UInt8>) throws(PasswordError) -> [UInt8] {
    guard salt.count == 16 else { throw .invalidSalt }
    var state = molt_blowfish()
    var key = Self.key(password)
    let saltWords = Self.words(salt)
    defer {
      unsafe molt_wipe(&state, MemoryLayout<molt_blowfish>.size)
      unsafe key.withUnsafeMutableBytes { unsafe molt_wipe($0.baseAddress, $0.count) }
    }
    unsafe molt_blowfish_start(&state)
    unsafe molt_bcrypt_setup(&state, key, saltWords, 1 << UInt64(cost))
    return unsafe Self.result(&state)
  }

  /// The text that is encrypted: "OrpheanBeholderScryDoubt".
  private static let text: [UInt32] = [
    0x4f72_7068, 0x6561_6e42, 0x6568_6f6c, 0x6465_7253, 0x6372_7944, 0x6f75_6274,
  ]

  @unsafe private static func result(_ state: inout molt_blowfish) -> [UInt8] {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: 2) {
      var pair = [text[start], text[start + 1]]
      unsafe molt_blowfish_encrypt(&state, &pair, 64)
      for word in pair {
        for shift: UInt32 in [24, 16, 8, 0] {
          bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
    }
    // The last byte is left out, by an oversight that became the format.
    return bytes.dropLast()
  }

  /// The password and a null byte, over and over, as 18 words.
  private static func key(_ password: Span<UInt8>) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: 18)
    let period = password.count + 1
    for index in 0..<72 {
      let place = index % period
      let byte = place < password.count ? password[place] : 0
      words[index / 4] = words[index / 4] << 8 | UInt32(byte)
    }
    return words
  }

  private static func words(_ salt: Span<UInt8>) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: 4)
    for index in 0..<16 { words[index / 4] = words[index / 4] << 8 | UInt32(salt[index]) }
    return words
  }
}
