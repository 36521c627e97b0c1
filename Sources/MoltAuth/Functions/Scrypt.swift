internal import CMoltAuth
package import MoltDigests

/// scrypt: a password hash that needs memory.
///
/// Source: RFC 7914.
public struct Scrypt: Equatable, Sendable {
  /// The cost in time and memory, a power of two; `n` in the specification.
  public let workFactor: Int
  /// The size of a block in units of 128 bytes; `r` in the specification.
  public let blockSize: Int
  /// The number of independent lanes; `p` in the specification.
  public let parallelism: Int

  /// The most memory that lanes may take together to be computed at once, in bytes; 64 MiB.
  ///
  /// One lane is computed at a time where two would need more.
  static let memoryForLanes = 64 << 20

  let features: ProcessorFeatures

  /// Creates the function for some parameters.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` when the work factor is not a power of two above 1
  ///   and below `2^(16 * blockSize)` and `2^32`, or another parameter is less than 1 or their product
  ///   2^30 or more.
  public init(workFactor: Int, blockSize: Int, parallelism: Int) throws(PasswordError) {
    try self.init(
      workFactor: workFactor,
      blockSize: blockSize,
      parallelism: parallelism,
      features: .available
    )
  }

  package init(
    workFactor: Int,
    blockSize: Int,
    parallelism: Int,
    features: ProcessorFeatures
  ) throws(PasswordError) {
    guard blockSize >= 1, blockSize < 1 << 30 else { throw .parameter(.blockSize) }
    guard parallelism >= 1, parallelism < 1 << 30, blockSize * parallelism < 1 << 30 else {
      throw .parameter(.parallelism)
    }
    guard workFactor > 1, workFactor & (workFactor - 1) == 0,
      workFactor.trailingZeroBitCount < min(16 * blockSize, 32),
      workFactor * blockSize < 1 << 48
    else { throw .parameter(.workFactor) }
    self.workFactor = workFactor
    self.blockSize = blockSize
    self.parallelism = parallelism
    self.features = features
  }

  /// The memory that one lane takes, in bytes.
  public var memoryByteCount: Int { 128 * blockSize * (workFactor + 3) }

  /// The hash of a password, of `byteCount` bytes.
  ///
  /// - Throws: ``PasswordError/memory(byteCount:)`` when there is not enough.
  /// - Precondition: `byteCount` is not negative.
  /// - Complexity: O(workFactor * blockSize * parallelism)
  public func hash(
    password: Span<UInt8>,
    salt: Span<UInt8>,
    byteCount: Int
  ) throws(PasswordError) -> [UInt8] {
    let stretch = PBKDF2(.sha256, iterations: 1, features: features)
    let laneByteCount = 128 * blockSize
    var blocks = stretch.derive(
      password: password,
      salt: salt,
      byteCount: laneByteCount * parallelism
    )
    defer { wipe(&blocks) }
    let width = lanesAtOnce
    let memory = try SecretMemory(byteCount: memoryByteCount * width)
    var lane = 0
    while lane < parallelism {
      let count = Self.group(parallelism - lane, limit: width)
      mix(&blocks, from: lane * laneByteCount, lanes: count, memory)
      lane += count
    }
    return stretch.derive(password: password, salt: blocks.span, byteCount: byteCount)
  }

  /// The largest of 1, 2 and 4 that is neither above what is left nor above the limit.
  private static func group(_ left: Int, limit: Int) -> Int {
    for count in [4, 2] where count <= left && count <= limit { return count }
    return 1
  }

  /// How many lanes are interleaved: with AVX-512 there are registers for four.
  private var lanesAtOnce: Int {
    let room = max(Self.memoryForLanes / memoryByteCount, 1)
    return Self.group(parallelism, limit: min(features.contains(.avx512) ? 4 : 2, room))
  }

  private func mix(
    _ blocks: inout [UInt8],
    from offset: Int,
    lanes: Int,
    _ memory: borrowing SecretMemory
  ) {
    let laneWords = 32 * blockSize
    let block = unsafe memory.words(UInt32.self)
    let scratch = unsafe block + lanes * laneWords
    let table = unsafe scratch + 2 * lanes * laneWords
    for word in 0..<(lanes * laneWords) {
      let place = offset + 4 * word
      let low = UInt32(blocks[place]) | UInt32(blocks[place + 1]) << 8
      unsafe block[word] = low | UInt32(blocks[place + 2]) << 16 | UInt32(blocks[place + 3]) << 24
    }
    unsafe molt_scrypt_mix(
      block,
      table,
      scratch,
      blockSize,
      UInt64(workFactor),
      lanes,
      features.rawValue
    )
    for word in 0..<(lanes * laneWords) {
      for byte in 0..<4 {
        let value = unsafe block[word] >> UInt32(8 * byte)
        blocks[offset + 4 * word + byte] = UInt8(truncatingIfNeeded: value)
      }
    }
  }
}
