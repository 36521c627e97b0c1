/// The name of a connection in its pool; never used again for another one.
public struct PoolConnectionID: Hashable, Sendable {
  /// Which of the pool's places it has, from 0; a place is used again after its connection closed.
  public let slot: Int
  /// How many connections had the place before.
  public let generation: UInt64

  /// Creates a name; the machine does, and tests may.
  public init(slot: Int, generation: UInt64) {
    self.slot = slot
    self.generation = generation
  }
}

/// The name of somebody who waits for a connection: a number that grows by one for each.
public struct PoolWaiterID: Hashable, Sendable, Comparable {
  /// The number, from 0.
  public let number: UInt64

  /// Creates a name; the machine does, and tests may.
  public init(_ number: UInt64) { self.number = number }

  /// Whether a waiter came before another.
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What the shell around a pool has to do.
public enum PoolAction: Hashable, Sendable {
  /// Open a connection; then `opened` or `openFailed`.
  case open(PoolConnectionID)
  /// Ask a connection whether it is alive; then `checked`.
  case check(PoolConnectionID)
  /// Close a connection; then `closed`.
  case close(PoolConnectionID)
  /// Give a connection to a waiter; then `giveBack`, by whoever has it.
  case lend(PoolConnectionID, to: PoolWaiterID)
  /// Tell a waiter that it gets none.
  case refuse(PoolWaiterID, PoolRefusal)
}

/// What somebody gets who asks for a connection.
public enum PoolLease: Hashable, Sendable {
  /// A connection, at once.
  case connection(PoolConnectionID)
  /// A place in the line; `lend` or `refuse` follows.
  case waiting(PoolWaiterID)
}

/// Why somebody gets no connection.
public enum PoolRefusal: Error, Hashable, Sendable {
  /// The pool was closed.
  case closed
  /// As many are waiting as may wait.
  case tooManyWaiters(limit: Int)
  /// No connection became free in time.
  case waitedTooLong
  /// Connections cannot be opened, and trying again would not help.
  case unreachable
}
