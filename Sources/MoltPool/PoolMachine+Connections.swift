// What the shell tells about connections. What comes too late, or twice, has no effect.

extension PoolMachine {
  /// Takes note that a connection was opened.
  public mutating func opened(_ id: PoolConnectionID, at now: Duration) {
    guard has(id, .opening) else { return }
    arriving -= 1
    failures = 0
    retry = .zero
    slots[id.slot].opened = now
    slots[id.slot].used = now
    makeIdle(id.slot, at: now)
  }

  /// Takes note that a connection could not be opened.
  ///
  /// Waiters go on waiting, since servers restart, unless it cannot get better.
  ///
  /// - Parameters:
  ///   - id: The connection.
  ///   - now: The moment.
  ///   - isFinal: Whether trying again would not help, as with a wrong password.
  public mutating func openFailed(
    _ id: PoolConnectionID,
    at now: Duration,
    isFinal: Bool = false
  ) {
    guard has(id, .opening) else { return }
    arriving -= 1
    release(id.slot)
    let delay = limits.firstRetry * (1 << min(failures, 20))
    failures += 1
    retry = now + min(delay, limits.lastRetry)
    if isFinal { refuseAll(.unreachable) }
  }

  /// Takes note of how a check ended.
  public mutating func checked(_ id: PoolConnectionID, at now: Duration, isAlive: Bool) {
    guard has(id, .checking) else { return }
    arriving -= 1
    if slots[id.slot].isLost {
      release(id.slot)
    } else if isAlive && !isClosed {
      return makeIdle(id.slot, at: now)
    } else {
      close(id.slot)
    }
    serve(at: now)
  }

  /// Takes note that a connection ended by itself.
  public mutating func lost(_ id: PoolConnectionID, at now: Duration) {
    guard id.slot < slots.count, slots[id.slot].generation == id.generation else { return }
    switch slots[id.slot].state {
    case .free, .opening: return
    case .lent, .checking: slots[id.slot].isLost = true
    case .closing: release(id.slot)
    case .idle:
      idle.removeAll { $0 == id.slot }
      release(id.slot)
    }
    serve(at: now)
  }

  /// Takes note that a connection was closed as asked.
  public mutating func closed(_ id: PoolConnectionID, at now: Duration) {
    guard has(id, .closing) else { return }
    release(id.slot)
    serve(at: now)
  }

  private mutating func makeIdle(_ slot: Int, at now: Duration) {
    slots[slot].heard = now
    if isClosed {
      close(slot)
    } else {
      slots[slot].state = .idle
      idle.append(slot)
    }
    serve(at: now)
  }

  func has(_ id: PoolConnectionID, _ state: PoolSlot.State) -> Bool {
    id.slot >= 0 && id.slot < slots.count && slots[id.slot].generation == id.generation
      && slots[id.slot].state == state
  }

  func name(_ slot: Int) -> PoolConnectionID {
    PoolConnectionID(slot: slot, generation: slots[slot].generation)
  }

  func isOld(_ slot: Int, at now: Duration) -> Bool { now - slots[slot].opened >= limits.age }

  mutating func close(_ slot: Int) {
    slots[slot].state = .closing
    actions.append(.close(name(slot)))
  }

  mutating func release(_ slot: Int) {
    slots[slot].state = .free
    slots[slot].isLost = false
    slots[slot].generation += 1
    free.append(slot)
  }

  mutating func refuseAll(_ refusal: PoolRefusal) {
    while let waiter = line.removeFirst() { actions.append(.refuse(waiter, refusal)) }
  }
}
