/// What an encoded password may ask for when it is verified.
///
/// A stored value beyond them is refused
/// with ``PasswordError/parameter(_:)`` before anything is computed.
public struct PasswordLimits: Equatable, Sendable {
  /// The most iterations of PBKDF2; 100,000,000.
  public var iterations = 100_000_000
  /// The most memory of Argon2 and scrypt in bytes; 4 GiB.
  public var memoryByteCount = 4 << 30
  /// The most passes of Argon2; 10,000.
  public var passes = 10_000
  /// The most lanes of scrypt; 1,024.
  public var lanes = 1024
  /// The largest logarithm of bcrypt's rounds; 20, about a minute.
  public var bcryptRounds = 20

  /// Creates the limits with their defaults.
  public init() {}
}
