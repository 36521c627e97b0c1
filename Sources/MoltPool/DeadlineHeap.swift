/// Deadlines of waiters, the earliest first: a binary heap.
struct DeadlineHeap: ~Copyable {
  private var items: [(deadline: Duration, id: PoolWaiterID)] = []

  init() {}

  /// The earliest deadline.
  var first: (deadline: Duration, id: PoolWaiterID)? { items.first }

  mutating func removeAll() { items.removeAll(keepingCapacity: items.count <= 1024) }

  mutating func insert(_ deadline: Duration, _ id: PoolWaiterID) {
    items.append((deadline, id))
    var child = items.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard items[child].deadline < items[parent].deadline else { return }
      items.swapAt(child, parent)
      child = parent
    }
  }

  /// Removes the earliest deadline.
  ///
  /// - Precondition: There is one.
  mutating func removeFirst() {
    items.swapAt(0, items.count - 1)
    items.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < items.count && items[child].deadline < items[least].deadline {
        least = child
      }
      if least == parent { return }
      items.swapAt(parent, least)
      parent = least
    }
  }
}
