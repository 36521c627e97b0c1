internal import CMoltAuth
internal import MoltDigests

/// Django 4.2's `CryptPasswordHasher`: the system's `crypt(3)` with DES.
///
///     crypt$$abprj99vCww4M
///
/// Of a password the first eight bytes count, and of each of them seven bits. It is here so that a
/// stored password can be verified and then replaced. Settings of `crypt(3)` other than two
/// characters, which Django never writes, are refused: they would name costs of their own.
public struct CryptHasher: PasswordHasher {
  /// Creates the hasher.
  public init() {}

  /// The name in front of what it writes.
  public var algorithm: String { "crypt" }

  /// The text that is stored for a password.
  ///
  /// - Throws: ``PasswordError/invalidSalt`` unless it is two characters of DES's alphabet,
  ///   ``PasswordError/nullByte`` for a password with one, and ``PasswordError/unavailable`` when
  ///   the system has no `crypt(3)` or none with DES.
  public func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String {
    guard salt.utf8.count == 2, salt.utf8.allSatisfy(Self.isOfAlphabet) else { throw .invalidSalt }
    return "crypt$$" + (try Self.hash(password, salt))
  }

  /// Whether a stored text is of this password.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form, or as ``encode(_:salt:)`` does.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String
  ) throws(PasswordError) -> Bool {
    let stored = try fields(encoded).text(2)
    return ConstantTime.equal(stored, try Self.hash(password, String(stored.prefix(2))))
  }

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword {
    let fields = try fields(encoded)
    var result = EncodedPassword(algorithm: algorithm)
    // The salt is in front of the hash; older versions wrote it a second time.
    result.shown = (salt: fields.text(1).unicodeScalars.count, hash: 3)
    result.append(.salt, fields.text(1))
    result.append(.hash, fields.text(2))
    return result
  }

  /// A new salt.
  public func salt(using generator: inout some RandomNumberGenerator) -> String {
    PasswordSalt.text(2, using: &generator)
  }

  private func fields(_ encoded: String) throws(PasswordError) -> EncodedFields {
    let fields = try EncodedFields(encoded, count: 3, algorithm: algorithm)
    let hash = fields.fields[2].text.utf8
    guard hash.count == 13, hash.allSatisfy(Self.isOfAlphabet) else { throw fields.malformed(2) }
    return fields
  }

  private static func isOfAlphabet(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  private static func hash(
    _ password: Span<UInt8>,
    _ salt: String
  ) throws(PasswordError) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(password.count + 1)
    defer { wipe(&text) }
    for index in password.indices {
      guard password[index] != 0 else { throw .nullByte }
      text.append(password[index])
    }
    text.append(0)
    let setting = Array(salt.utf8) + [0]
    var hash = [UInt8](repeating: 0, count: 14)
    // Safety: all three end with a null byte, and the hash has the 14 bytes that are written.
    let isHash = unsafe text.withUnsafeBytes { text in
      unsafe setting.withUnsafeBytes { setting in
        unsafe hash.withUnsafeMutableBytes { hash in
          unsafe molt_crypt(
            text.baseAddress?.assumingMemoryBound(to: CChar.self),
            setting.baseAddress?.assumingMemoryBound(to: CChar.self),
            hash.baseAddress?.assumingMemoryBound(to: CChar.self)
          )
        }
      }
    }
    guard isHash else { throw .unavailable }
    return String(decoding: hash.dropLast(), as: UTF8.self)
  }
}
