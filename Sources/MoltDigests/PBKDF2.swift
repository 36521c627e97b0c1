internal import CMoltDigests

/// Keys from passwords, by many rounds of HMAC.
///
///     PBKDF2(.sha256, iterations: 1_000_000).derive(password: password, salt: salt, byteCount: 32)
///
/// Each block of the result takes all the iterations. With SHA-1 and SHA-256 two of them, of one
/// result or of several passwords, take hardly longer than one.
///
/// Source: RFC 8018, section 5.2.
public struct PBKDF2: Equatable, Sendable {
  /// The digest inside HMAC.
  public let algorithm: DigestAlgorithm
  /// How often HMAC is computed for each block of the result.
  public let iterations: Int

  let features: ProcessorFeatures

  /// Creates a derivation.
  ///
  /// - Precondition: `iterations` is at least 1.
  public init(_ algorithm: DigestAlgorithm, iterations: Int) {
    self.init(algorithm, iterations: iterations, features: .available)
  }

  package init(_ algorithm: DigestAlgorithm, iterations: Int, features: ProcessorFeatures) {
    precondition(iterations >= 1, "iterations is less than 1")
    self.algorithm = algorithm
    self.iterations = iterations
    self.features = features
  }

  /// A password and a salt of which a key is asked.
  public struct Request: Sendable {
    /// The password's bytes.
    public var password: [UInt8]
    /// The salt.
    public var salt: [UInt8]
    /// The size of the key.
    public var byteCount: Int

    /// Creates a request.
    public init(password: [UInt8], salt: [UInt8], byteCount: Int) {
      self.password = password
      self.salt = salt
      self.byteCount = byteCount
    }
  }

  /// A key of `byteCount` bytes.
  ///
  /// - Precondition: `byteCount` is not negative.
  /// - Complexity: O(iterations * byteCount)
  public func derive(
    password: Span<UInt8>,
    salt: Span<UInt8>,
    byteCount: Int
  ) -> [UInt8] {
    var blocks = start(password, salt, byteCount)
    defer { Self.wipe(&blocks) }
    run(&blocks)
    return collect(blocks[...], byteCount)
  }

  /// The keys of several requests at once.
  ///
  /// - Precondition: No `byteCount` is negative.
  /// - Complexity: O(iterations * sum of the sizes)
  public func derive(_ requests: [Request]) -> [[UInt8]] {
    var blocks: [Block] = []
    var starts = [0]
    for request in requests {
      blocks += start(request.password.span, request.salt.span, request.byteCount)
      starts.append(blocks.count)
    }
    defer { Self.wipe(&blocks) }
    run(&blocks)
    return requests.indices.map { index in
      collect(blocks[starts[index]..<starts[index + 1]], requests[index].byteCount)
    }
  }

  /// A block of a result: HMAC with the password's key, its last value and the sum of all.
  private struct Block {
    var key: HMAC
    var round: DigestValue
    var sum: DigestValue
  }

  private func start(_ password: Span<UInt8>, _ salt: Span<UInt8>, _ byteCount: Int) -> [Block] {
    precondition(byteCount >= 0, "byteCount is negative")
    let key = HMAC(algorithm, key: password, features: features)
    let count = (byteCount + algorithm.byteCount - 1) / algorithm.byteCount
    return (0..<count).map { index in
      let number = UInt32(truncatingIfNeeded: index + 1)
      let suffix: InlineArray<4, UInt8> = [
        UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16),
        UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number),
      ]
      var first = key
      first.update(salt)
      first.update(suffix.span)
      let round = first.finish()
      return Block(key: key, round: round, sum: round)
    }
  }

  private func collect(_ blocks: ArraySlice<Block>, _ byteCount: Int) -> [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(byteCount)
    for block in blocks {
      for index in 0..<min(block.sum.count, byteCount - key.count) {
        key.append(block.sum.storage[index])
      }
    }
    return key
  }

  private func run(_ blocks: inout [Block]) {
    switch algorithm {
    case .sha1: runSHA1(&blocks)
    case .sha256: runSHA256(&blocks)
    case .md5, .sha384, .sha512: runAny(&blocks)
    }
  }

  private func runAny(_ blocks: inout [Block]) {
    for index in blocks.indices {
      for _ in 1..<iterations {
        blocks[index].round = blocks[index].key.authenticating(blocks[index].round.span)
        for byte in 0..<algorithm.byteCount {
          blocks[index].sum.storage[byte] ^= blocks[index].round.storage[byte]
        }
      }
    }
  }

  private func runSHA1(_ blocks: inout [Block]) {
    var states = blocks.map { block in
      molt_pbkdf2_sha1(
        inner: Self.five(block.key.inner.words),
        outer: Self.five(block.key.outer.words),
        round: Self.five(Self.packed(block.round)),
        sum: Self.five(Self.packed(block.round))
      )
    }
    unsafe states.withUnsafeMutableBufferPointer { states in
      unsafe molt_pbkdf2_sha1_iterate(
        states.baseAddress,
        states.count,
        UInt64(iterations - 1),
        features.rawValue
      )
    }
    for (index, state) in states.enumerated() {
      let sum = state.sum
      Self.store([sum.0, sum.1, sum.2, sum.3, sum.4], into: &blocks[index].sum)
    }
    Self.wipe(&states)
  }

  private func runSHA256(_ blocks: inout [Block]) {
    var states = blocks.map { block in
      molt_pbkdf2_sha256(
        inner: Self.eight(block.key.inner.words),
        outer: Self.eight(block.key.outer.words),
        round: Self.eight(Self.packed(block.round)),
        sum: Self.eight(Self.packed(block.round))
      )
    }
    unsafe states.withUnsafeMutableBufferPointer { states in
      unsafe molt_pbkdf2_sha256_iterate(
        states.baseAddress,
        states.count,
        UInt64(iterations - 1),
        features.rawValue
      )
    }
    for (index, state) in states.enumerated() {
      let sum = state.sum
      let words = [sum.0, sum.1, sum.2, sum.3, sum.4, sum.5, sum.6, sum.7]
      Self.store(words, into: &blocks[index].sum)
    }
    Self.wipe(&states)
  }

  private typealias Five = (UInt32, UInt32, UInt32, UInt32, UInt32)
  private typealias Eight = (
    UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32
  )

  /// The word at `index` of a digest's state.
  private static func word(_ words: InlineArray<8, UInt64>, _ index: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: words[index / 2] >> UInt64(32 * (index % 2)))
  }

  private static func five(_ words: InlineArray<8, UInt64>) -> Five {
    (word(words, 0), word(words, 1), word(words, 2), word(words, 3), word(words, 4))
  }

  private static func eight(_ words: InlineArray<8, UInt64>) -> Eight {
    (
      word(words, 0), word(words, 1), word(words, 2), word(words, 3),
      word(words, 4), word(words, 5), word(words, 6), word(words, 7)
    )
  }

  /// The bytes of a result as a state's words.
  private static func packed(_ value: DigestValue) -> InlineArray<8, UInt64> {
    var words = InlineArray<8, UInt64>(repeating: 0)
    for index in 0..<value.count {
      let shift = UInt64(32 * (index / 4 % 2) + 8 * (3 - index % 4))
      words[index / 8] |= UInt64(value.storage[index]) << shift
    }
    return words
  }

  private static func store(_ words: [UInt32], into value: inout DigestValue) {
    for (index, word) in words.enumerated() {
      for byte in 0..<4 {
        value.storage[4 * index + byte] = UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * byte))
      }
    }
  }

  private static func wipe<State>(_ states: inout [State]) {
    unsafe states.withUnsafeMutableBytes { unsafe molt_wipe($0.baseAddress, $0.count) }
  }
}
