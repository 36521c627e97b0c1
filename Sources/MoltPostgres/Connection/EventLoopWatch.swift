internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Keeps an event loop awake for a moment while a server works for tasks that run on it.
///
/// Waking a sleeping core takes 30 to 50 µs on a virtual machine, as long as a small statement. So the
/// loop looks for answers some times before it sleeps, and offers the core to others between two looks;
/// see docs/decisions/0009. One per loop, used on its thread only.
final class EventLoopWatch {
  /// How long to look for an answer before the loop sleeps.
  private static let patience = TimeAmount.microseconds(200)
  /// An offer of the core that took longer than this was accepted by somebody, who needs it more.
  private static let ownStep = TimeAmount.microseconds(20)
  /// How long nobody looks out after that.
  private static let rest = TimeAmount.milliseconds(5)

  private let eventLoop: any EventLoop
  /// The sockets of the connections that wait for an answer.
  private var descriptors: [pollfd] = []
  private var isDue = false
  private var restEnd = NIODeadline.uptimeNanoseconds(0)

  private init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  /// The watch of a loop.
  static func of(_ eventLoop: any EventLoop) -> EventLoopWatch {
    eventLoop.preconditionInEventLoop()
    if let known = current.currentValue { return known.value }
    let made = EventLoopWatch(eventLoop)
    current.currentValue = Bound(made, eventLoop: eventLoop)
    return made
  }

  private typealias Bound = NIOLoopBoundBox<EventLoopWatch>
  private static let current = ThreadSpecificVariable<Bound>()

  /// A connection waits for answers from now on.
  func begin(_ descriptor: CInt) {
    descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    guard !isDue, descriptors.count == 1 else { return }
    isDue = true
    // Behind everything that is to be done already.
    eventLoop.assumeIsolated().execute { [self] in
      eventLoop.assumeIsolated().execute { [self] in
        isDue = false
        look()
      }
    }
  }

  /// A connection waits for nothing more.
  func finish(_ descriptor: CInt) { descriptors.removeAll { $0.fd == descriptor } }

  private func look() {
    // Where several wait, one or the other has its answer soon, and sleeping costs less than looking.
    guard descriptors.count == 1 else { return }
    var now = NIODeadline.now()
    guard now >= restEnd else { return }
    let end = now + Self.patience
    while now < end, unsafe poll(&descriptors, 1, 0) == 0 {
      sched_yield()
      let next = NIODeadline.now()
      if next - now > Self.ownStep { restEnd = next + Self.rest }
      now = max(next, restEnd)
    }
  }
}
