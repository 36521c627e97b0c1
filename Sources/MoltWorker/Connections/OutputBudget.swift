internal import Synchronization

/// How many answer bytes of one connection wait for its reader, and who rests because of them.
///
/// A run that finds the budget used up after a piece rests: it leaves its thread and is woken when
/// half of the bytes have left. When all connections together have used up their common budget, it
/// rests as soon as anything of its own connection waits.
final class OutputBudget: Sendable {
  private struct State {
    var byteCount = 0
    var resting: [any WorkerJob] = []
  }

  private let limit: Int
  private let total: UnreadBytes
  private let totalLimit: Int
  private let state = Mutex(State())

  /// Creates an unused budget.
  init(_ limits: WorkerLimits, sharing total: UnreadBytes) {
    limit = limits.unreadByteCount
    totalLimit = limits.totalUnreadByteCount
    self.total = total
  }

  /// Books bytes that were made.
  func add(_ byteCount: Int) {
    total.add(byteCount)
    state.withLock { $0.byteCount += byteCount }
  }

  /// Lets a job rest if the budget is used up.
  ///
  /// - Returns: Whether it rests from here on. A job that is given up never rests: the check and
  ///   ``wake(_:)`` take the same lock, so that one of them sees the other.
  func rest(_ job: any WorkerJob) -> Bool {
    state.withLock { state in
      let isUsedUp =
        state.byteCount >= limit || (state.byteCount > 0 && total.count >= totalLimit)
      guard isUsedUp, !job.progress.isGivenUp else { return false }
      state.resting.append(job)
      return true
    }
  }

  /// Books bytes that have left.
  ///
  /// - Returns: The jobs to continue.
  func remove(_ byteCount: Int) -> [any WorkerJob] {
    state.withLock { state in
      state.byteCount -= byteCount
      guard state.byteCount <= limit / 2, !state.resting.isEmpty else { return [] }
      defer { state.resting = [] }
      return state.resting
    }
  }

  /// Wakes a job for good.
  ///
  /// - Returns: Whether it rested.
  func wake(_ job: any WorkerJob) -> Bool {
    state.withLock { state in
      guard let index = state.resting.firstIndex(where: { $0 === job }) else { return false }
      state.resting.remove(at: index)
      return true
    }
  }
}
