/// A pool of connections without connections: it decides who gets which, and what is opened, checked
/// and closed.
///
/// The machine holds no socket, no task and no clock: moments come in, as durations since one that
/// the shell chose. After each call the shell takes the actions and performs them.
///
///     pool.start(at: .zero)
///     switch try pool.lease(at: now) {
///     case .connection(let id):      use it, then giveBack(id, at: now)
///     case .waiting(let waiter):     takeActions() says .open(id); then opened(id, at: now),
///     }                              and takeActions() says .lend(id, to: waiter)
///
/// Waiters are served in the order in which they came, whatever becomes free. Among idle
/// connections the one used last is lent first, so that the others can age and go.
///
///     free ─▶ opening ─▶ idle ◀─▶ lent
///      ▲                  │ ▲       │
///      │                  ▼ │       │
///      │               checking     │
///      │                  │         │
///      └──── closing ◀────┴─────────┘
public struct PoolMachine: ~Copyable {
  /// How large the pool may become and how long things may last.
  public let limits: PoolLimits

  var slots: [PoolSlot] = []
  var free: [Int] = []
  /// The slots that can be lent, in the order in which they became so.
  var idle: [Int] = []
  var line = WaitingLine()
  /// How many connections are being opened or checked: each will serve a waiter.
  var arriving = 0
  /// How often opening failed since it last succeeded.
  var failures = 0
  /// Before when nothing is opened.
  var retry = Duration.zero
  var isClosed = false
  var actions: [PoolAction] = []

  /// Creates an empty pool.
  public init(_ limits: PoolLimits = PoolLimits()) { self.limits = limits }

  /// How many connections there are, with those that are being opened or closed.
  public var count: Int { slots.count - free.count }
  /// How many connections can be lent at once.
  public var idleCount: Int { idle.count }
  /// How many are waiting.
  public var waiterCount: Int { line.count }
  /// Whether the pool was closed and its last connection has gone.
  public var isDrained: Bool { isClosed && count == 0 }

  /// Opens the minimum of connections.
  public mutating func start(at now: Duration) { grow(at: now) }

  /// Gives what has to be done since the last call, in order.
  ///
  /// - Complexity: O(1)
  public mutating func takeActions() -> [PoolAction] {
    if actions.isEmpty { return [] }
    defer { actions = [] }
    return actions
  }

  /// Asks for a connection.
  ///
  /// - Parameters:
  ///   - now: The moment.
  ///   - wait: How long to wait for one; nil for the limit.
  /// - Returns: The connection, or a place in the line.
  /// - Throws: ``PoolRefusal/closed`` and ``PoolRefusal/tooManyWaiters(limit:)``.
  /// - Complexity: O(1), and O(log waiters) where one has to wait
  public mutating func lease(
    at now: Duration,
    wait: Duration? = nil
  ) throws(PoolRefusal) -> PoolLease {
    if isClosed { throw .closed }
    if line.isEmpty, let id = lendIdle(at: now) { return .connection(id) }
    guard line.count < limits.waiters else { throw .tooManyWaiters(limit: limits.waiters) }
    let waiter = line.add(deadline: now + (wait ?? limits.wait))
    serve(at: now)
    return .waiting(waiter)
  }

  /// Gives up waiting.
  ///
  /// - Returns: False when the waiter got a connection or a refusal before; it has to use that.
  public mutating func cancel(_ waiter: PoolWaiterID) -> Bool { line.remove(waiter) }

  /// Takes a connection back.
  ///
  /// - Parameters:
  ///   - id: The connection.
  ///   - now: The moment.
  ///   - isReusable: False for one that must not be lent again.
  public mutating func giveBack(
    _ id: PoolConnectionID,
    at now: Duration,
    isReusable: Bool = true
  ) {
    guard has(id, .lent) else { return }
    slots[id.slot].used = now
    slots[id.slot].heard = now
    if slots[id.slot].isLost {
      release(id.slot)
    } else if isClosed || !isReusable || isOld(id.slot, at: now) {
      close(id.slot)
    } else {
      slots[id.slot].state = .idle
      idle.append(id.slot)
    }
    serve(at: now)
  }

  /// Closes the pool: waiters are refused, and connections close as they come back.
  public mutating func close() {
    guard !isClosed else { return }
    isClosed = true
    refuseAll(.closed)
    for slot in idle { close(slot) }
    idle.removeAll()
  }
}
