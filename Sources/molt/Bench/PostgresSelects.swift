import MoltErrors
import MoltPostgres
import MoltPostgresWire
import NIOPosix

/// Selects by random keys over some connections, each with some or some batches in flight, for some
/// time.
struct PostgresSelects {
  let statement: PostgresStatement
  let connectionCount: Int
  let pipeline: Int
  let batch: Int
  let duration: Duration
  let largestKey: Int32
  let multiple: Int?
  let prefersEventLoop: Bool

  /// Measures.
  ///
  /// - Returns: A line of JSON.
  func run(
    _ configuration: PostgresConfiguration,
    on group: MultiThreadedEventLoopGroup
  ) async throws -> String {
    var connections: [PostgresConnection] = []
    for _ in 0..<connectionCount {
      let connection = try await PostgresConnection.connect(to: configuration, on: group)
      connections.append(connection)
      // Prepares the statement.
      _ = try await connection.query(PostgresQuery(statement, Int32(1)))
    }
    let start = ContinuousClock.now
    let latencies = try await measure(connections).sorted()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    for connection in connections { await connection.close() }
    return """
      {"queries_per_second": \(Int(Double(latencies.count * batch) / seconds)), \
      "connections": \(connectionCount), "pipeline": \(pipeline), "batch": \(batch), \
      "p50_us": \(microseconds(latencies, 0.5)), "p99_us": \(microseconds(latencies, 0.99))}
      """
  }

  private func measure(_ connections: [PostgresConnection]) async throws -> [UInt32] {
    try await withThrowingTaskGroup(of: [UInt32].self) { group in
      for (index, connection) in connections.enumerated() {
        for task in 0..<pipeline {
          let seed = UInt64(index * pipeline + task)
          group.addTask(executorPreference: prefersEventLoop ? connection.executor : nil) {
            try await select(over: connection, seed: seed)
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// One select, or batch, after the other: how many nanoseconds each has taken.
  private func select(over connection: PostgresConnection, seed: UInt64) async throws -> [UInt32] {
    var random = RandomKeys(state: seed)
    var latencies: [UInt32] = []
    var moment = ContinuousClock.now
    let end = moment + duration
    while moment < end {
      if batch == 1 {
        let key = Int32.random(in: 1...largestKey, using: &random)
        try check(try await connection.query(PostgresQuery(statement, key)), key)
      } else {
        try await selectBatch(over: connection, &random)
      }
      let now = ContinuousClock.now
      latencies.append(UInt32(clamping: (now - moment).components.attoseconds / 1_000_000_000))
      moment = now
    }
    return latencies
  }

  private func selectBatch(
    over connection: PostgresConnection,
    _ random: inout RandomKeys
  ) async throws {
    var keys: [Int32] = []
    for _ in 0..<batch { keys.append(Int32.random(in: 1...largestKey, using: &random)) }
    let results = try await connection.query(batch: keys.map { PostgresQuery(statement, $0) })
    for (rows, key) in zip(results, keys) { try check(rows, key) }
  }

  /// Throws when the row is another key's.
  private func check(_ rows: PostgresRows, _ key: Int32) throws {
    guard let multiple else { return }
    guard try rows.first(Int.self) == Int(key) * multiple else {
      throw CommandFailure(MoltError(.internal, "the select of \(key) gave another row"))
    }
  }

  private func microseconds(_ latencies: [UInt32], _ share: Double) -> Double {
    guard !latencies.isEmpty else { return 0 }
    let index = Int(Double(latencies.count - 1) * share)
    return Double(latencies[index] / 100) / 10
  }
}

/// SplitMix64: the system's generator would cost as much as a part of a select.
private struct RandomKeys: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
