internal import CMoltPlatform

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A thread that waits for something and offers its core to others between two looks.
///
/// Nobody else may want the core; then looking again and again costs nobody anything. Whether another
/// thread took it is what the system counts, and not how long the offer lasted: on a virtual machine
/// the timer alone interrupts a thread for 20 to 100 µs several hundred times a second.
package struct CoreOffer {
  /// Only after an offer of more nanoseconds is the system asked, which takes a third of a microsecond.
  private static let ownStep: UInt64 = 10_000

  /// The time after the last offer, in nanoseconds of the clock that deadlines are on.
  package private(set) var time: UInt64
  private let switches: Int

  /// Begins to wait.
  package init() {
    time = molt_monotonic_nanoseconds()
    switches = molt_thread_switches()
  }

  /// Offers the core once.
  ///
  /// - Returns: Whether the core is still the thread's own: false when another thread had it meanwhile.
  ///   Where the system does not count that, an offer that lasted is taken for one that was accepted.
  package mutating func isDeclined() -> Bool {
    sched_yield()
    let now = molt_monotonic_nanoseconds()
    let isShort = now &- time <= Self.ownStep
    time = now
    return isShort || (switches >= 0 && molt_thread_switches() == switches)
  }
}
