import MoltErrors
import MoltPool
import MoltPostgres
import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("Batches", .enabled(if: Servers.isThere, Servers.hint))
struct BatchTests {
  @Test("give each query its own rows, columns and command")
  func results() async throws {
    try await Servers.withConnection { connection in
      let results = try await connection.query(batch: [
        "SELECT 1 AS a, \("Zürich") AS b", "CREATE TEMP TABLE batched (n int)",
        "INSERT INTO batched SELECT generate_series(1, \(3))", "SELECT n FROM batched ORDER BY n",
        "SELECT 1 WHERE false", "",
      ])
      #expect(
        results.map(\.command.tag) == [
          "SELECT 1", "CREATE TABLE", "INSERT 0 3", "SELECT 3", "SELECT 0", "",
        ]
      )
      #expect(results.map(\.count) == [1, 0, 0, 3, 0, 0])
      let (number, text) = try #require(try results[0].first((Int, String).self))
      #expect(number == 1 && text == "Zürich")
      #expect(results[0].columns.list.map(\.name) == ["a", "b"])
      #expect(try results[3].decode(Int.self) == [1, 2, 3])
      #expect(results[4].columns.list.count == 1)
      #expect(try results[4].first(Int.self) == nil)
      #expect(results[5].columns.list.isEmpty)
    }
  }

  @Test("of one statement parse it once and keep the rows apart", arguments: [1, 2, 1000, 20_000])
  func many(count: Int) async throws {
    try await Servers.withConnection { connection in
      let statement = PostgresStatement(
        "SELECT n, repeat('x', ($1 % 9)::int) FROM generate_series($1, $1 + $1 % 3) n"
      )
      for _ in 0..<2 {
        let results = try await connection.query(
          batch: (0..<count).map { PostgresQuery(statement, $0) }
        )
        #expect(results.count == count)
        for (key, rows) in results.enumerated() {
          let found = try rows.decode((Int, String).self)
          guard found.map(\.0) == Array(key...(key + key % 3)),
            found.allSatisfy({ $0.1.utf8.count == key % 9 })
          else {
            Issue.record("query \(key) has \(found)")
            return
          }
        }
      }
      let prepared = try await connection.query("SELECT count(*) FROM pg_prepared_statements")
      #expect(try prepared.first(Int.self) == 2)
    }
  }

  @Test("without queries are answered without the server")
  func empty() async throws {
    let connection = try await Servers.connect()
    await connection.close()
    #expect(try await connection.query(batch: []).isEmpty)
  }

  @Test("tell which query failed and undo those before it", arguments: [0, 1, 2])
  func failing(index: Int) async throws {
    try await Servers.withClient { client in
      try await client.withConnection { connection in
        try await connection.execute("CREATE TEMP TABLE undone (n int)")
        var batch: [PostgresQuery] = (0..<2).map { "INSERT INTO undone VALUES (\($0))" }
        batch.insert("SELECT 1/\(0)", at: index)
        let error = await failure { try await connection.query(batch: batch) }
        guard case .batch(index, .server(let reason))? = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(reason.sqlState == "22012" && error?.sqlState == "22012")
        #expect(error?.error.code == .invalidInput)
        #expect(error?.error.message.hasPrefix("query \(index) of the batch: ") == true)
        #expect(try await connection.query("SELECT * FROM undone").count == 0)
      }
      #expect(client.counts.connections == 1)
    }
  }

  @Test("whose commit fails blame none of their queries")
  func failingCommit() async throws {
    try await Servers.withConnection { connection in
      try await connection.execute(
        "CREATE TEMP TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
      )
      let error = await failure {
        try await connection.query(batch: [
          "INSERT INTO late VALUES (1)", "INSERT INTO late VALUES (1)",
        ])
      }
      guard case .server(let reason)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.sqlState == "23505")
      #expect(try await connection.query("SELECT * FROM late").count == 0)
    }
  }

  @Test("that cannot be sent as a whole are not sent at all")
  func refused() async throws {
    var configuration = try Servers.configuration()
    configuration.limits.operationsInFlight = 10
    let connection = try await PostgresConnection.connect(to: configuration)
    try await connection.execute("CREATE TEMP TABLE unsent (n int)")
    let insert: PostgresQuery = "INSERT INTO unsent VALUES (1)"
    let zero = await failure { try await connection.query(batch: [insert, insert, "SELECT '\0'"]) }
    #expect(zero == .batch(index: 2, .refused(.zeroByte)))
    let large = await failure {
      try await connection.query(batch: Array(repeating: insert, count: 11))
    }
    #expect(large == .refused(.tooManyOperations(limit: 10)))
    #expect(try await connection.query("SELECT * FROM unsent").count == 0)
    let most = try await connection.query(batch: Array(repeating: insert, count: 10))
    #expect(most.count == 10)
    await connection.close()
  }

  @Test("of many tasks wait for each other where there is no room for all")
  func crowded() async throws {
    var configuration = try Servers.configuration()
    configuration.limits.operationsInFlight = 10
    let connection = try await PostgresConnection.connect(to: configuration)
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<40 {
        group.addTask {
          if task % 4 == 0 { return try await connection.query("SELECT 1").first(Int.self) ?? 0 }
          let results = try await connection.query(
            batch: (0..<(task % 10 + 1)).map { "SELECT \($0), \(task)" }
          )
          let rows = try results.compactMap { try $0.first((Int, Int).self) }
          #expect(rows.map(\.0) == Array(0..<(task % 10 + 1)))
          return rows.allSatisfy { $0.1 == task } ? 1 : 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sums == 40)
    await connection.close()
  }

  @Test("have one limit for all their results")
  func resultLimit() async throws {
    var configuration = try Servers.configuration()
    configuration.resultByteCount = 100_000
    let connection = try await PostgresConnection.connect(to: configuration)
    let batch: [PostgresQuery] = (0..<200).map { _ in "SELECT repeat('x', 1000)" }
    let error = await failure { try await connection.query(batch: batch) }
    #expect(error == .resultTooLarge(limit: 100_000))
    #expect(try await connection.query(batch: Array(batch.prefix(50))).count == 50)
    await connection.close()
  }

  @Test("are stopped on the server by their task and by their limit")
  func stopping() async throws {
    try await Servers.withClient { client in
      let batch: [PostgresQuery] = ["SELECT 1", "SELECT pg_sleep(1131)", "SELECT pg_sleep(1132)"]
      let task = Task { await failure { try await client.query(batch: batch) } }
      try await Servers.wait(for: 1, running: "SELECT pg_sleep(1131)")
      task.cancel()
      #expect(await task.value == .cancelled)
      let late = await failure { try await client.query(batch: batch, timeout: .milliseconds(50)) }
      #expect(late == .timeout)
      try await Servers.wait(for: 0, running: "SELECT pg_sleep(1131)")
      #expect(await client.answers())
      #expect(client.counts.connections == 1)
    }
  }

  @Test("are not hit by the cancellation of what ran before them")
  func neighbours() async throws {
    try await Servers.withConnection { connection in
      for _ in 0..<5 {
        let sleeping = Task {
          await failure { try await connection.query("SELECT pg_sleep(1133)") }
        }
        try await Servers.wait(for: 1, running: "SELECT pg_sleep(1133)")
        let batches = (0..<10).map { number in
          Task { try await connection.query(batch: ["SELECT \(number)", "SELECT \(number + 1)"]) }
        }
        sleeping.cancel()
        #expect(await sleeping.value == .cancelled)
        for (number, batch) in batches.enumerated() {
          let found = try await batch.value.map { try $0.first(Int.self) }
          #expect(found == [number, number + 1])
        }
      }
    }
  }

  @Test("leave no transaction to the next user of a connection")
  func transactions() async throws {
    try await Servers.withClient(maximum: 1) { client in
      try await client.query(batch: ["BEGIN", "CREATE TEMP TABLE left_open (n int)"])
      let gone = await failure { try await client.query("SELECT * FROM left_open") }
      #expect(gone?.sqlState == "42P01")
      let failed = await failure { try await client.query(batch: ["BEGIN", "SELECT 1/\(0)"]) }
      #expect(failed?.sqlState == "22012")
      #expect(await client.answers())
      let whole = try await client.query(batch: [
        "BEGIN", "CREATE TEMP TABLE kept (n int)", "COMMIT", "SELECT count(*) FROM kept",
      ])
      #expect(try whole[3].first(Int.self) == 0)
    }
  }

  @Test("inside a transaction are a part of it")
  func inTransaction() async throws {
    try await Servers.withClient { client in
      let error = await failure {
        try await client.transaction { connection in
          try await connection.query(batch: ["CREATE TEMP TABLE inside (n int)", "SELECT 1"])
          _ = try? await connection.query(batch: ["SELECT 1/\(0)"])
          try await connection.query(batch: ["SELECT 1"])
        }
      }
      #expect(error == .batch(index: 0, .server(error?.serverError ?? PostgresServerError())))
      #expect(error?.sqlState == "25P02")
    }
  }

  @Test("turn down a copy from the client")
  func copy() async throws {
    try await Servers.withConnection { connection in
      let last = await failure {
        try await connection.query(batch: ["SELECT 1", "COPY pg_class FROM STDIN"])
      }
      #expect(last == .batch(index: 1, .copyNeedsItsOwnMethod))
      #expect(await connection.answers())
      let middle = await failure {
        try await connection.query(batch: ["COPY pg_class FROM STDIN", "SELECT 1"])
      }
      #expect(middle?.error.code == .unavailable, "\(String(describing: middle))")
    }
  }

  @Test("go on when the statements of the connection are stale", arguments: [0, 1, 3])
  func schemaChange(position: Int) async throws {
    try await Servers.withConnection { connection in
      try await connection.execute(script: "CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1)")
      var batch: [PostgresQuery] = ["SELECT 1", "SELECT 2", "INSERT INTO t VALUES (2)"]
      batch.insert("SELECT * FROM t WHERE a = 1", at: position)
      for _ in 0..<2 { try await connection.query(batch: batch) }
      try await connection.execute("ALTER TABLE t ADD b int")
      let found = try await connection.query(batch: batch)
      #expect(found[position].columns.list.map(\.name) == ["a", "b"])
      // What was done before the stale statement was met is undone, and done once.
      let rows = try await connection.query("SELECT count(*) FROM t WHERE a = 2")
      #expect(try rows.first(Int.self) == 3)
      try await connection.execute("DEALLOCATE ALL")
      try await connection.query(batch: batch)
    }
  }

  @Test(
    "work behind a pooler that changes servers",
    .enabled(if: Servers.hasBouncer, Servers.hint)
  )
  func pooler() async throws {
    try await Servers.withClient("MOLT_TEST_PGBOUNCER_TRANSACTION") { client in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<8 {
          group.addTask {
            for round in 0..<50 {
              let results = try await client.query(batch: [
                "SELECT \(task), \(round)", "SELECT \(round)", "SELECT \(String(task))",
              ])
              let pair = try #require(try results[0].first((Int, Int).self))
              let (second, third) = (
                try results[1].first(Int.self), try results[2].first(String.self)
              )
              #expect(pair == (task, round) && second == round && third == String(task))
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("whose server is killed fail as a whole")
  func killed() async throws {
    let server = try BreakableServer()
    let configuration = try Servers.configuration(url: server.url)
    let client = try PostgresClient(configuration, limits: Servers.limits(maximum: 1))
    let task = Task {
      await failure { try await client.query(batch: ["SELECT 1", "SELECT pg_sleep(3600)"]) }
    }
    try await Servers.wait(for: 1, running: "SELECT pg_sleep", on: configuration)
    #expect(server.order("kill") == "ok")
    let error = await task.value
    #expect(error?.error.code == .unavailable, "\(String(describing: error))")
    #expect(server.order("start") == "ok")
    let served = await client.recovers()
    #expect(served)
    await client.shutdown()
  }

  @Test("arrive whole however the network cuts them", arguments: ["chunk=1", "chunk=7"])
  func dripped(faults: String) async throws {
    let server = try BreakableServer()
    let proxy = server.proxy(faults)
    let connection = try await PostgresConnection.connect(
      to: Servers.configuration(url: proxy.url)
    )
    let results = try await connection.query(batch: (0..<40).map { "SELECT \($0), \("é🦉")" })
    for (number, rows) in results.enumerated() {
      let row = try #require(try rows.first((Int, String).self))
      #expect(row == (number, "é🦉"))
    }
    await connection.close()
  }
}

extension PostgresError {
  /// The server's error in it.
  fileprivate var serverError: PostgresServerError? {
    switch self {
    case .server(let error): error
    case .batch(_, let error): error.serverError
    default: nil
    }
  }
}
