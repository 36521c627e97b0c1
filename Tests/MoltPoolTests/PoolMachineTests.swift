import MoltPool
import Testing

/// A pool and the moment, with the actions performed as a shell would.
struct PoolRun: ~Copyable {
  var pool: PoolMachine
  var now = Duration.zero
  var lent: [(PoolConnectionID, PoolWaiterID)] = []
  var refused: [(PoolWaiterID, PoolRefusal)] = []
  var opening: [PoolConnectionID] = []
  var checking: [PoolConnectionID] = []
  var closing: [PoolConnectionID] = []

  init(_ change: (inout PoolLimits) -> Void = { _ in }) {
    var limits = PoolLimits()
    change(&limits)
    pool = PoolMachine(limits)
  }

  mutating func collect() {
    for action in pool.takeActions() {
      switch action {
      case .open(let id): opening.append(id)
      case .check(let id): checking.append(id)
      case .close(let id): closing.append(id)
      case .lend(let id, let waiter): lent.append((id, waiter))
      case .refuse(let waiter, let refusal): refused.append((waiter, refusal))
      }
    }
  }

  mutating func openAll() {
    collect()
    while let id = opening.popLast() {
      pool.opened(id, at: now)
      collect()
    }
  }

  /// A connection that is lent.
  mutating func lease() throws -> PoolConnectionID {
    switch try pool.lease(at: now) {
    case .connection(let id): return id
    case .waiting(let waiter):
      openAll()
      let newest = lent.popLast()
      let last = try #require(newest)
      #expect(last.1 == waiter)
      return last.0
    }
  }
}

@Suite("A pool of connections")
struct PoolMachineTests {
  @Test("opens a connection for the first who asks, and lends it again at once")
  func reuse() throws {
    var run = PoolRun()
    let first = try run.lease()
    run.pool.giveBack(first, at: run.now)
    let again = try run.pool.lease(at: run.now)
    #expect(again == .connection(first))
    let count = run.pool.count
    #expect(count == 1)
  }

  @Test("serves ten thousand waiters in the order in which they came", arguments: [1, 3, 10])
  func fairness(maximum: Int) throws {
    var run = PoolRun { $0.maximum = maximum }
    var waiting: [PoolWaiterID] = []
    for _ in 0..<10_000 {
      if case .waiting(let waiter) = try run.pool.lease(at: run.now) { waiting.append(waiter) }
    }
    run.openAll()
    var order: [PoolWaiterID] = []
    while !run.lent.isEmpty {
      let (id, waiter) = run.lent.removeFirst()
      order.append(waiter)
      run.now += .milliseconds(1)
      run.pool.giveBack(id, at: run.now)
      run.collect()
    }
    #expect(order == waiting)
    let (count, left) = (run.pool.count, run.pool.waiterCount)
    #expect(count == maximum && left == 0)
  }

  @Test("skips who gave up, and keeps the order of the others")
  func cancellation() throws {
    var run = PoolRun { $0.maximum = 1 }
    let held = try run.lease()
    var waiters: [PoolWaiterID] = []
    for _ in 0..<5000 {
      if case .waiting(let waiter) = try run.pool.lease(at: run.now) { waiters.append(waiter) }
    }
    for waiter in waiters where waiter.number % 3 == 0 {
      let isGone = run.pool.cancel(waiter)
      let isGoneAgain = run.pool.cancel(waiter)
      #expect(isGone && !isGoneAgain)
    }
    var order: [PoolWaiterID] = []
    run.pool.giveBack(held, at: run.now)
    run.collect()
    while !run.lent.isEmpty {
      let (id, waiter) = run.lent.removeFirst()
      order.append(waiter)
      let isCancelled = run.pool.cancel(waiter)
      #expect(!isCancelled)
      run.pool.giveBack(id, at: run.now)
      run.collect()
    }
    #expect(order == waiters.filter { $0.number % 3 != 0 })
  }

  @Test("refuses who waited too long, and nobody else")
  func waitLimit() throws {
    var run = PoolRun { $0.maximum = 1 }
    let held = try run.lease()
    let patient = try run.pool.lease(at: run.now, wait: .seconds(9))
    let hasty = try run.pool.lease(at: run.now, wait: .seconds(1))
    let next = run.pool.nextDeadline()
    #expect(next == run.now + .seconds(1))
    run.now += .seconds(2)
    run.pool.advance(to: run.now)
    run.collect()
    #expect(run.refused.map { PoolLease.waiting($0.0) } == [hasty])
    #expect(run.refused.map(\.1) == [.waitedTooLong])
    run.pool.giveBack(held, at: run.now)
    run.collect()
    #expect(run.lent.map { PoolLease.waiting($0.1) } == [patient])
  }

  @Test("refuses more waiters than may wait")
  func lineLimit() throws {
    var run = PoolRun {
      $0.maximum = 1
      $0.waiters = 2
    }
    _ = try run.pool.lease(at: run.now)
    _ = try run.pool.lease(at: run.now)
    var refusal: PoolRefusal?
    do { _ = try run.pool.lease(at: run.now) } catch { refusal = error }
    #expect(refusal == .tooManyWaiters(limit: 2))
  }

  @Test("keeps its minimum, and closes what is above it and unused")
  func idleLimit() throws {
    var run = PoolRun {
      $0.minimum = 1
      $0.idle = .seconds(10)
      $0.silence = .seconds(1000)
    }
    run.pool.start(at: run.now)
    run.openAll()
    let one = try run.lease()
    let two = try run.lease()
    run.pool.giveBack(one, at: run.now)
    run.pool.giveBack(two, at: run.now)
    run.now += .seconds(11)
    run.pool.advance(to: run.now)
    run.collect()
    #expect(run.closing.count == 1)
    for id in run.closing { run.pool.closed(id, at: run.now) }
    let count = run.pool.count
    #expect(count == 1)
  }

  @Test("closes a connection that is too old when it comes back, and opens another for the next")
  func ageLimit() throws {
    var run = PoolRun { $0.age = .seconds(60) }
    let old = try run.lease()
    run.now += .seconds(61)
    run.pool.giveBack(old, at: run.now)
    run.collect()
    #expect(run.closing == [old])
    run.pool.closed(old, at: run.now)
    let young = try run.lease()
    #expect(young != old)
  }

  @Test("asks a silent connection whether it is alive before it is lent", arguments: [true, false])
  func check(isAlive: Bool) throws {
    var run = PoolRun { $0.silence = .seconds(5) }
    let first = try run.lease()
    run.pool.giveBack(first, at: run.now)
    run.now += .seconds(6)
    let lease = try run.pool.lease(at: run.now)
    run.collect()
    #expect(run.checking == [first] && run.opening.isEmpty && run.lent.isEmpty)
    run.pool.checked(first, at: run.now, isAlive: isAlive)
    run.openAll()
    #expect(run.lent.map { PoolLease.waiting($0.1) } == [lease])
    #expect((run.lent.first?.0 == first) == isAlive)
  }

  @Test("tries again later and more seldom when connections cannot be opened")
  func retry() throws {
    var run = PoolRun()
    _ = try run.pool.lease(at: run.now)
    run.collect()
    for expected in [100, 200, 400, 800] {
      let newest = run.opening.popLast()
      let id = try #require(newest)
      run.pool.openFailed(id, at: run.now)
      run.collect()
      #expect(run.opening.isEmpty)
      let deadline = run.pool.nextDeadline()
      let next = try #require(deadline)
      #expect(next - run.now == .milliseconds(expected))
      run.now = next
      run.pool.advance(to: run.now)
      run.collect()
      #expect(run.opening.count == 1)
    }
    run.openAll()
    #expect(run.lent.count == 1)
  }

  @Test("refuses everybody where trying again would not help")
  func finalFailure() throws {
    var run = PoolRun()
    _ = try run.pool.lease(at: run.now)
    run.collect()
    let newest = run.opening.popLast()
    let id = try #require(newest)
    run.pool.openFailed(id, at: run.now, isFinal: true)
    run.collect()
    #expect(run.refused.map(\.1) == [.unreachable])
  }

  @Test("replaces a connection that ended, whoever had it")
  func lost() throws {
    var run = PoolRun { $0.maximum = 1 }
    let first = try run.lease()
    let waiting = try run.pool.lease(at: run.now)
    run.pool.lost(first, at: run.now)
    run.collect()
    #expect(run.opening.isEmpty)
    run.pool.giveBack(first, at: run.now)
    run.openAll()
    #expect(run.lent.map { PoolLease.waiting($0.1) } == [waiting])
    #expect(run.lent.first?.0 != first)
  }

  @Test("refuses waiters when it closes, and is drained when the last connection has gone")
  func closing() throws {
    var run = PoolRun { $0.maximum = 1 }
    let held = try run.lease()
    _ = try run.pool.lease(at: run.now)
    run.pool.close()
    run.collect()
    #expect(run.refused.map(\.1) == [.closed])
    var refusal: PoolRefusal?
    do { _ = try run.pool.lease(at: run.now) } catch { refusal = error }
    #expect(refusal == .closed)
    let early = run.pool.isDrained
    run.pool.giveBack(held, at: run.now)
    run.collect()
    #expect(!early && run.closing == [held])
    run.pool.closed(held, at: run.now)
    let late = run.pool.isDrained
    #expect(late)
  }

  @Test("is never wrong about its counts, whatever happens in whatever order", arguments: 0..<20)
  func anything(seed: UInt64) throws {
    var random = Steps(seed)
    var run = PoolRun {
      $0.maximum = 4
      $0.minimum = 1
      $0.silence = .seconds(3)
      $0.age = .seconds(40)
      $0.idle = .seconds(9)
      $0.wait = .seconds(5)
    }
    var used: [PoolConnectionID] = []
    var asked = 0
    var served = 0
    for _ in 0..<5000 {
      switch random.next(9) {
      case 0, 1:
        asked += 1
        if case .connection(let id)? = try? run.pool.lease(at: run.now) {
          used.append(id)
          served += 1
        }
      case 2, 3:
        if !used.isEmpty {
          let id = used.remove(at: random.next(used.count))
          run.pool.giveBack(id, at: run.now, isReusable: random.next(5) > 0)
        }
      case 4:
        if let id = run.opening.popLast() {
          if random.next(4) == 0 {
            run.pool.openFailed(id, at: run.now)
          } else {
            run.pool.opened(id, at: run.now)
          }
        }
      case 5:
        if let id = run.checking.popLast() {
          run.pool.checked(id, at: run.now, isAlive: random.next(3) > 0)
        }
      case 6: if let id = run.closing.popLast() { run.pool.closed(id, at: run.now) }
      case 7: if let id = used.first { run.pool.lost(id, at: run.now) }
      default:
        run.now += .milliseconds(random.next(2000))
        run.pool.advance(to: run.now)
      }
      run.collect()
      used += run.lent.map(\.0)
      served += run.lent.count
      run.lent = []
      let (count, waiting) = (run.pool.count, run.pool.waiterCount)
      let told = served + run.refused.count + waiting
      try #require(count <= 4)
      try #require(Set(used).count == used.count)
      try #require(asked == told)
    }
    #expect(served > 100)
  }
}

/// Numbers that look like chance and are the same each time.
struct Steps {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(_ limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(limit))
  }
}
