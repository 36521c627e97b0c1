import MoltPool
import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("A client", .enabled(if: Servers.isThere, Servers.hint))
struct ClientTests {
  struct Undo: Error {}

  @Test("serves ten thousand tasks over four connections")
  func manyTasks() async throws {
    try await Servers.withClient { client in
      let sum = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 1...10_000 {
          group.addTask { try await client.query("SELECT \(number)").first(Int.self) ?? 0 }
        }
        return try await group.reduce(0, +)
      }
      #expect(sum == 10_000 * 10_001 / 2)
      #expect(client.counts.connections == 4 && client.counts.waiters == 0)
    }
  }

  @Test("closes a connection that comes back inside a transaction")
  func openTransaction() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let pid: PostgresQuery = "SELECT pg_backend_pid()"
      let first = try await client.withConnection { connection in
        try await connection.execute("BEGIN")
        return try await connection.query(pid).first(Int.self)
      }
      let second = try await client.query(pid).first(Int.self)
      let third = try await client.query(pid).first(Int.self)
      #expect(first != second && second == third)
    }
  }

  @Test("commits a transaction whose body returns, and undoes one whose body throws")
  func transactions() async throws {
    try await Servers.withClient(maximum: 1) { client in
      try await client.execute("CREATE TEMP TABLE t (n int)")
      try await client.transaction { try await $0.execute("INSERT INTO t VALUES (1)") }
      await #expect(throws: Undo.self) {
        try await client.transaction { connection in
          try await connection.execute("INSERT INTO t VALUES (2)")
          throw Undo()
        }
      }
      let seen = try await client.query("SELECT n FROM t").decode(Int.self)
      #expect(seen == [1])
    }
  }

  @Test("undoes what was done since a savepoint, and goes on")
  func savepoints() async throws {
    try await Servers.withClient(maximum: 1) { client in
      try await client.execute("CREATE TEMP TABLE t (n int)")
      try await client.transaction { connection in
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await connection.savepoint { (outer) -> Void in
          try await outer.execute("INSERT INTO t VALUES (2)")
          let error = await failure {
            try await outer.savepoint { (inner) -> Void in
              try await inner.execute("INSERT INTO t VALUES (1/\(0))")
            }
          }
          #expect(error?.sqlState == "22012")
        }
        await #expect(throws: Undo.self) {
          try await connection.savepoint { inner in
            try await inner.execute("INSERT INTO t VALUES (3)")
            throw Undo()
          }
        }
      }
      let given = try await client.query("SELECT n FROM t").decode(Int.self)
      #expect(given == [1, 2])
    }
  }

  @Test("says that a transaction was rolled back whose failure the body has swallowed")
  func swallowed() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let error = await failure {
        try await client.transaction { connection in
          _ = await failure { try await connection.execute("SELECT 1/\(0)") }
        }
      }
      #expect(error == .rolledBack)
    }
  }

  @Test("runs transactions again that could not be serialised")
  func serialisation() async throws {
    try await Servers.withClient { client in
      let table = "counter_\(UInt32.random(in: 0...UInt32.max))"
      try await client.execute("CREATE TABLE \(identifier: table) (n int)")
      try await client.execute("INSERT INTO \(identifier: table) VALUES (0)")
      var options = PostgresTransactionOptions(isolation: .serializable)
      options.retries = 100
      let settled = options
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<10 {
              try await client.transaction(settled) { connection in
                let rows = try await connection.query("SELECT n FROM \(identifier: table)")
                let next = (try rows.first(Int.self) ?? 0) + 1
                try await connection.execute("UPDATE \(identifier: table) SET n = \(next)")
              }
            }
          }
        }
        try await group.waitForAll()
      }
      let rows = try await client.query("SELECT n FROM \(identifier: table)")
      try await client.execute("DROP TABLE \(identifier: table)")
      #expect(try rows.first(Int.self) == 40)
    }
  }

  @Test("as a service runs until its task is cancelled, and refuses work afterwards")
  func service() async throws {
    let client = try PostgresClient(Servers.configuration())
    let running = Task { try await client.run() }
    #expect(await client.answers())
    running.cancel()
    try await running.value
    #expect(client.counts.connections == 0)
    #expect(await failure { try await client.query("SELECT 1") } == .pool(.closed))
  }
}
