/// How large a pool may become and how long things in it may last.
public struct PoolLimits: Equatable, Sendable {
  /// How many connections are kept open even when nobody needs them.
  ///
  /// Default: 0.
  public var minimum = 0
  /// The most connections, with those that are being opened or closed.
  ///
  /// Default: 10.
  public var maximum = 10
  /// The most waiters; one more is refused.
  ///
  /// Default: 65,536.
  public var waiters = 65536
  /// How long somebody waits for a connection who gives no limit of his own.
  ///
  /// Default: 30 seconds.
  public var wait = Duration.seconds(30)
  /// How long a connection above the minimum may be unused before it is closed.
  ///
  /// Default: 10 minutes.
  public var idle = Duration.seconds(600)
  /// How old a connection may become; it is closed when it is not in use.
  ///
  /// Default: 1 hour.
  public var age = Duration.seconds(3600)
  /// How long a connection may be silent before it is asked whether it is alive.
  ///
  /// Default: 30 seconds.
  public var silence = Duration.seconds(30)
  /// How long to wait after a connection could not be opened; it doubles with each failure.
  ///
  /// Default: 100 milliseconds.
  public var firstRetry = Duration.milliseconds(100)
  /// The longest wait after a connection could not be opened.
  ///
  /// Default: 5 seconds.
  public var lastRetry = Duration.seconds(5)

  /// Creates the default limits.
  public init() {}
}
