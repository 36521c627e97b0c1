import MoltPool
import MoltPostgres
import MoltPostgresWire
import NIOPosix

/// Many tasks that ask for a connection of a small pool at once.
struct PostgresWaiting {
  let statement: PostgresStatement
  let connectionCount: Int
  let taskCount: Int

  /// Measures how long the tasks wait for their rows.
  ///
  /// - Returns: A line of JSON.
  func run(
    _ configuration: PostgresConfiguration,
    on group: MultiThreadedEventLoopGroup
  ) async throws -> String {
    var limits = PoolLimits()
    limits.minimum = connectionCount
    limits.maximum = connectionCount
    limits.waiters = taskCount
    let client = try PostgresClient(configuration, limits: limits, group: group)
    // Opens the connections.
    try await measure(client, connectionCount)
    let waits = try await measure(client, taskCount).sorted()
    await client.shutdown()
    let (half, most) = (waits[waits.count / 2], waits[waits.count * 99 / 100])
    return """
      {"tasks": \(taskCount), "connections": \(connectionCount), "p50_us": \(half), \
      "p99_us": \(most)}
      """
  }

  @discardableResult
  private func measure(_ client: PostgresClient, _ count: Int) async throws -> [Int] {
    let start = ContinuousClock.now
    return try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<count {
        group.addTask {
          _ = try await client.query(PostgresQuery(statement, Int32(1)))
          return Int((ContinuousClock.now - start) / .microseconds(1))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
