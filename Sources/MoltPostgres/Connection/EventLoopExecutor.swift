internal import NIOCore
internal import Synchronization

/// Runs tasks on a connection's event loop.
///
/// Tasks whose answers arrive together run together, as soon as the connection has read them all, so
/// that what they ask next leaves in one write.
final class EventLoopExecutor: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    /// The memory that ``jobs`` goes on in while those before run.
    var spare: [UnownedJob] = []
    /// Whether ``runAll()`` is on its way.
    var isDue = false
  }

  private let eventLoop: any EventLoop
  private let state = Mutex(State())

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let mustSchedule = state.withLock { state in
      state.jobs.append(job)
      defer { state.isDue = true }
      return !state.isDue
    }
    if mustSchedule { eventLoop.execute { self.runAll() } }
  }

  /// Says that ``runAll()`` will be called soon, so that nothing else has to see to it.
  func willRunAll() { state.withLock { $0.isDue = true } }

  /// Runs what was enqueued until now; on the event loop.
  func runAll() {
    var jobs = state.withLock { state in
      state.isDue = false
      var due: [UnownedJob] = []
      if !state.jobs.isEmpty {
        swap(&state.jobs, &state.spare)
        swap(&due, &state.spare)
      }
      return due
    }
    guard !jobs.isEmpty else { return }
    // Safety: each job runs once, and `self` lives until the call returns.
    let executor = unsafe asUnownedTaskExecutor()
    for job in jobs { unsafe job.runSynchronously(on: executor) }
    jobs.removeAll(keepingCapacity: jobs.capacity <= 4096)
    state.withLock { swap(&$0.spare, &jobs) }
  }
}
