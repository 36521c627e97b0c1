internal import MoltPostgresWire
internal import Synchronization

/// A `COPY FROM STDIN` between its task and the event loop.
final class CopyInState: Sendable {
  typealias Ending = Result<CommandComplete, PostgresError>

  private struct State {
    var isReady = false
    var ending: Ending?
    var waiters: [CheckedContinuation<Void, Never>] = []
    var enders: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// The server waits for data.
  func ready() {
    let waiters = state.withLock { state in
      state.isReady = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// The answer is complete.
  func finish(_ ending: Ending) {
    let waiters = state.withLock { state in
      state.ending = ending
      defer {
        state.waiters = []
        state.enders = []
      }
      return state.waiters + state.enders
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits for the server to be ready for data.
  ///
  /// - Returns: How it ended instead; nil when data can be sent.
  func start() async -> Ending? {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isOver = state.withLock { state in
        if state.isReady || state.ending != nil { return true }
        state.waiters.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
    return state.withLock { $0.ending }
  }

  /// Waits for the end.
  func end() async -> Ending {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isOver = state.withLock { state in
        if state.ending != nil { return true }
        state.enders.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
    return state.withLock { $0.ending } ?? .failure(.closed(.connectionLost))
  }
}
