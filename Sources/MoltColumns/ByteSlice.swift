/// Where a value lies in a run of bytes, or that there is none.
///
/// Eight bytes, so that the places of thousands of values stay in the cache.
@frozen public struct ByteSlice: Equatable, Sendable, BitwiseCopyable {
  /// The first byte.
  public var start: UInt32
  /// How many bytes; -1 for null.
  public var count: Int32

  /// Creates a slice.
  @inlinable @inline(__always)
  public init(start: UInt32, count: Int32) {
    self.start = start
    self.count = count
  }

  /// No value.
  public static let null = ByteSlice(start: 0, count: -1)

  /// Whether there is no value.
  @inlinable public var isNull: Bool { count < 0 }
}
