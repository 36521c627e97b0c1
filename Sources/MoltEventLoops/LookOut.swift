package import NIOCore

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
  /// An offer of the core that took longer than this was accepted by somebody, who needs it more.
  private static let ownStep = TimeAmount.microseconds(20)
  /// How long nobody looks out after that.
  private static let rest = TimeAmount.milliseconds(5)

  private let patience: TimeAmount
  private var restEnd = NIODeadline.uptimeNanoseconds(0)

  /// Creates a look-out.
  ///
  /// - Parameter patience: How long to look.
  package init(patience: TimeAmount) { self.patience = patience }

  /// Looks until one of the sockets has something, and offers the core to others between two looks.
  ///
  /// - Parameter descriptors: The sockets, and what is waited for.
  /// - Complexity: O(descriptors) for each look
  package mutating func look(at descriptors: inout [pollfd]) {
    var now = NIODeadline.now()
    guard now >= restEnd else { return }
    let end = now + patience
    while now < end, unsafe poll(&descriptors, nfds_t(descriptors.count), 0) == 0 {
      sched_yield()
      let next = NIODeadline.now()
      if next - now > Self.ownStep { restEnd = next + Self.rest }
      now = max(next, restEnd)
    }
  }
}
