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
}
