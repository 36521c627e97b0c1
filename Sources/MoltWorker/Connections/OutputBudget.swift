internal import Synchronization

/// How many answer bytes of one connection wait for its reader, and who rests because of them.
///
/// A run that finds the budget used up after a piece rests: it leaves its thread and is woken when
/// half of the bytes have left.
final class OutputBudget: Sendable {
  private struct State {
    var byteCount = 0
    var resting: [RunJob] = []
  }

  private let limit: Int
  private let state = Mutex(State())

  /// Creates an unused budget of `limit` bytes.
  init(limit: Int) { self.limit = limit }

  /// Books bytes that were made.
  func add(_ byteCount: Int) { state.withLock { $0.byteCount += byteCount } }

  /// Lets a job rest if the budget is used up.
  ///
  /// - Returns: Whether it rests from here on. A job that is given up never rests: the check and
  ///   ``wake(_:)`` take the same lock, so that one of them sees the other.
  func rest(_ job: RunJob) -> Bool {
    state.withLock { state in
      guard state.byteCount >= limit, !job.isGivenUp else { return false }
      state.resting.append(job)
      return true
    }
  }

  /// Books bytes that have left.
  ///
  /// - Returns: The jobs to continue.
  func remove(_ byteCount: Int) -> [RunJob] {
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
  func wake(_ job: RunJob) -> Bool {
    state.withLock { state in
      guard let index = state.resting.firstIndex(where: { $0 === job }) else { return false }
      state.resting.remove(at: index)
      return true
    }
  }
}
