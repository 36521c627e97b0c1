/// The statements that a connection has prepared, least recently used first.
///
///     capacity 2:  insert A, insert B, find A, insert C   evicts B
struct StatementCache {
  private struct Slot {
    var statement: PreparedStatement
    var newer: Int
    var older: Int
  }

  private static let none = -1

  let capacity: Int
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var indices: [PreparedStatement.Key: Int] = [:]
  private var newest = Self.none
  private var oldest = Self.none

  /// Creates an empty cache.
  init(capacity: Int) { self.capacity = max(capacity, 0) }

  /// How many statements there are.
  var count: Int { indices.count }

  /// Finds a statement, which is then the most recently used one.
  ///
  /// - Complexity: O(1), and O(bytes of the SQL) when its text is another copy of the same bytes
  mutating func find(_ key: PreparedStatement.Key) -> PreparedStatement? {
    guard let index = indices[key] else { return nil }
    if index != newest {
      unlink(index)
      link(index)
    }
    return slots[index].statement
  }

  /// Adds a statement whose key is not there.
  ///
  /// - Returns: The statement that had to go.
  mutating func insert(_ statement: PreparedStatement) -> PreparedStatement? {
    let evicted = count >= capacity && oldest != Self.none ? slots[oldest].statement : nil
    if let evicted { remove(evicted) }
    let slot = Slot(statement: statement, newer: Self.none, older: Self.none)
    let index: Int
    if let reused = free.popLast() {
      index = reused
      slots[index] = slot
    } else {
      index = slots.count
      slots.append(slot)
    }
    indices[statement.key] = index
    link(index)
    return evicted
  }

  /// Removes a statement; without effect when it, or this one of its key, is not there.
  mutating func remove(_ statement: PreparedStatement) {
    guard let index = indices[statement.key], slots[index].statement === statement else { return }
    indices[statement.key] = nil
    unlink(index)
    free.append(index)
  }

  /// Removes all statements.
  mutating func removeAll() { self = StatementCache(capacity: capacity) }

  /// Removes all statements.
  ///
  /// - Returns: What was there, in no order.
  mutating func takeAll() -> [PreparedStatement] {
    let statements = indices.values.map { slots[$0].statement }
    removeAll()
    return statements
  }

  private mutating func link(_ index: Int) {
    slots[index].newer = Self.none
    slots[index].older = newest
    if newest != Self.none { slots[newest].newer = index }
    newest = index
    if oldest == Self.none { oldest = index }
  }

  private mutating func unlink(_ index: Int) {
    let (newer, older) = (slots[index].newer, slots[index].older)
    if newer == Self.none { newest = older } else { slots[newer].older = older }
    if older == Self.none { oldest = newer } else { slots[older].newer = newer }
  }
}
