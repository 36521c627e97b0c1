/// Decides what a connection of the worker does next.
///
/// The machine holds no socket, no clock and no statement: a caller feeds it what happened and
/// performs the action it answers with. `MoltWorker` does that over SwiftNIO, the tests do it in a
/// loop. Sent together, these requests give these actions:
///
///     prepare 7 (id 1)       .prepare(id: 1)
///     run 7     (id 2)       .nothing            it waits for the statement
///     the prepare succeeded  answer 1, then .run(id: 2)
///     cancel    (id 2)       .abandon(id: 2, .cancelled)
///     the run ended          false               its answer is no longer wanted
///
///     serving ──drain──▶ draining
///        └──── close ───────┴─────▶ closed
///
/// Times are nanoseconds of one monotonic clock.
package struct WorkerConnectionMachine: ~Copyable {
  enum State: ~Copyable {
    /// Takes requests. Goes to `draining` on ``drain()``, to `closed` on ``close()``.
    case serving(ConnectionLedger)
    /// Finishes what it took. Goes to `closed` on ``close()``.
    case draining(ConnectionLedger)
    /// The connection is gone. Terminal.
    case closed
  }

  private var state: State
  private let limits: ConnectionLimits

  /// Creates a machine for a connection that was just accepted.
  package init(limits: ConnectionLimits = ConnectionLimits()) {
    self.init(.serving(ConnectionLedger()), limits)
  }

  private init(_ state: consuming State, _ limits: ConnectionLimits) {
    self.state = state
    self.limits = limits
  }

  /// Takes a request.
  ///
  /// - Parameters:
  ///   - message: The decoded request.
  ///   - arrival: When it arrived; its deadline counts from there.
  /// - Returns: What to do. After `hello`, `metrics`, `release`, `share`, `refuse` and `abandon` the request
  ///   counts as answered; the other actions owe a report.
  /// - Complexity: O(1) apart from cancelling a request that waits for a statement.
  package mutating func receive(
    _ message: RequestMessage,
    arrival: UInt64
  ) -> ConnectionAction {
    let limits = limits
    switch consume self.state {
    case .serving(var ledger):
      let action = ledger.receive(message, arrival: arrival, isDraining: false, limits: limits)
      self = .init(.serving(ledger), limits)
      return action
    case .draining(var ledger):
      let action = ledger.receive(message, arrival: arrival, isDraining: true, limits: limits)
      self = .init(.draining(ledger), limits)
      return action
    case .closed:
      self = .init(.closed, limits)
      return .nothing
    }
  }

  /// Takes note that a statement was compiled, or could not be.
  ///
  /// - Parameters:
  ///   - statement: The client's number, from ``ConnectionAction/prepare(id:_:)``.
  ///   - succeeded: Whether there is a statement now.
  /// - Returns: Whom to answer, whether to keep the statement, and what to start.
  package mutating func finishPrepare(_ statement: UInt64, succeeded: Bool) -> PrepareOutcome {
    let limits = limits
    switch consume self.state {
    case .serving(var ledger):
      let outcome = ledger.finishPrepare(statement, succeeded: succeeded, limits: limits)
      self = .init(.serving(ledger), limits)
      return outcome
    case .draining(var ledger):
      let outcome = ledger.finishPrepare(statement, succeeded: succeeded, limits: limits)
      self = .init(.draining(ledger), limits)
      return outcome
    case .closed:
      self = .init(.closed, limits)
      return PrepareOutcome()
    }
  }

  /// Takes note that a run or a health check ended, with an answer or an error.
  ///
  /// - Returns: Whether the request still waits for it; false after a cancel, a deadline or a close.
  package mutating func finish(_ id: UInt64) -> Bool {
    switch consume self.state {
    case .serving(var ledger):
      let isWanted = ledger.requests.removeValue(forKey: id) != nil
      self = .init(.serving(ledger), limits)
      return isWanted
    case .draining(var ledger):
      let isWanted = ledger.requests.removeValue(forKey: id) != nil
      self = .init(.draining(ledger), limits)
      return isWanted
    case .closed:
      self = .init(.closed, limits)
      return false
    }
  }

  /// Ends the requests whose deadline has passed.
  ///
  /// - Parameter now: The time.
  /// - Returns: What to do, and when to call again at the latest; nil while nothing waits.
  /// - Complexity: O(unanswered requests)
  package mutating func expire(now: UInt64) -> (actions: [ConnectionAction], next: UInt64?) {
    switch consume self.state {
    case .serving(var ledger):
      let result = ledger.expire(now: now)
      self = .init(.serving(ledger), limits)
      return result
    case .draining(var ledger):
      let result = ledger.expire(now: now)
      self = .init(.draining(ledger), limits)
      return result
    case .closed:
      self = .init(.closed, limits)
      return ([], nil)
    }
  }

  /// Refuses new runs and prepares from here on; what was accepted goes on.
  package mutating func drain() {
    switch consume self.state {
    case .serving(let ledger): self = .init(.draining(ledger), limits)
    case .draining(let ledger): self = .init(.draining(ledger), limits)
    case .closed: self = .init(.closed, limits)
    }
  }

  /// Takes note that the connection is gone.
  ///
  /// - Returns: The requests whose work must be stopped, in no order; empty the second time.
  package mutating func close() -> [UInt64] {
    switch consume self.state {
    case .serving(let ledger):
      self = .init(.closed, limits)
      return ledger.working
    case .draining(let ledger):
      self = .init(.closed, limits)
      return ledger.working
    case .closed:
      self = .init(.closed, limits)
      return []
    }
  }
}
