import MoltPool
import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("Stopping", .enabled(if: Servers.isThere, Servers.hint))
struct StoppingTests {
  @Test("a task stops its statement on the server")
  func cancellation() async throws {
    try await Servers.withConnection { connection in
      let sql = "SELECT pg_sleep(1111)"
      let task = Task {
        await failure { try await connection.query(PostgresQuery(unescaped: sql)) }
      }
      try await Servers.wait(for: 1, running: sql)
      task.cancel()
      #expect(await task.value == .cancelled)
      try await Servers.wait(for: 0, running: sql)
      #expect(await connection.answers())
    }
  }

  @Test("a time limit stops its statement on the server")
  func timeout() async throws {
    try await Servers.withConnection { connection in
      let sql = "SELECT pg_sleep(1112)"
      let error = await failure {
        try await connection.query(PostgresQuery(unescaped: sql), timeout: .milliseconds(50))
      }
      #expect(error == .timeout)
      try await Servers.wait(for: 0, running: sql)
      #expect(await connection.answers())
    }
  }

  @Test("a task stops its stream and its copy on the server")
  func streamsAndCopies() async throws {
    try await Servers.withConnection { locker in
      try await locker.execute("CREATE TABLE IF NOT EXISTS stopped_copy (n int)")
      try await locker.execute("BEGIN")
      try await locker.execute("LOCK TABLE stopped_copy")
      try await Servers.withClient { client in
        let sql = "SELECT 1116 FROM pg_sleep(3600)"
        let stream = Task {
          await failure {
            try await client.stream(PostgresQuery(unescaped: sql)) { for try await _ in $0 {} }
          }
        }
        let copy = Task {
          await failure {
            try await client.withConnection { connection -> Void in
              try await connection.copyIn("COPY stopped_copy FROM STDIN") { _ in }
            }
          }
        }
        try await Servers.wait(for: 1, running: sql)
        try await Servers.wait(for: 1, running: "COPY stopped_copy")
        stream.cancel()
        copy.cancel()
        #expect(await stream.value == .cancelled)
        #expect(await copy.value == .cancelled)
        try await Servers.wait(for: 0, running: sql)
        try await Servers.wait(for: 0, running: "COPY stopped_copy")
        #expect(await client.answers())
      }
      try await locker.execute("ROLLBACK")
      try await locker.execute("DROP TABLE stopped_copy")
    }
  }

  @Test("a task stops what its transaction runs, which is rolled back")
  func transaction() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let sql = "SELECT pg_sleep(1117)"
      let task = Task {
        await failure {
          try await client.transaction { connection in
            try await connection.execute("CREATE TEMP TABLE stopped (n int)")
            try await connection.execute(PostgresQuery(unescaped: sql))
          }
        }
      }
      try await Servers.wait(for: 1, running: sql)
      task.cancel()
      #expect(await task.value == .cancelled)
      try await Servers.wait(for: 0, running: sql)
      let gone = await failure { try await client.query("SELECT * FROM stopped") }
      #expect(gone?.sqlState == "42P01")
    }
  }

  @Test("one task of many on a connection leaves the others' answers alone")
  func others() async throws {
    try await Servers.withConnection { connection in
      for _ in 0..<5 {
        let sleeping = Task {
          await failure { try await connection.query("SELECT pg_sleep(1113)") }
        }
        try await Servers.wait(for: 1, running: "SELECT pg_sleep(1113)")
        let others = (0..<20).map { number in
          Task { try await connection.query("SELECT \(number)").count }
        }
        sleeping.cancel()
        #expect(await sleeping.value == .cancelled)
        for other in others {
          let count = try await other.value
          #expect(count == 1)
        }
      }
    }
  }

  @Test("a task that was cancelled before sends nothing")
  func early() async throws {
    try await Servers.withConnection { connection in
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return await failure { try await connection.query("SELECT pg_sleep(1114)") }
      }
      task.cancel()
      #expect(await task.value == .cancelled)
    }
  }

  @Test("a cancelled waiter leaves the pool's line")
  func waiter() async throws {
    try await Servers.withClient(maximum: 1) { client in
      try await client.withConnection { _ in
        let task = Task { await failure { try await client.query("SELECT 1") } }
        while client.counts.waiters == 0 { await Task.yield() }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(client.counts.waiters == 0)
      }
    }
  }

  @Test("waiting for a connection ends at its limit")
  func exhausted() async throws {
    try await Servers.withClient(maximum: 1) { client in
      try await client.withConnection { _ in
        let error = await failure {
          try await client.withConnection(wait: .milliseconds(30)) { _ in }
        }
        #expect(error == .pool(.waitedTooLong))
      }
      #expect(await client.answers())
    }
  }

  @Test("a server that cannot be reached is an error that says so")
  func unreachable() async throws {
    var configuration = PostgresConfiguration(user: "nobody")
    configuration.host = "127.0.0.1"
    configuration.port = 1
    let error = await failure { _ = try await PostgresConnection.connect(to: configuration) }
    guard case .unreachable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
