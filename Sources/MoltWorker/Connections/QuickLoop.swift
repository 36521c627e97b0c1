internal import Glibc
internal import MoltWaiting
internal import NIOCore
internal import NIOPosix

/// What an event loop knows for the sake of quick runs.
///
/// One per loop, used on its thread only.
final class QuickLoop {
  /// More connections than this are not looked at, only waited for.
  private static let descriptorLimit = 16
  private let loop: any EventLoop
  private var isTaken = false
  private var descriptors: [pollfd] = []
  /// A view that asks for its rows through the worker comes back within this time when it is asked
  /// again at once.
  private var watcher = LookOut(patience: 1_000_000)

  private init(_ loop: any EventLoop) { self.loop = loop }

  /// The state of a loop.
  static func of(_ loop: any EventLoop) -> QuickLoop {
    loop.preconditionInEventLoop()
    if let known = current.currentValue { return known.value }
    let made = QuickLoop(loop)
    current.currentValue = Bound(made, eventLoop: loop)
    return made
  }

  private typealias Bound = NIOLoopBoundBox<QuickLoop>
  private static let current = ThreadSpecificVariable<Bound>()

  func add(_ descriptor: CInt) {
    descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
  }

  func remove(_ descriptor: CInt) {
    descriptors.removeAll { $0.fd == descriptor }
  }

  /// Takes the one run that the loop may make itself in this round.
  ///
  /// One round reads every socket that is ready. A loop that made all their runs would leave the
  /// database threads idle.
  func takeTurn() -> Bool {
    guard !isTaken else { return false }
    isTaken = true
    loop.assumeIsolated().execute { [self] in isTaken = false }
    return true
  }

  /// Lets others run who wait for this core.
  func offerCore() { sched_yield() }

  /// Looks for the next request on any connection before the loop sleeps.
  func lookOut() {
    guard descriptors.count <= Self.descriptorLimit else { return }
    watcher.look(at: &descriptors)
  }
}
