internal import CMoltDigests

/// A digest in progress.
///
///     var digest = Digest(.sha256)
///     digest.update("abc".utf8.span)
///     digest.finish().hexadecimal  // "ba7816bf 8f01cfea ...", without spaces
///
/// A copy goes on independently: what was hashed already need not be hashed again.
///
/// The running time depends on the number of bytes only, not on their values.
public struct Digest: Sendable {
  /// What is computed.
  public let algorithm: DigestAlgorithm

  let features: ProcessorFeatures
  var words: InlineArray<8, UInt64>
  /// Bytes of a block that is not complete.
  private var rest = InlineArray<128, UInt8>(repeating: 0)
  private var restCount = 0
  private var byteCount: UInt64 = 0

  /// Creates a digest of nothing.
  public init(_ algorithm: DigestAlgorithm) {
    self.init(algorithm, features: .available)
  }

  package init(_ algorithm: DigestAlgorithm, features: ProcessorFeatures) {
    self.algorithm = algorithm
    self.features = features
    self.words = algorithm.initialWords
  }

  /// The digest of one message.
  ///
  /// - Complexity: O(count)
  public static func hash(_ algorithm: DigestAlgorithm, _ message: Span<UInt8>) -> DigestValue {
    var digest = Digest(algorithm)
    digest.update(message)
    return digest.finish()
  }

  /// Hashes further bytes.
  ///
  /// - Complexity: O(count)
  public mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe update(start, count: bytes.count)
    }
  }

  private mutating func update(_ bytes: UnsafePointer<UInt8>, count: Int) {
    let block = algorithm.blockByteCount
    byteCount &+= UInt64(count)
    var taken = 0
    if restCount > 0 {
      taken = min(block - restCount, count)
      for index in 0..<taken { rest[restCount + index] = unsafe bytes[index] }
      restCount += taken
      guard restCount == block else { return }
      absorbRest()
    }
    let whole = (count - taken) / block
    if whole > 0 { unsafe absorb(bytes + taken, blocks: whole) }
    taken += whole * block
    for index in taken..<count { rest[index - taken] = unsafe bytes[index] }
    restCount = count - taken
  }

  /// The digest of everything so far.
  public consuming func finish() -> DigestValue {
    let block = algorithm.blockByteCount
    let lengthByteCount = block / 8
    let bitCount = byteCount &* 8
    rest[restCount] = 0x80
    for index in (restCount + 1)..<max(block, restCount + 1) { rest[index] = 0 }
    if restCount + 1 > block - lengthByteCount {
      absorbRest()
      for index in 0..<block { rest[index] = 0 }
    }
    for index in 0..<8 {
      let shift = UInt64(8 * (algorithm.isBigEndian ? 7 - index : index))
      // The length has 16 bytes behind SHA-512; the first 8 of them stay 0.
      let place = algorithm.isBigEndian ? block - 8 + index : block - lengthByteCount + index
      rest[place] = UInt8(truncatingIfNeeded: bitCount >> shift)
    }
    absorbRest()
    return value()
  }

  private func value() -> DigestValue {
    var value = DigestValue(count: algorithm.byteCount)
    let wordByteCount = algorithm.blockByteCount / 16
    for index in 0..<value.count {
      let place = index % wordByteCount
      let low = algorithm.isBigEndian ? wordByteCount - 1 - place : place
      let bytesBefore = index / wordByteCount * wordByteCount
      let shift = UInt64(8 * (bytesBefore % 8 + low))
      value.storage[index] = UInt8(truncatingIfNeeded: words[bytesBefore / 8] >> shift)
    }
    return value
  }

  private mutating func absorbRest() {
    let block = rest
    unsafe block.span.withUnsafeBufferPointer { block in
      guard let start = block.baseAddress else { return }
      unsafe absorb(start, blocks: 1)
    }
    restCount = 0
  }

  private mutating func absorb(_ bytes: UnsafePointer<UInt8>, blocks: Int) {
    let (algorithm, features) = (algorithm, features.rawValue)
    unsafe withUnsafeMutableBytes(of: &words) { words in
      // Safety: 64 bytes, aligned to 8; the functions in C take them as words of 4 or 8 bytes.
      guard let start = words.baseAddress else { return }
      let narrow = unsafe start.assumingMemoryBound(to: UInt32.self)
      switch algorithm {
      case .md5: unsafe molt_md5_blocks(narrow, bytes, blocks)
      case .sha1: unsafe molt_sha1_blocks(narrow, bytes, blocks, features)
      case .sha256: unsafe molt_sha256_blocks(narrow, bytes, blocks, features)
      case .sha384, .sha512:
        unsafe molt_sha512_blocks(start.assumingMemoryBound(to: UInt64.self), bytes, blocks)
      }
    }
  }
}
