internal import Glibc

/// How far one run may go.
public struct RunOptions: Sendable {
  /// When the run must be over, in nanoseconds of `CLOCK_MONOTONIC`; 0: never.
  public var deadline: UInt64 = 0
  /// The most rows; 0: any number.
  public var rowLimit: UInt64 = 0
  /// The most bytes of the answer; 0: any number.
  public var byteLimit: UInt64 = 0
  /// A flag that ends the run from another thread.
  public var cancellation: Cancellation?

  /// Creates options without limits.
  public init() {}

  /// The clock that deadlines are measured by, in nanoseconds.
  public static var now: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
