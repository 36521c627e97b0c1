internal import MoltTape

/// What a ``MessagePackParser`` takes.
public struct MessagePackLimits: Equatable, Sendable {
  /// How deep arrays and maps may be nested: 1024.
  public var depth = 1024
  /// How many bytes an input may have: 4,294,967,295, which is also the most there can be.
  public var byteCount = TapeWord.maximumOffset
  /// How many bytes a str, bin or extension may have: 268,435,455, also the most there can be.
  public var textByteCount = TapeWord.maximumCount
  /// Whether a key that stands twice in a map is an error: no; look-ups then find the last.
  ///
  /// The check costs O(bytes of the keys) for each depth at which keys are nested in keys.
  public var uniqueKeys = false

  /// Whether a str has to be UTF-8; without that its bytes may only be taken as bytes.
  package var checksUTF8 = true

  /// The limits with their defaults.
  public init() {}
}
