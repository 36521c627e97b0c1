internal import CMoltDigests

/// A keyed digest in progress.
///
/// The blocks of the key are hashed once, when it is created: a copy of a fresh one authenticates
/// another message without them.
///
/// Source: RFC 2104, section 2.
public struct HMAC: Sendable {
  var inner: Digest
  var outer: Digest

  /// What is computed.
  public var algorithm: DigestAlgorithm { inner.algorithm }

  /// Creates a keyed digest of nothing.
  ///
  /// The key has any number of bytes; one longer than a block is hashed first.
  public init(_ algorithm: DigestAlgorithm, key: Span<UInt8>) {
    self.init(algorithm, key: key, features: .available)
  }

  package init(_ algorithm: DigestAlgorithm, key: Span<UInt8>, features: ProcessorFeatures) {
    inner = Digest(algorithm, features: features)
    outer = inner
    let size = algorithm.blockByteCount
    var block = InlineArray<128, UInt8>(repeating: 0)
    if key.count > size {
      let short = Digest.hash(algorithm, key)
      for index in 0..<short.count { block[index] = short.storage[index] }
    } else {
      for index in key.indices { block[index] = key[index] }
    }
    for index in 0..<size { block[index] ^= 0x36 }
    inner.update(block.span.extracting(0..<size))
    for index in 0..<size { block[index] ^= 0x36 ^ 0x5C }
    outer.update(block.span.extracting(0..<size))
    unsafe withUnsafeMutableBytes(of: &block) { unsafe molt_wipe($0.baseAddress, $0.count) }
  }

  /// The keyed digest of one message.
  ///
  /// - Complexity: O(count of the key and of the message)
  public static func authenticate(
    _ algorithm: DigestAlgorithm,
    key: Span<UInt8>,
    _ message: Span<UInt8>
  ) -> DigestValue {
    HMAC(algorithm, key: key).authenticating(message)
  }

  /// Takes further bytes of the message.
  public mutating func update(_ bytes: Span<UInt8>) { inner.update(bytes) }

  /// The keyed digest of everything so far.
  public consuming func finish() -> DigestValue {
    var outer = outer
    outer.update(inner.finish().span)
    return outer.finish()
  }

  /// The keyed digest of everything so far and `message`; this one stays as it is.
  public func authenticating(_ message: Span<UInt8>) -> DigestValue {
    var copy = self
    copy.update(message)
    return copy.finish()
  }
}
