internal import Synchronization

/// Encodes documents of any format, one after the other: what the formats' encoders share.
///
/// What it learns about the types it keeps for the next document. Several threads may use it: who
/// finds its target taken, as a type does that encodes another document, gets one of its own.
package final class DocumentEncoder: Sendable {
  private let kept = Mutex(Kept())

  private struct Kept: @unchecked Sendable {
    // Safety: a target that is kept is nobody else's.
    var target: EncodingTarget?
  }

  /// Creates an encoder that knows no types yet.
  package init() {}

  deinit { take()?.retire() }

  /// Encodes a value.
  ///
  /// - Throws: `EncodingError`, or what the type's own code throws.
  package func encode(
    _ value: some Encodable,
    _ options: EncodingOptions,
    to makeOutput: () -> any EncodingOutput
  ) throws -> [UInt8] {
    let target = take() ?? EncodingTarget(makeOutput(), options)
    do {
      if try target.encode(document: value) {
        let bytes = try target.finish(value)
        put(target)
        return bytes
      }
    } catch {
      target.retire()
      throw error
    }
    target.retire()
    let tree = EncodingTarget(makeOutput(), options)
    defer { tree.retire() }
    try tree.encode(tree: value)
    return try tree.finish(value)
  }

  private func take() -> EncodingTarget? {
    kept.withLock { kept in kept.target.take().map { target in Kept(target: target) } }?.target
  }

  private func put(_ target: EncodingTarget) {
    target.begin()
    let mine = Kept(target: target)
    let other = kept.withLock { kept in
      let other = kept
      kept = mine
      return other
    }
    other.target?.retire()
  }
}
