extension PoolMachine {
  /// Lends what is idle to who waits, and opens connections for the others.
  mutating func serve(at now: Duration) {
    while !line.isEmpty, let id = lendIdle(at: now) {
      guard let waiter = line.removeFirst() else { return }
      actions.append(.lend(id, to: waiter))
    }
    grow(at: now)
  }

  /// Lends the connection that was used last.
  ///
  /// One that was silent for long is checked first; it comes back when it is alive.
  mutating func lendIdle(at now: Duration) -> PoolConnectionID? {
    while let slot = idle.popLast() {
      if isOld(slot, at: now) {
        close(slot)
      } else if now - slots[slot].heard >= limits.silence {
        // What arrives already is enough for those who wait.
        if line.count > arriving { check(slot) } else { idle.append(slot) }
        return nil
      } else {
        slots[slot].state = .lent
        return name(slot)
      }
    }
    return nil
  }

  mutating func check(_ slot: Int) {
    slots[slot].state = .checking
    arriving += 1
    actions.append(.check(name(slot)))
  }

  /// Opens connections for waiters and up to the minimum, one at a time after a failure.
  mutating func grow(at now: Duration) {
    guard !isClosed, failures == 0 || (now >= retry && arriving == 0) else { return }
    let most = failures == 0 ? limits.maximum : min(count + 1, limits.maximum)
    while count < most, line.count > arriving || count < limits.minimum {
      let slot: Int
      if let reused = free.popLast() {
        slot = reused
      } else {
        slot = slots.count
        slots.append(PoolSlot())
      }
      slots[slot].state = .opening
      arriving += 1
      actions.append(.open(name(slot)))
    }
  }

  /// Does what is due: refuses who waited too long, closes what is old or unused, checks what was
  /// silent, and tries again to open connections.
  ///
  /// - Complexity: O(idle connections), and O(log waiters) for each that is refused
  public mutating func advance(to now: Duration) {
    while let waiter = line.removeExpired(at: now) {
      actions.append(.refuse(waiter, .waitedTooLong))
    }
    let candidates = idle
    idle.removeAll(keepingCapacity: true)
    for slot in candidates {
      if isOld(slot, at: now) || isUnused(slot, at: now) {
        close(slot)
      } else if now - slots[slot].heard >= limits.silence {
        check(slot)
      } else {
        idle.append(slot)
      }
    }
    serve(at: now)
  }

  private func isUnused(_ slot: Int, at now: Duration) -> Bool {
    now - slots[slot].used >= limits.idle && living > limits.minimum
  }

  /// How many connections there are without those that are being closed.
  private var living: Int { slots.count { $0.state != .free && $0.state != .closing } }

  /// When ``advance(to:)`` has something to do next; nil for never, as things stand.
  ///
  /// - Complexity: O(idle connections)
  public mutating func nextDeadline() -> Duration? {
    var next = line.nextDeadline()
    func consider(_ moment: Duration) { next = min(next ?? moment, moment) }
    if failures > 0, !isClosed, arriving == 0, !line.isEmpty || count < limits.minimum {
      consider(retry)
    }
    let mayShrink = living > limits.minimum
    for slot in idle {
      consider(slots[slot].opened + limits.age)
      consider(slots[slot].heard + limits.silence)
      if mayShrink { consider(slots[slot].used + limits.idle) }
    }
    return next
  }
}
