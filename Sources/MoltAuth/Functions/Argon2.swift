package import MoltDigests

/// Argon2, versions 1.0 and 1.3, in all three variants.
///
///     let argon2 = Argon2(.id, iterations: 2, memory: 102_400, parallelism: 8)
///     try argon2.hash(password: password, salt: salt, byteCount: 32)
///
/// The lanes are filled one after the other; the result does not depend on how they are run.
///
/// Source: RFC 9106.
public struct Argon2: Equatable, Sendable {
  /// How the blocks that a block depends on are chosen.
  public enum Variant: UInt32, Sendable, CaseIterable {
    /// By the password: best against guessing, but seen by whoever watches the memory bus.
    case d = 0
    /// Independently of the password.
    case i = 1
    /// Independently at first, then by the password; the one to use.
    case id = 2

    /// Its name in a hash.
    public var name: String {
      switch self {
      case .d: "argon2d"
      case .i: "argon2i"
      case .id: "argon2id"
      }
    }
  }

  /// The version of the algorithm.
  public enum Version: UInt32, Sendable, CaseIterable {
    /// 1.0: blocks are overwritten in later passes.
    case v10 = 0x10
    /// 1.3: blocks are combined with what they replace.
    case v13 = 0x13
  }

  /// The variant.
  public let variant: Variant
  /// The version.
  public let version: Version
  /// The number of passes over the memory.
  public let iterations: UInt32
  /// The memory in KiB.
  public let memory: UInt32
  /// The number of lanes.
  public let parallelism: UInt32

  let features: ProcessorFeatures

  /// Creates the function for some parameters.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` when there is no pass, no lane or more than 2^24 -
  ///   1, or less than 8 KiB for each lane.
  public init(
    _ variant: Variant,
    version: Version = .v13,
    iterations: UInt32,
    memory: UInt32,
    parallelism: UInt32
  ) throws(PasswordError) {
    try self.init(
      variant,
      version: version,
      iterations: iterations,
      memory: memory,
      parallelism: parallelism,
      features: .available
    )
  }

  package init(
    _ variant: Variant,
    version: Version,
    iterations: UInt32,
    memory: UInt32,
    parallelism: UInt32,
    features: ProcessorFeatures
  ) throws(PasswordError) {
    guard iterations >= 1 else { throw .parameter(.iterations) }
    guard parallelism >= 1, parallelism < 1 << 24 else { throw .parameter(.parallelism) }
    guard UInt64(memory) >= 8 * UInt64(parallelism) else { throw .parameter(.memory) }
    self.variant = variant
    self.version = version
    self.iterations = iterations
    self.memory = memory
    self.parallelism = parallelism
    self.features = features
  }

  /// How much memory hashing takes, in bytes.
  public var memoryByteCount: Int { segmentLength * 4 * Int(parallelism) * 1024 }

  /// The number of blocks in a quarter of a lane.
  var segmentLength: Int { Int(memory) / (4 * Int(parallelism)) }

  /// The hash of a password.
  ///
  /// - Parameters:
  ///   - password: Any bytes.
  ///   - salt: At least 8 bytes.
  ///   - secret: A key that is not stored with the hash.
  ///   - associatedData: More data that the hash is bound to.
  ///   - byteCount: The size of the hash, at least 4.
  /// - Returns: The hash.
  /// - Throws: ``PasswordError/invalidSalt`` for a short one, ``PasswordError/parameter(_:)`` for a
  ///   short hash, ``PasswordError/memory(byteCount:)`` when there is not enough.
  /// - Complexity: O(iterations * memory)
  public func hash(
    password: Span<UInt8>,
    salt: Span<UInt8>,
    secret: Span<UInt8> = Span(),
    associatedData: Span<UInt8> = Span(),
    byteCount: Int
  ) throws(PasswordError) -> [UInt8] {
    guard salt.count >= 8 else { throw .invalidSalt }
    guard byteCount >= 4, byteCount <= Int(UInt32.max) else { throw .parameter(.hashByteCount) }
    var blake = BLAKE2b(byteCount: 64)
    blake.update(parallelism)
    blake.update(UInt32(byteCount))
    blake.update(memory)
    blake.update(iterations)
    blake.update(version.rawValue)
    blake.update(variant.rawValue)
    // Spans cannot stand in an array to loop over.
    Self.update(&blake, password)
    Self.update(&blake, salt)
    Self.update(&blake, secret)
    Self.update(&blake, associatedData)
    var seed = blake.finish()
    defer { wipe(&seed) }
    let memory = try Argon2Memory(self)
    memory.start(seed)
    for pass in 0..<iterations {
      for slice in 0..<4 { memory.fill(pass: pass, slice: slice) }
    }
    return memory.finish(byteCount: byteCount)
  }

  private static func update(_ blake: inout BLAKE2b, _ bytes: Span<UInt8>) {
    blake.update(UInt32(truncatingIfNeeded: bytes.count))
    blake.update(bytes)
  }

  /// BLAKE2b with a result of any size.
  ///
  /// Source: RFC 9106, section 3.3.
  static func longHash(_ message: Span<UInt8>, byteCount: Int) -> [UInt8] {
    var blake = BLAKE2b(byteCount: min(byteCount, 64))
    blake.update(UInt32(truncatingIfNeeded: byteCount))
    blake.update(message)
    var last = blake.finish()
    guard byteCount > 64 else { return last }
    // Each further hash is of the one before; the front half of each counts, and all of the last.
    var result = Array(last[..<32])
    while byteCount - result.count > 64 {
      last = rehash(last, byteCount: 64)
      result += last[..<32]
    }
    return result + rehash(last, byteCount: byteCount - result.count)
  }

  private static func rehash(_ bytes: [UInt8], byteCount: Int) -> [UInt8] {
    var blake = BLAKE2b(byteCount: byteCount)
    blake.update(bytes.span)
    return blake.finish()
  }
}
