public import MoltDigests

/// Django's `PBKDF2PasswordHasher` and `PBKDF2SHA1PasswordHasher`.
///
///     pbkdf2_sha256$1000000$BCDvuX7Q1ZdbTKYD0Hzc1p$hT8oOJXkzMP6...=
public struct PBKDF2Hasher: PasswordHasher {
  /// The digest inside.
  public let digest: DigestAlgorithm
  /// How many iterations a new hash takes.
  public let iterations: Int
  /// What stored hashes may ask for.
  public let limits: PasswordLimits

  /// Creates the hasher.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` unless there is an iteration, no more than the
  ///   limit.
  /// - Precondition: The digest is SHA-1 or SHA-256: Django has names for no others.
  public init(
    _ digest: DigestAlgorithm = .sha256,
    iterations: Int,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) {
    precondition(digest == .sha1 || digest == .sha256, "Django has no name for this digest")
    guard iterations >= 1, iterations <= limits.iterations else { throw .parameter(.iterations) }
    self.digest = digest
    self.iterations = iterations
    self.limits = limits
  }

  /// The name in front of what it writes.
  public var algorithm: String { digest == .sha1 ? "pbkdf2_sha1" : "pbkdf2_sha256" }

  /// The text that is stored for a password.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String {
    try PasswordSalt.check(salt)
    return encoded(password, salt: salt, iterations: iterations)
  }

  private func encoded(_ password: Span<UInt8>, salt: String, iterations: Int) -> String {
    let hash = PBKDF2(digest, iterations: iterations)
      .derive(password: password, salt: salt.utf8.span, byteCount: digest.byteCount)
    let text = String(decoding: Base64.standard.encode(hash.span), as: UTF8.self)
    return "\(algorithm)$\(iterations)$\(salt)$\(text)"
  }

  private func fields(_ encoded: String) throws(PasswordError) -> (Int, EncodedFields) {
    let fields = try EncodedFields(encoded, count: 4, algorithm: algorithm)
    return (try fields.number(1), fields)
  }

  /// Whether a stored text is of this password.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String
  ) throws(PasswordError) -> Bool {
    let (iterations, fields) = try fields(encoded)
    guard iterations <= limits.iterations else { throw .parameter(.iterations) }
    try PasswordSalt.check(fields.text(2))
    let expected = self.encoded(password, salt: fields.text(2), iterations: iterations)
    return ConstantTime.equal(encoded, expected)
  }

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword {
    let (iterations, fields) = try fields(encoded)
    var result = EncodedPassword(algorithm: algorithm)
    result.append(.iterations, iterations)
    result.append(.salt, fields.text(2))
    result.append(.hash, fields.text(3))
    return result
  }

  /// Whether a stored text was made with other parameters than these, or with too short a salt.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func mustUpdate(_ encoded: String) throws(PasswordError) -> Bool {
    let (iterations, fields) = try fields(encoded)
    return iterations != self.iterations || PasswordSalt.isShort(fields.text(2))
  }

  /// Does the work that verifying a stored text lacks, compared with these parameters.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func hardenRuntime(_ password: Span<UInt8>, _ encoded: String) throws(PasswordError) {
    let (iterations, fields) = try fields(encoded)
    guard self.iterations > iterations else { return }
    let missing = self.iterations - iterations
    _ = self.encoded(password, salt: fields.text(2), iterations: missing)
  }
}
