/// Who waits, first come first served.
///
/// Names grow by one, so that a waiter is found by its name without a table:
///
///     base 7   | 7 | gone | 9 |     next name 10
struct WaitingLine: ~Copyable {
  private struct Place {
    var deadline: Duration
    var isGone = false
  }

  private var places: [Place] = []
  /// The first place that is still used.
  private var head = 0
  /// The name of the waiter at the first place, used or not.
  private var base: UInt64 = 0
  private var deadlines = DeadlineHeap()
  /// How many are waiting.
  private(set) var count = 0

  init() {}

  var isEmpty: Bool { count == 0 }

  /// Adds somebody at the end.
  ///
  /// - Complexity: O(log waiters)
  mutating func add(deadline: Duration) -> PoolWaiterID {
    let id = PoolWaiterID(base + UInt64(places.count))
    places.append(Place(deadline: deadline))
    deadlines.insert(deadline, id)
    count += 1
    return id
  }

  /// Removes whoever waits longest.
  ///
  /// - Complexity: O(1) amortised
  mutating func removeFirst() -> PoolWaiterID? {
    guard count > 0 else { return nil }
    while places[head].isGone { head += 1 }
    let id = PoolWaiterID(base + UInt64(head))
    leave(head)
    return id
  }

  /// Removes somebody.
  ///
  /// - Returns: False when it was not waiting any more.
  mutating func remove(_ id: PoolWaiterID) -> Bool {
    guard id.number >= base, id.number - base < UInt64(places.count) else { return false }
    let index = Int(id.number - base)
    guard index >= head, !places[index].isGone else { return false }
    leave(index)
    return true
  }

  /// Removes somebody whose time is over.
  ///
  /// - Complexity: O(log waiters) amortised
  mutating func removeExpired(at now: Duration) -> PoolWaiterID? {
    while let (deadline, id) = deadlines.first, deadline <= now {
      deadlines.removeFirst()
      if remove(id) { return id }
    }
    return nil
  }

  /// When the time of the first one is over.
  ///
  /// - Complexity: O(log waiters) amortised
  mutating func nextDeadline() -> Duration? {
    while let (deadline, id) = deadlines.first {
      if isWaiting(id) { return deadline }
      deadlines.removeFirst()
    }
    return nil
  }

  private func isWaiting(_ id: PoolWaiterID) -> Bool {
    guard id.number >= base else { return false }
    let index = Int(id.number - base)
    return index >= head && index < places.count && !places[index].isGone
  }

  private mutating func leave(_ index: Int) {
    places[index].isGone = true
    count -= 1
    if count == 0 {
      base += UInt64(places.count)
      places.removeAll(keepingCapacity: places.count <= 1024)
      head = 0
      deadlines.removeAll()
    } else if head >= 1024, head > places.count / 2 {
      base += UInt64(head)
      places.removeFirst(head)
      head = 0
    }
  }
}
