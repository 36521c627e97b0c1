internal import MoltTape

/// How much a document may ask of who reads it.
///
///     var limits = JSONLimits()
///     limits.depth = 32
///     var parser = JSONParser(limits: limits)
public struct JSONLimits: Equatable, Sendable {
  /// The most arrays and objects that may be open at once; 1024 unless set.
  ///
  /// Nesting takes memory on the heap, 16 bytes for each level, and no stack.
  public var depth = 1024

  /// The longest document; 4,294,967,295 bytes unless set, which is also the most that is possible.
  public var byteCount = TapeWord.maximumOffset

  /// The longest text or key, in bytes of UTF-8 after its escapes are resolved, and the longest
  /// number that 64 bits cannot hold; 268,435,455 unless set, which is also the most.
  public var textByteCount = TapeWord.maximumCount

  /// Whether an object with the same key twice is refused; false unless set.
  ///
  /// RFC 8259 leaves the meaning of such objects open. Where they are taken all pairs are kept, and
  /// a lookup finds the last, as in Python. The check compares keys after their escapes are
  /// resolved and takes O(*n* log *n*) for the keys of one object, whatever the keys are.
  public var uniqueKeys = false

  /// Creates the limits that hold unless set otherwise.
  public init() {}
}
