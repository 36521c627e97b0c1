/// Proposes the parameters with which hashing takes a given time on this machine.
///
/// The clock is passed in, so that a test can be its own clock:
///
///     let calibrator = PasswordCalibrator(target: 250_000_000) { monotonicNanoseconds() }
///     try calibrator.pbkdf2(.sha256)  // a hasher with, say, 3,400,000 iterations
///
/// A measurement is the fastest of three. What it proposes never takes fewer iterations, memory or
/// rounds than the least that is given.
public struct PasswordCalibrator {
  /// The time that hashing should take, in nanoseconds.
  public let target: UInt64

  private let now: () -> UInt64

  /// Creates a calibrator.
  ///
  /// - Parameters:
  ///   - target: The time in nanoseconds.
  ///   - now: A clock that never goes back, in nanoseconds.
  public init(target: UInt64, now: @escaping () -> UInt64) {
    self.target = target
    self.now = now
  }

  private static let password: [UInt8] = Array("correct horse battery staple".utf8)
  private static let salt = "abcdefghijklmnopqrstuv"

  /// The shortest time of three in nanoseconds, at least 1.
  private func time(_ hasher: some PasswordHasher, salt: String) throws(PasswordError) -> UInt64 {
    var best = UInt64.max
    for _ in 0..<3 {
      let start = now()
      _ = try hasher.encode(Self.password.span, salt: salt)
      best = min(best, now() &- start)
    }
    return max(best, 1)
  }

  /// `cost`, which took `time`, in proportion to the target.
  private func scaled(_ cost: Int, took time: UInt64) -> Int {
    let (high, low) = UInt64(cost).multipliedFullWidth(by: target)
    guard high < time else { return Int.max }
    return Int(clamping: time.dividingFullWidth((high, low)).quotient)
  }

  /// PBKDF2 with the iterations that take the time, in steps of 1,000.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func pbkdf2(
    minimum: Int = 100_000,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) -> PBKDF2Hasher {
    let probe = 50_000
    let took = try time(try PBKDF2Hasher(iterations: probe), salt: Self.salt)
    let iterations = scaled(probe, took: took) / 1000 * 1000
    let bounded = min(max(iterations, minimum), limits.iterations)
    return try PBKDF2Hasher(iterations: bounded, limits: limits)
  }

  /// bcrypt with the highest cost that takes no longer than the time.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func bcrypt(
    minimum: Int = 10,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) -> BcryptHasher {
    let probe = try BcryptHasher(rounds: 6)
    let text = BcryptText(
      prefix: "2b",
      cost: 6,
      salt: [UInt8](repeating: 7, count: 16),
      checksum: ""
    )
    let factor = scaled(1, took: try time(probe, salt: text.text))
    let steps = factor < 1 ? 0 : Int.bitWidth - 1 - factor.leadingZeroBitCount
    let bounded = min(max(6 + steps, minimum), limits.bcryptRounds)
    return try BcryptHasher(rounds: bounded, limits: limits)
  }

  /// Argon2id with the most memory, in MiB up to `memory` KiB, that one pass affords; then with as
  /// many passes over all of it as the time affords.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func argon2(
    memory: UInt32 = 102_400,
    parallelism: UInt32 = 8,
    minimumTimeCost: UInt32 = 2,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) -> Argon2Hasher {
    let least = max(UInt32(clamping: 8 * UInt64(parallelism)), 1024)
    let first = try Argon2Hasher(
      timeCost: minimumTimeCost,
      memoryCost: max(memory, least),
      parallelism: parallelism,
      limits: limits
    )
    let took = try time(first, salt: Self.salt)
    if took > target {
      let affordable = scaled(Int(first.memoryCost), took: took) / 1024 * 1024
      let bounded = UInt32(clamping: max(affordable, Int(least)))
      return try Argon2Hasher(
        timeCost: minimumTimeCost,
        memoryCost: bounded,
        parallelism: parallelism,
        limits: limits
      )
    }
    let passes = min(scaled(Int(minimumTimeCost), took: took), limits.passes)
    return try Argon2Hasher(
      timeCost: UInt32(clamping: passes),
      memoryCost: first.memoryCost,
      parallelism: parallelism,
      limits: limits
    )
  }

  /// scrypt with the highest work factor that takes no longer than the time.
  ///
  /// - Throws: ``PasswordError`` when hashing fails.
  public func scrypt(
    blockSize: Int = 8,
    parallelism: Int = 5,
    minimum: Int = 1 << 14,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) -> ScryptHasher {
    var best = try ScryptHasher(
      workFactor: minimum,
      blockSize: blockSize,
      parallelism: parallelism,
      limits: limits
    )
    while let next = try? ScryptHasher(
      workFactor: 2 * best.workFactor,
      blockSize: blockSize,
      parallelism: parallelism,
      limits: limits
    ) {
      guard try time(next, salt: Self.salt) <= target else { break }
      best = next
    }
    return best
  }
}
