/// One of the ways in which Django stores passwords.
///
/// What a hasher writes and accepts is what the class of the same algorithm in
/// `django.contrib.auth.hashers` does, byte by byte, in all versions from 4.2 to 6.1. Passwords are
/// the bytes of their UTF-8 text.
public protocol PasswordHasher: Sendable {
  /// The name in front of what it writes, as in `pbkdf2_sha256`.
  var algorithm: String { get }

  /// The text that is stored for a password.
  ///
  /// - Throws: ``PasswordError/invalidSalt`` for a salt that its form cannot have,
  ///   ``PasswordError/parameter(_:)`` and ``PasswordError/memory(byteCount:)`` when hashing fails.
  func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String

  /// Whether a stored text is of this password. The texts are compared in constant time.
  ///
  /// - Throws: ``PasswordError`` when the stored text is not of this hasher's form.
  func verify(_ password: Span<UInt8>, against encoded: String) throws(PasswordError) -> Bool

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when the stored text is not of this hasher's form.
  func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword

  /// Whether a stored text was made with other parameters than these, or with too short a salt.
  ///
  /// - Throws: ``PasswordError`` when the stored text is not of this hasher's form.
  func mustUpdate(_ encoded: String) throws(PasswordError) -> Bool

  /// Does the work that verifying a stored text lacks, compared with these parameters, so that the
  /// time does not tell how old it is.
  ///
  /// - Throws: ``PasswordError`` when the stored text is not of this hasher's form.
  func hardenRuntime(_ password: Span<UInt8>, _ encoded: String) throws(PasswordError)

  /// A new salt.
  func salt(using generator: inout some RandomNumberGenerator) -> String
}

extension PasswordHasher {
  /// Whether a stored text was made with other parameters than these, or with too short a salt.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func mustUpdate(_ encoded: String) throws(PasswordError) -> Bool { false }

  /// Does the work that verifying a stored text lacks, compared with these parameters.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func hardenRuntime(_ password: Span<UInt8>, _ encoded: String) throws(PasswordError) {}

  /// A new salt.
  public func salt(using generator: inout some RandomNumberGenerator) -> String {
    PasswordSalt.text(using: &generator)
  }
}

/// Salts as Django makes them.
enum PasswordSalt {
  private static let characters = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8
  )

  /// How many of these characters have 128 bits of entropy.
  private static let count = 22

  static func text(using generator: inout some RandomNumberGenerator) -> String {
    text(count, using: &generator)
  }

  static func text(_ count: Int, using generator: inout some RandomNumberGenerator) -> String {
    var text = ""
    for _ in 0..<count {
      let index = Int.random(in: characters.indices, using: &generator)
      text.unicodeScalars.append(Unicode.Scalar(characters[index]))
    }
    return text
  }

  /// Whether a salt has less entropy than a new one would.
  static func isShort(_ salt: String) -> Bool { salt.unicodeScalars.count < count }

  /// Refuses what cannot stand between dollar signs.
  static func check(_ salt: String) throws(PasswordError) {
    guard !salt.isEmpty, !salt.utf8.contains(UInt8(ascii: "$")) else { throw .invalidSalt }
  }
}
