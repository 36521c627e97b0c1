#if canImport(Glibc)
  package import Glibc
#elseif canImport(Musl)
  package import Musl
#else
  package import Darwin
#endif

/// Looks at sockets for a moment before an event loop sleeps.
///
/// Waking a sleeping core takes 30 to 50 µs on a virtual machine and finds its caches cold, as long as
/// a small statement; see docs/decisions/0009. Used by one thread.
package struct LookOut {
  /// How many nanoseconds nobody looks out after the core was taken twice running, and at most.
  private static let rests: (first: UInt64, longest: UInt64) = (500_000, 8_000_000)

  private let patience: UInt64
  /// How long nobody looks out after the core is taken next: whoever takes it again and again needs it.
  private var rest: UInt64 = 0
  private var restEnd: UInt64 = 0

  /// Creates a look-out.
  ///
  /// - Parameter patience: How many nanoseconds to look.
  package init(patience: UInt64) { self.patience = patience }

  /// Looks until one of the sockets has something, and offers the core to others between two looks.
  ///
  /// - Parameter descriptors: The sockets, and what is waited for.
  /// - Complexity: O(descriptors) for each look
  package mutating func look(at descriptors: inout [pollfd]) {
    var core = CoreOffer()
    let (end, isEndless) = core.time.addingReportingOverflow(patience)
    guard core.time >= restEnd else { return }
    while isEndless || core.time < end,
      unsafe poll(&descriptors, nfds_t(descriptors.count), 0) == 0
    {
      guard core.isDeclined() else {
        restEnd = core.time + rest
        rest = min(max(2 * rest, Self.rests.first), Self.rests.longest)
        return
      }
    }
    rest = 0
  }
}
