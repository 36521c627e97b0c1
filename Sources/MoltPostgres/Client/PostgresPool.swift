internal import CoreMetrics
internal import Logging
internal import MoltErrors
internal import MoltPool
internal import MoltPostgresWire
internal import NIOCore
internal import Synchronization

/// Connections by the decisions of a ``PoolMachine``: this type performs them and decides nothing.
///
/// It has no task of its own. Connections open and close on event loops, and a timer of one of them
/// wakes the machine when something is due.
final class PostgresPool: Sendable {
  typealias Waiter = @Sendable (Result<PostgresLease, PostgresError>) -> Void

  private struct State: ~Copyable {
    var machine: PoolMachine
    var connections: [PoolConnectionID: PostgresConnection] = [:]
    var waiters: [PoolWaiterID: Waiter] = [:]
    var timer: Scheduled<Void>?
    var timerMoment = Duration.zero
    /// Why a connection could not be opened the last time.
    var failure: PostgresError?
    var drained: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>
  private let settings: ConnectionSettings
  private let group: any EventLoopGroup
  private let metrics: PostgresMetrics
  private let start = ContinuousClock.now
  private var now: Duration { ContinuousClock.now - start }

  init(
    _ settings: ConnectionSettings,
    _ limits: PoolLimits,
    _ group: any EventLoopGroup,
    _ metrics: PostgresMetrics
  ) {
    self.settings = settings
    self.group = group
    self.metrics = metrics
    state = Mutex(State(machine: PoolMachine(limits)))
  }

  /// How many connections there are, idle ones among them, and how many tasks wait for one.
  var counts: (connections: Int, idle: Int, waiters: Int) {
    state.withLock { ($0.machine.count, $0.machine.idleCount, $0.machine.waiterCount) }
  }

  /// Opens the minimum of connections.
  func open() { perform { state, now in state.machine.start(at: now) } }

  /// Gives a connection to one task.
  func lease(wait: Duration?) async throws(PostgresError) -> PostgresLease {
    if let lease = leaseIdle() { return lease }
    let ticket = WaitTicket()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        enqueue(ticket, wait) { continuation.resume(returning: $0) }
      }
    } onCancel: {
      cancel(ticket)
    }
    return try result.get()
  }

  /// Gives a connection to whoever has no task; at once where one is idle.
  ///
  /// - Returns: What ``cancel(_:)`` takes back, whereupon `done` hears of that.
  func lease(wait: Duration?, _ done: @escaping Waiter) -> WaitTicket {
    let ticket = WaitTicket()
    if let lease = leaseIdle() { done(.success(lease)) } else { enqueue(ticket, wait, done) }
    return ticket
  }

  private func leaseIdle() -> PostgresLease? {
    let lease = state.withLock { state -> PostgresLease? in
      guard state.machine.waiterCount == 0, state.machine.idleCount > 0,
        case .connection(let id)? = try? state.machine.lease(at: now, wait: .zero),
        let connection = state.connections[id]
      else { return nil }
      return PostgresLease(id: id, connection: connection)
    }
    return lease
  }

  private func enqueue(_ ticket: WaitTicket, _ wait: Duration?, _ waiter: @escaping Waiter) {
    var immediate: Result<PostgresLease, PostgresError>?
    perform { state, now in
      if ticket.isCancelled {
        immediate = .failure(.cancelled)
        return
      }
      do throws(PoolRefusal) {
        switch try state.machine.lease(at: now, wait: wait) {
        case .connection(let id):
          immediate = state.connections[id].map {
            .success(PostgresLease(id: id, connection: $0))
          }
        case .waiting(let id):
          state.waiters[id] = waiter
          ticket.id = id
        }
      } catch {
        immediate = .failure(.pool(error))
      }
    }
    if let immediate { waiter(immediate) }
  }

  /// Takes back a wish for a connection that was not fulfilled yet.
  func cancel(_ ticket: WaitTicket) {
    let waiter = state.withLock { state -> Waiter? in
      ticket.isCancelled = true
      guard let id = ticket.id, state.machine.cancel(id) else { return nil }
      return state.waiters.removeValue(forKey: id)
    }
    waiter?(.failure(.cancelled))
  }

  /// Takes a connection back.
  func giveBack(_ lease: PostgresLease, isReusable: Bool) {
    perform { state, now in
      state.machine.giveBack(lease.id, at: now, isReusable: isReusable)
    }
  }

  /// Refuses whoever waits, and waits until all connections have been given back and closed.
  func close() async {
    perform { state, _ in state.machine.close() }
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isDrained = state.withLock { state in
        if !state.machine.isDrained { state.drained.append(continuation) }
        return state.machine.isDrained
      }
      if isDrained { continuation.resume() }
    }
    state.withLock { $0.timer?.cancel() }
  }

  /// Tells the machine something, then does what it asks for.
  private func perform(_ body: (inout State, Duration) -> Void) {
    let moment = now
    let (effects, drained) = state.withLock { state in
      body(&state, moment)
      let effects = state.machine.takeActions().map { Self.effect(of: $0, &state) }
      schedule(&state, moment)
      guard state.machine.isDrained else { return (effects, [CheckedContinuation<Void, Never>]()) }
      defer { state.drained = [] }
      return (effects, state.drained)
    }
    for effect in effects { perform(effect) }
    for continuation in drained { continuation.resume() }
  }

  /// An action with everything that the lock protects.
  private enum Effect {
    case open(PoolConnectionID)
    case check(PoolConnectionID, PostgresConnection?)
    case close(PoolConnectionID, PostgresConnection?)
    case answer(Waiter?, Result<PostgresLease, PostgresError>)
  }

  private static func effect(of action: PoolAction, _ state: inout State) -> Effect {
    switch action {
    case .open(let id): return .open(id)
    case .check(let id): return .check(id, state.connections[id])
    case .close(let id): return .close(id, state.connections.removeValue(forKey: id))
    case .lend(let id, let waiter):
      let result: Result<PostgresLease, PostgresError> =
        state.connections[id].map { .success(PostgresLease(id: id, connection: $0)) }
        ?? .failure(.closed(.connectionLost))
      return .answer(state.waiters.removeValue(forKey: waiter), result)
    case .refuse(let waiter, let refusal):
      let isConnecting = refusal == .unreachable || refusal == .waitedTooLong
      let error = isConnecting ? state.failure ?? .pool(refusal) : .pool(refusal)
      return .answer(state.waiters.removeValue(forKey: waiter), .failure(error))
    }
  }

  private func perform(_ effect: Effect) {
    switch effect {
    case .open(let id): open(id)
    case .check(let id, let connection): check(id, connection)
    case .close(let id, let connection):
      guard let connection else { return perform { $0.machine.closed(id, at: $1) } }
      connection.submit(.close)
      connection.channel.closeFuture.whenComplete { _ in
        self.perform { $0.machine.closed(id, at: $1) }
      }
    case .answer(let waiter, let result): waiter?(result)
    }
  }

  private func open(_ id: PoolConnectionID) {
    PostgresConnection.connect(settings, on: group.next()).whenComplete { result in
      switch result {
      case .success(let connection):
        self.metrics.connectionsOpened.increment()
        self.perform { state, now in
          state.failure = nil
          state.connections[id] = connection
          state.machine.opened(id, at: now)
        }
        connection.channel.closeFuture.whenComplete { _ in self.lost(id) }
      case .failure(let error):
        let error = PostgresError(connecting: error)
        self.metrics.connectionFailures.increment()
        self.settings.logger.warning("no PostgreSQL connection: \(error.error.message)")
        self.perform { state, now in
          state.failure = error
          state.machine.openFailed(id, at: now, isFinal: error.isFinal)
        }
      }
    }
  }

  private func lost(_ id: PoolConnectionID) {
    perform { state, now in
      state.connections[id] = nil
      state.machine.lost(id, at: now)
    }
  }

  private func check(_ id: PoolConnectionID, _ connection: PostgresConnection?) {
    guard let connection else {
      return perform { $0.machine.checked(id, at: $1, isAlive: false) }
    }
    connection.ping(within: .seconds(5)) { isAlive in
      self.perform { $0.machine.checked(id, at: $1, isAlive: isAlive) }
    }
  }

  /// Wakes the machine when something is due.
  private func schedule(_ state: inout State, _ moment: Duration) {
    // An earlier timer looks again when it rings.
    if state.timer != nil, state.machine.waiterCount == 0 || state.timerMoment <= moment { return }
    guard let next = state.machine.nextDeadline() else { return }
    if state.timer != nil, state.timerMoment <= next { return }
    state.timer?.cancel()
    state.timerMoment = next
    let delay = TimeAmount(max(next - moment, .milliseconds(1)))
    state.timer = group.next().scheduleTask(in: delay) {
      self.perform { state, now in
        state.timer = nil
        state.machine.advance(to: now)
      }
    }
  }
}

/// A connection that one task has.
struct PostgresLease: Sendable {
  let id: PoolConnectionID
  let connection: PostgresConnection
}

/// A waiter's place, for its cancellation.
// Safety: used under the pool's lock only.
final class WaitTicket: @unchecked Sendable {
  fileprivate var id: PoolWaiterID?
  fileprivate var isCancelled = false
}

extension PostgresError {
  /// Whether connecting again would not help: wrong settings, an unknown user, no trust.
  var isFinal: Bool {
    switch self {
    case .server(let error), .closed(.server(let error)):
      error.sqlState.hasPrefix("28") || error.sqlState == "3D000"
    case .closed(.authentication), .closed(.zeroByteInOptions), .closed(.encryptionRefused), .tls:
      true
    default: false
    }
  }
}
