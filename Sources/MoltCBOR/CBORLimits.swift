internal import MoltTape

/// What a ``CBORParser`` takes.
public struct CBORLimits: Equatable, Sendable {
  /// How deep arrays, maps and tags may be nested: 1024.
  public var depth = 1024
  /// How many bytes an input may have: 4,294,967,295, which is also the most there can be.
  public var byteCount = TapeWord.maximumOffset
  /// How many bytes a string may have: 268,435,455, also the most there can be.
  public var textByteCount = TapeWord.maximumCount
  /// Whether a key that stands twice in a map is an error: no; look-ups then find the last.
  ///
  /// RFC 8949 calls such a map invalid (section 5.3.1). The check costs O(bytes of the keys) for each
  /// depth at which keys are nested in keys.
  public var uniqueKeys = false
  /// Whether anything but the deterministic encoding with this order of keys is an error: no (nil).
  ///
  /// The check costs a second pass over the input.
  public var determinism: CBORKeyOrder?

  /// The limits with their defaults.
  public init() {}
}

/// How the deterministic encoding sorts the keys of a map.
public enum CBORKeyOrder: Equatable, Sendable {
  /// By the bytes of their encodings (RFC 8949, section 4.2.1).
  case bytewise
  /// Shorter encodings first, those of one length by their bytes (section 4.2.3).
  case lengthFirst
}
