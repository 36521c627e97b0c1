internal import CMoltPlatform
internal import Synchronization

/// How many answer bytes of all connections wait for their readers.
final class UnreadBytes: Sendable {
  /// From this many bytes on, the allocator is asked to give memory back afterwards.
  private static let highLevel = 4 << 20
  private static let lowLevel = 1 << 20

  private let total = Gauge()
  private let wasHigh = Atomic<Bool>(false)
  /// Whether somebody has been told to release memory and has not done it yet.
  private let isReleasing = Atomic<Bool>(false)

  /// The number now.
  var count: Int { total.value }

  /// Books bytes that were made.
  func add(_ byteCount: Int) {
    if total.add(byteCount) > Self.highLevel { wasHigh.store(true, ordering: .relaxed) }
  }

  /// Books bytes that have left.
  ///
  /// - Returns: Whether a flood is over and the caller must call ``releaseMemory()`` a moment later;
  ///   floods until then are served by the same call.
  func remove(_ byteCount: Int) -> Bool {
    guard total.add(-byteCount) < Self.lowLevel, wasHigh.load(ordering: .relaxed) else {
      return false
    }
    guard wasHigh.exchange(false, ordering: .relaxed) else { return false }
    return !isReleasing.exchange(true, ordering: .relaxed)
  }

  /// Gives the system the memory that the allocator keeps for later.
  ///
  /// Takes milliseconds.
  func releaseMemory() {
    isReleasing.store(false, ordering: .relaxed)
    molt_release_memory()
  }
}
