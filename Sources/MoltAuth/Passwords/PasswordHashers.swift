internal import MoltDigests

/// The hashers of a project, the preferred one first: Django's `PASSWORD_HASHERS`.
///
///     let hashers = PasswordHashers(try PasswordHashers.django(.v5_2))
///     let encoded = try hashers.encode(password, using: &generator)
///     try hashers.verify(password, against: encoded)  // isCorrect: true, mustUpdate: false
public struct PasswordHashers: Sendable {
  /// The hashers; new passwords are hashed by the first.
  public let hashers: [any PasswordHasher]

  /// Creates the list.
  ///
  /// - Precondition: There is a hasher.
  public init(_ hashers: [any PasswordHasher]) {
    precondition(!hashers.isEmpty, "there is no hasher")
    self.hashers = hashers
  }

  /// The hasher of new passwords.
  public var preferred: any PasswordHasher { hashers[0] }

  /// A version of Django, of which the defaults are.
  public enum DjangoVersion: Sendable, CaseIterable {
    case v4_2, v5_0, v5_1, v5_2, v6_0, v6_1

    /// The iterations of PBKDF2.
    public var iterations: Int {
      switch self {
      case .v4_2: 600_000
      case .v5_0: 720_000
      case .v5_1: 870_000
      case .v5_2: 1_000_000
      case .v6_0: 1_200_000
      case .v6_1: 1_500_000
      }
    }

    /// The lanes of scrypt.
    public var scryptParallelism: Int { self == .v4_2 || self == .v5_0 ? 1 : 5 }
  }

  /// All hashers with the parameters of a version of Django, in the order of its default setting,
  /// then those that a setting may name.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` when the limits exclude the defaults.
  public static func django(
    _ version: DjangoVersion,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) -> [any PasswordHasher] {
    [
      try PBKDF2Hasher(.sha256, iterations: version.iterations, limits: limits),
      try PBKDF2Hasher(.sha1, iterations: version.iterations, limits: limits),
      try Argon2Hasher(limits: limits),
      try BcryptHasher(isPrehashed: true, limits: limits),
      try ScryptHasher(parallelism: version.scryptParallelism, limits: limits),
      try BcryptHasher(isPrehashed: false, limits: limits),
      DigestHasher(.md5), DigestHasher(.sha1),
      UnsaltedDigestHasher(.md5), UnsaltedDigestHasher(.sha1), CryptHasher(),
    ]
  }

  /// The hasher that an encoded password names.
  ///
  /// - Throws: ``PasswordError/unknownAlgorithm`` when the list has none.
  public func identify(_ encoded: String) throws(PasswordError) -> any PasswordHasher {
    let count = encoded.utf8.count
    let name: String
    if (count == 32 && !encoded.utf8.contains(UInt8(ascii: "$")))
      || (count == 37 && encoded.hasPrefix("md5$$"))
    {
      name = "unsalted_md5"
    } else if count == 46, encoded.hasPrefix("sha1$$") {
      name = "unsalted_sha1"
    } else {
      name = String(encoded.prefix { $0 != "$" })
    }
    guard let hasher = hashers.first(where: { $0.algorithm == name }) else {
      throw .unknownAlgorithm
    }
    return hasher
  }

  /// The text that is stored for a new password.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func encode(
    _ password: Span<UInt8>,
    using generator: inout some RandomNumberGenerator
  ) throws(PasswordError) -> String {
    try preferred.encode(password, salt: preferred.salt(using: &generator))
  }

  /// What a comparison found.
  public struct Verification: Equatable, Sendable {
    /// Whether the password is the stored one.
    public let isCorrect: Bool
    /// Whether a correct password should be stored anew.
    public let mustUpdate: Bool

    /// Creates what a comparison found.
    public init(isCorrect: Bool, mustUpdate: Bool) {
      self.isCorrect = isCorrect
      self.mustUpdate = mustUpdate
    }
  }

  /// Compares a password with a stored one, as Django's `verify_password` does.
  ///
  /// A stored text that is unusable (it starts with `!`) or names no known hasher takes as long as
  /// hashing a new password. A wrong password takes no less time for having been stored with lower
  /// costs of the preferred hasher.
  ///
  /// - Throws: ``PasswordError`` when the stored text is malformed.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String,
    using generator: inout some RandomNumberGenerator
  ) throws(PasswordError) -> Verification {
    guard !encoded.hasPrefix("!"), let hasher = try? identify(encoded) else {
      let random = PasswordSalt.text(40, using: &generator)
      _ = try encode(random.utf8.span, using: &generator)
      return Verification(isCorrect: false, mustUpdate: false)
    }
    let hasChanged = hasher.algorithm != preferred.algorithm
    let mustUpdate = hasChanged ? true : try preferred.mustUpdate(encoded)
    let isCorrect = try hasher.verify(password, against: encoded)
    if !isCorrect, !hasChanged, mustUpdate { try hasher.hardenRuntime(password, encoded) }
    return Verification(isCorrect: isCorrect, mustUpdate: mustUpdate)
  }
}
