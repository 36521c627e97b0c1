internal import MoltDigests

/// Django's `Argon2PasswordHasher`.
///
///     argon2$argon2id$v=19$m=102400,t=2,p=8$SGVsbG9Xb3JsZA$...
///
/// It writes Argon2id of version 1.3 and accepts all variants and versions.
public struct Argon2Hasher: PasswordHasher {
  /// The number of passes of a new hash.
  public let timeCost: UInt32
  /// The memory of a new hash in KiB.
  public let memoryCost: UInt32
  /// The number of lanes of a new hash.
  public let parallelism: UInt32
  /// What stored hashes may ask for.
  public let limits: PasswordLimits

  /// The size of a new hash.
  private static let hashByteCount = 32

  /// Creates the hasher; the defaults are those of Django 4.2 to 6.1.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` for what Argon2 or the limits do not allow.
  public init(
    timeCost: UInt32 = 2,
    memoryCost: UInt32 = 102_400,
    parallelism: UInt32 = 8,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) {
    self.timeCost = timeCost
    self.memoryCost = memoryCost
    self.parallelism = parallelism
    self.limits = limits
    try PHCArgon2.check(try function(), limits)
  }

  /// The name in front of what it writes.
  public var algorithm: String { "argon2" }

  private func function() throws(PasswordError) -> Argon2 {
    try Argon2(.id, iterations: timeCost, memory: memoryCost, parallelism: parallelism)
  }

  /// The text that is stored for a password.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String {
    let function = try function()
    let hash = try function.hash(
      password: password,
      salt: salt.utf8.span,
      byteCount: Self.hashByteCount
    )
    let phc = PHCArgon2(function: function, salt: Array(salt.utf8), hash: hash)
    return algorithm + phc.text
  }

  private func parse(_ encoded: String) throws(PasswordError) -> PHCArgon2 {
    let fields = try EncodedFields(encoded, count: 2, algorithm: algorithm)
    do {
      return try PHCArgon2("$" + fields.text(1))
    } catch .malformed(let offset) {
      throw .malformed(offset: offset + fields.fields[1].offset - 1)
    }
  }

  /// Whether a stored text is of this password.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String
  ) throws(PasswordError) -> Bool {
    let stored = try parse(encoded)
    try PHCArgon2.check(stored.function, limits)
    let hash = try stored.function.hash(
      password: password,
      salt: stored.salt.span,
      byteCount: stored.hash.count
    )
    return ConstantTime.equal(hash.span, stored.hash.span)
  }

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword {
    let stored = try parse(encoded)
    var result = EncodedPassword(algorithm: algorithm)
    result.append(.variety, stored.function.variant.name)
    result.append(.version, Int(stored.function.version.rawValue))
    result.append(.memoryCost, Int(stored.function.memory))
    result.append(.timeCost, Int(stored.function.iterations))
    result.append(.parallelism, Int(stored.function.parallelism))
    result.append(.salt, stored.saltText)
    result.append(.hash, stored.hashText)
    return result
  }

  /// Whether a stored text was made with other parameters than these, or with too short a salt.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func mustUpdate(_ encoded: String) throws(PasswordError) -> Bool {
    let stored = try parse(encoded)
    return stored.function != (try function()) || stored.hash.count != Self.hashByteCount
      || PasswordSalt.isShort(stored.saltText)
  }
}
