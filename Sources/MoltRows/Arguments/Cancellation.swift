internal import Synchronization

/// A flag that ends runs from another thread.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Creates a flag that is not set.
  public init() {}

  /// Whether ``cancel()`` was called.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Ends the runs that use this flag, soon.
  ///
  /// Calling it again changes nothing.
  public func cancel() { flag.store(true, ordering: .relaxed) }
}
