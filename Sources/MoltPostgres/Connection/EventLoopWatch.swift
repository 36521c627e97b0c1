internal import MoltWaiting
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
/// One per loop, used on its thread only.
final class EventLoopWatch {
  private let eventLoop: any EventLoop
  /// The sockets of the connections that wait for an answer.
  private var descriptors: [pollfd] = []
  private var isDue = false
  private var lookOut = LookOut(patience: 200_000)

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
    lookOut.look(at: &descriptors)
  }
}
