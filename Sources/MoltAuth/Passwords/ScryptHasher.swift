internal import MoltDigests

/// Django's `ScryptPasswordHasher`.
///
///     scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba...==
public struct ScryptHasher: PasswordHasher {
  /// The work factor of a new hash.
  public let workFactor: Int
  /// The block size of a new hash.
  public let blockSize: Int
  /// The number of lanes of a new hash.
  public let parallelism: Int
  /// What stored hashes may ask for.
  public let limits: PasswordLimits

  /// The size of a hash.
  private static let hashByteCount = 64

  /// Creates the hasher; the defaults are those of Django 5.1 to 6.1, before which the parallelism
  /// was 1.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` for what scrypt or the limits do not allow.
  public init(
    workFactor: Int = 1 << 14,
    blockSize: Int = 8,
    parallelism: Int = 5,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) {
    self.workFactor = workFactor
    self.blockSize = blockSize
    self.parallelism = parallelism
    self.limits = limits
    _ = try function(workFactor, blockSize, parallelism)
  }

  /// The name in front of what it writes.
  public var algorithm: String { "scrypt" }

  private func function(
    _ workFactor: Int,
    _ blockSize: Int,
    _ parallelism: Int
  ) throws(PasswordError) -> Scrypt {
    let function = try Scrypt(
      workFactor: workFactor,
      blockSize: blockSize,
      parallelism: parallelism
    )
    guard function.memoryByteCount <= limits.memoryByteCount else { throw .parameter(.workFactor) }
    guard parallelism <= limits.lanes,
      128 * blockSize * parallelism <= limits.memoryByteCount
    else { throw .parameter(.parallelism) }
    return function
  }

  /// The text that is stored for a password.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String {
    try PasswordSalt.check(salt)
    return try encoded(password, salt, try function(workFactor, blockSize, parallelism))
  }

  private func encoded(
    _ password: Span<UInt8>,
    _ salt: String,
    _ function: Scrypt
  ) throws(PasswordError) -> String {
    let hash = try function.hash(
      password: password,
      salt: salt.utf8.span,
      byteCount: Self.hashByteCount
    )
    let text = String(decoding: Base64.standard.encode(hash.span), as: UTF8.self)
    let (n, r, p) = (function.workFactor, function.blockSize, function.parallelism)
    return "\(algorithm)$\(n)$\(salt)$\(r)$\(p)$\(text)"
  }

  /// The fields of a stored text: work factor, salt, block size, parallelism and hash.
  private func parse(
    _ encoded: String
  ) throws(PasswordError) -> (n: Int, salt: String, r: Int, p: Int, hash: String) {
    let fields = try EncodedFields(encoded, count: 6, algorithm: algorithm)
    // Django cuts at every dollar sign here, and a hash has none.
    guard !fields.text(5).utf8.contains(UInt8(ascii: "$")) else { throw fields.malformed(5) }
    return (
      try fields.number(1), fields.text(2), try fields.number(3), try fields.number(4),
      fields.text(5)
    )
  }

  /// Whether a stored text is of this password.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String
  ) throws(PasswordError) -> Bool {
    let stored = try parse(encoded)
    try PasswordSalt.check(stored.salt)
    let function = try function(stored.n, stored.r, stored.p)
    return ConstantTime.equal(encoded, try self.encoded(password, stored.salt, function))
  }

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword {
    let stored = try parse(encoded)
    var result = EncodedPassword(algorithm: algorithm)
    result.append(.workFactor, stored.n)
    result.append(.blockSize, stored.r)
    result.append(.parallelism, stored.p)
    result.append(.salt, stored.salt)
    result.append(.hash, stored.hash)
    return result
  }

  /// Whether a stored text was made with other parameters than these, or with too short a salt.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func mustUpdate(_ encoded: String) throws(PasswordError) -> Bool {
    let stored = try parse(encoded)
    return stored.n != workFactor || stored.r != blockSize || stored.p != parallelism
  }
}
