import MoltErrors
import MoltPostgres
import MoltPostgresWire
import MoltTestKit
import NIOCore
import Testing

@Suite("Tasks on a connection's event loop", .enabled(if: Servers.isThere, Servers.hint))
struct ExecutorTests {
  @Test("run there, and each has its own answers")
  func answers() async throws {
    try await Servers.withConnection { connection in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<50 {
          // Every second task runs elsewhere, over the same connection.
          let isThere = task % 2 == 0
          group.addTask(executorPreference: isThere ? connection.executor : nil) {
            for number in 0..<100 {
              let row = try await connection.query("SELECT \(task), \(number)")
                .first((Int, Int).self)
              let found = try #require(row)
              #expect(found == (task, number))
              #expect(!isThere || connection.eventLoop.inEventLoop)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("stop their statements when they are cancelled, or take too long")
  func stopping() async throws {
    try await Servers.withConnection { connection in
      let sql = "SELECT pg_sleep(1130)"
      let task = Task(executorPreference: connection.executor) {
        await failure { try await connection.query(PostgresQuery(unescaped: sql)) }
      }
      try await Servers.wait(for: 1, running: sql)
      task.cancel()
      #expect(await task.value == .cancelled)
      await withTaskExecutorPreference(connection.executor) {
        let error = await failure {
          try await connection.query(PostgresQuery(unescaped: sql), timeout: .milliseconds(50))
        }
        #expect(error == .timeout)
        #expect(await connection.answers())
      }
      try await Servers.wait(for: 0, running: sql)
    }
  }

  @Test("stream, copy and run transactions")
  func everything() async throws {
    try await Servers.withConnection { connection in
      try await withTaskExecutorPreference(connection.executor) {
        try await connection.execute("CREATE TEMP TABLE e (n int)")
        try await connection.copyIn("COPY e FROM STDIN") { writer in
          for number in 0..<1000 { try await writer.write(Array("\(number)\n".utf8)) }
        }
        let sum = try await connection.stream(
          "SELECT n + 0 * m FROM e, generate_series(1, 500) AS m"
        ) { rows in
          var sum = 0
          for try await row in rows { sum += try row.decode(Int.self) }
          return sum
        }
        #expect(sum == 999 * 1000 / 2 * 500)
        let count = try await connection.transaction { connection in
          try await connection.execute("DELETE FROM e WHERE n >= \(Int32(10))")
          return try await connection.query("SELECT count(*) FROM e").first(Int.self)
        }
        #expect(count == 10)
      }
    }
  }

  @Test("hear that the server was killed")
  func killed() async throws {
    let server = try BreakableServer()
    let configuration = try Servers.configuration(url: server.url)
    let connection = try await PostgresConnection.connect(to: configuration)
    let tasks = (0..<10).map { _ in
      Task(executorPreference: connection.executor) {
        await failure { try await connection.query("SELECT pg_sleep(3600)") }
      }
    }
    try await Servers.wait(for: 1, running: "SELECT pg_sleep", on: configuration)
    #expect(server.order("kill") == "ok")
    for task in tasks {
      let error = await task.value
      #expect(error?.error.code == .unavailable)
    }
    let late = Task(executorPreference: connection.executor) {
      await failure { try await connection.query("SELECT 1") }
    }
    #expect(await late.value?.error.code == .unavailable)
  }
}
