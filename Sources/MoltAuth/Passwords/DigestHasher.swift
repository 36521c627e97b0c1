public import MoltDigests

/// Django's `MD5PasswordHasher` and, until 5.0, `SHA1PasswordHasher`: one digest of salt and
/// password.
///
///     md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3
///
/// They are here so that a stored password can be verified and then replaced.
public struct DigestHasher: PasswordHasher {
  /// The digest.
  public let digest: DigestAlgorithm

  /// Creates the hasher.
  ///
  /// - Precondition: The digest is MD5 or SHA-1.
  public init(_ digest: DigestAlgorithm) {
    precondition(digest == .md5 || digest == .sha1, "Django has no name for this digest")
    self.digest = digest
  }

  /// The name in front of what it writes.
  public var algorithm: String { digest == .md5 ? "md5" : "sha1" }

  /// The text that is stored for a password.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String {
    try PasswordSalt.check(salt)
    var digest = Digest(digest)
    digest.update(salt.utf8.span)
    digest.update(password)
    return "\(algorithm)$\(salt)$\(digest.finish().hexadecimal)"
  }

  /// Whether a stored text is of this password.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String
  ) throws(PasswordError) -> Bool {
    let fields = try EncodedFields(encoded, count: 3, algorithm: algorithm)
    return ConstantTime.equal(encoded, try encode(password, salt: fields.text(1)))
  }

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword {
    let fields = try EncodedFields(encoded, count: 3, algorithm: algorithm)
    var result = EncodedPassword(algorithm: algorithm)
    result.shown = (salt: 2, hash: 6)
    result.append(.salt, fields.text(1))
    result.append(.hash, fields.text(2))
    return result
  }

  /// Whether a stored text was made with other parameters than these, or with too short a salt.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func mustUpdate(_ encoded: String) throws(PasswordError) -> Bool {
    PasswordSalt.isShort(try EncodedFields(encoded, count: 3, algorithm: algorithm).text(1))
  }
}

/// Django's `UnsaltedMD5PasswordHasher` and `UnsaltedSHA1PasswordHasher`, until 5.0.
///
///     88a434c88cca4e900f7874cd98123f43
///     sha1$$d61c0f1d5f7a3b0e5a4ecd8ab4d5e7a5c5a7ad3f
public struct UnsaltedDigestHasher: PasswordHasher {
  /// The digest.
  public let digest: DigestAlgorithm

  /// Creates the hasher.
  ///
  /// - Precondition: The digest is MD5 or SHA-1.
  public init(_ digest: DigestAlgorithm) {
    precondition(digest == .md5 || digest == .sha1, "Django has no name for this digest")
    self.digest = digest
  }

  /// The name in front of what it writes.
  public var algorithm: String { digest == .md5 ? "unsalted_md5" : "unsalted_sha1" }

  /// What stands in front of the hash.
  private var prefix: String { digest == .md5 ? "" : "sha1$$" }

  /// - Throws: ``PasswordError/invalidSalt`` unless the salt is empty.
  public func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String {
    guard salt.isEmpty else { throw .invalidSalt }
    return prefix + Digest.hash(digest, password).hexadecimal
  }

  /// Whether a stored text is of this password.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String
  ) throws(PasswordError) -> Bool {
    // MD5 was also stored with an empty salt.
    let short = digest == .md5 && encoded.utf8.count == 37 && encoded.hasPrefix("md5$$")
    let stored = short ? String(encoded.dropFirst(5)) : encoded
    return ConstantTime.equal(stored, try encode(password, salt: ""))
  }

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword {
    guard encoded.hasPrefix(prefix) else { throw .malformed(offset: 0) }
    var result = EncodedPassword(algorithm: algorithm)
    result.shown = (salt: 0, hash: digest == .md5 ? 3 : 6)
    result.append(.hash, String(encoded.dropFirst(prefix.count)))
    return result
  }

  /// A new salt.
  public func salt(using generator: inout some RandomNumberGenerator) -> String { "" }
}
