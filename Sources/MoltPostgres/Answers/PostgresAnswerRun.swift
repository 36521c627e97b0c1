internal import MoltPostgresWire
internal import MoltRows
internal import Synchronization

/// One run of a ``PostgresAnswerQuery``.
///
///     waiting ──▶ preparing ──▶ running ──▶ over
///        ▲                         │
///        └── the connection was dead, once
///
/// Its methods may be called by any thread at any time.
public final class PostgresAnswerRun: Sendable {
  private enum Place {
    case waiting(WaitTicket?)
    case preparing
    case running(PostgresConnection, ConnectionRequest)
    case over
  }

  private struct State {
    var place = Place.waiting(nil)
    var isCancelled = false
    var isRetry = false
  }

  private let query: PostgresAnswerQuery
  private let arguments: RunArguments
  private let limits: PostgresAnswerLimits
  private let receiver: any PostgresAnswerReceiver
  private let state = Mutex(State())
  private var pool: PostgresPool { query.client.pool }

  init(
    _ query: PostgresAnswerQuery,
    _ arguments: RunArguments,
    _ limits: PostgresAnswerLimits,
    _ receiver: any PostgresAnswerReceiver
  ) {
    self.query = query
    self.arguments = arguments
    self.limits = limits
    self.receiver = receiver
  }

  /// Ends the run soon; the server is told to stop.
  ///
  /// The receiver hears of it unless the answer was complete before.
  public func cancel() {
    let place = state.withLock { state in
      state.isCancelled = true
      return state.place
    }
    switch place {
    case .waiting(let ticket): if let ticket { pool.cancel(ticket) }
    case .running(let connection, let request): connection.submit(.stop(request, .cancelled))
    case .preparing, .over: break
    }
  }

  /// Goes on after the receiver had no room.
  public func resume() {
    guard case .running(let connection, _) = state.withLock({ $0.place }) else { return }
    connection.submit(.resumeReading)
  }

  func start() {
    let ticket = pool.lease(wait: limits.wait) { result in
      switch result {
      case .failure(let error): self.fail(error)
      case .success(let lease): self.use(lease)
      }
    }
    let isCancelled = state.withLock { state in
      guard case .waiting = state.place else { return false }
      state.place = .waiting(ticket)
      return state.isCancelled
    }
    if isCancelled { pool.cancel(ticket) }
  }

  private func use(_ lease: PostgresLease) {
    receiver.begin()
    if let plan = query.knownPlan { return run(plan, on: lease) }
    state.withLock { $0.place = .preparing }
    lease.connection.describe(query) { result in
      switch result {
      case .success(let plan): self.run(plan, on: lease)
      case .failure(let error):
        self.pool.giveBack(lease, isReusable: lease.connection.isOpen)
        self.fail(error)
      }
    }
  }

  private func run(_ plan: PostgresPlan, on lease: PostgresLease) {
    let observation = lease.connection.settings.observer.begin(query.statement)
    let answer: AnswerRequest
    do {
      answer = try AnswerRequest(query, plan, arguments, limits, receiver) { error, isFresh in
        observation.end(error)
        self.finish(lease, error, isFresh: isFresh)
      }
    } catch {
      observation.end(.answer(error))
      pool.giveBack(lease, isReusable: true)
      return fail(.answer(error))
    }
    let timeout = limits.timeout ?? lease.connection.settings.configuration.statementTimeout
    let request = ConnectionRequest(.answer(answer), timeout: timeout)
    request.sink = .answer(answer)
    let isCancelled = state.withLock { state in
      state.place = .running(lease.connection, request)
      return state.isCancelled
    }
    if isCancelled { lease.connection.submit(.stop(request, .cancelled)) }
    lease.connection.submit(.send(request))
  }

  /// The connection is free again, or gone.
  private func finish(_ lease: PostgresLease, _ error: PostgresError?, isFresh: Bool) {
    pool.giveBack(lease, isReusable: lease.connection.isIdle)
    if case .answer(.columnsChanged)? = error { query.forgetPlan() }
    guard let error, isFresh else { return state.withLock { $0.place = .over } }
    let mayRetry = state.withLock { state in
      guard !state.isRetry, !state.isCancelled, error.isDeadConnection else { return false }
      state.isRetry = true
      state.place = .waiting(nil)
      return true
    }
    if mayRetry { start() } else { fail(error) }
  }

  private func fail(_ error: PostgresError) {
    state.withLock { $0.place = .over }
    receiver.fail(error)
  }
}

extension PostgresError {
  /// Whether the connection ended as one does that was idle while its server restarted.
  ///
  /// A reading statement may then be run again on another one.
  var isDeadConnection: Bool {
    switch self {
    case .closed(let closure): closure.isDeadConnection
    case .server(let error): PostgresClosure.server(error).isDeadConnection && error.isFatal
    default: false
    }
  }
}

extension PostgresConnection {
  /// Whether nothing is in flight and no transaction is open; for the event loop only.
  var isIdle: Bool {
    isOpen && handler.wire.machine.transactionStatus == .idle
  }
}
