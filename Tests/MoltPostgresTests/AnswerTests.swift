import MoltPool
import MoltPostgres
import MoltPostgresWire
import MoltRows
import MoltTestKit
import Testing

@Suite("Answers from PostgreSQL", .enabled(if: Servers.isThere, Servers.hint))
struct AnswerTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("rows become bytes, each run with its parameters")
  func answers() async throws {
    try await Servers.withClient { client in
      let sql = "SELECT n, n || 'é', NULL FROM generate_series(1, $1) AS n"
      let query = try await client.prepare(sql: sql, shape: listShape(3))
      for count in 0..<3 {
        let body = try await query.answer(RunArguments(parameters: [.integer(Int64(count))]))
        let rows = (0..<count).map { "[\($0 + 1),\"\($0 + 1)é\",null]" }
        #expect(text(body) == "[\(rows.joined(separator: ","))]")
      }
    }
  }

  @Test("many runs at once share few connections and keep their answers apart")
  func concurrency() async throws {
    try await Servers.withClient(maximum: 3) { client in
      let query = try await client.prepare(sql: "SELECT $1::int4 * 2", shape: listShape(1))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 {
          group.addTask {
            let arguments = RunArguments(parameters: [.integer(Int64(number))])
            let body = try await query.answer(arguments)
            #expect(text(body) == "[[\(number * 2)]]")
          }
        }
        try await group.waitForAll()
      }
      #expect(client.counts.connections <= 3)
    }
  }

  @Test("a long answer comes in pieces, and its memory stays flat while nobody takes them")
  func pieces() async throws {
    try await Servers.withClient { client in
      let sql = "SELECT n, repeat('x', 200) FROM generate_series(1, 100000) AS n"
      let query = try await client.prepare(sql: sql, shape: listShape(2))
      var limits = PostgresAnswerLimits()
      limits.pieceByteCount = 100_000
      let (count, largest) = try await query.withPieces(RunArguments(), limits) { pieces in
        var (count, largest) = (0, 0)
        for try await piece in pieces {
          if count == 0 { try await Task.sleep(for: .milliseconds(50)) }
          count += piece.count
          largest = max(largest, piece.count)
        }
        return (count, largest)
      }
      let numbers = (1...100_000).reduce(0) { $0 + String($1).count }
      #expect(count == numbers + 100_000 * (200 + 2 + 1 + 2 + 1) + 1)
      #expect((100_000..<110_000).contains(largest))
    }
  }

  @Test("leaving an answer early stops the statement and frees the connection")
  func leaving() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let sql = "SELECT generate_series(1, 1000000000000) -- answer left early"
      let query = try await client.prepare(sql: sql, shape: listShape(1))
      try await query.withPieces(RunArguments()) { pieces in
        for try await _ in pieces { break }
      }
      #expect(await client.answers())
      try await Servers.wait(for: 0, running: sql)
    }
  }

  @Test("a cancelled run is stopped on the server")
  func cancelling() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let sql = "SELECT pg_sleep(3600), 'answer cancelled'"
      let query = try await client.prepare(sql: "SELECT 1 FROM (\(sql)) AS x", shape: listShape(1))
      let task = Task { try await query.answer(RunArguments()) }
      try await Servers.wait(for: 1, running: "SELECT 1 FROM (\(sql)")
      task.cancel()
      #expect(await failure { _ = try await task.value } == .cancelled)
      try await Servers.wait(for: 0, running: "SELECT 1 FROM (\(sql)")
      #expect(await client.answers())
    }
  }

  @Test("a run that waits for a connection can be cancelled and limited")
  func waiting() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let query = try await client.prepare(sql: "SELECT 1", shape: listShape(1))
      try await client.withConnection { _ in
        var limits = PostgresAnswerLimits()
        limits.wait = .milliseconds(20)
        let late = await failure { _ = try await query.answer(RunArguments(), limits) }
        #expect(late == .pool(.waitedTooLong))
        let task = Task { try await query.answer(RunArguments()) }
        while client.counts.waiters == 0 { await Task.yield() }
        task.cancel()
        #expect(await failure { _ = try await task.value } == .cancelled)
      }
      #expect(text(try await query.answer(RunArguments())) == "[[1]]")
    }
  }

  @Test("limits and timeouts end a run, and the connection goes on")
  func limits() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let sql = "SELECT n FROM generate_series(1, 100000) AS n"
      let query = try await client.prepare(sql: sql, shape: listShape(1))
      var limits = PostgresAnswerLimits()
      limits.rowCount = 99
      let rows = await failure { _ = try await query.answer(RunArguments(), limits) }
      #expect(rows == .answer(.tooManyRows(limit: 99)))
      limits.rowCount = 0
      limits.byteCount = 1000
      let bytes = await failure { _ = try await query.answer(RunArguments(), limits) }
      #expect(bytes == .answer(.tooManyBytes(limit: 1000)))
      let slow = try await client.prepare(sql: "SELECT 1 FROM pg_sleep(3600)", shape: listShape(1))
      limits.timeout = .milliseconds(50)
      #expect(await failure { _ = try await slow.answer(RunArguments(), limits) } == .timeout)
      #expect(await client.answers())
    }
  }

  @Test("what the server refuses is told with its place, and what fails with its reason")
  func errors() async throws {
    try await Servers.withClient { client in
      let refused = await failure {
        _ = try await client.prepare(sql: "SELECT é FROM nowhere", shape: listShape(1))
      }
      guard case .badSQL(let error, let offset)? = refused else {
        Issue.record("\(String(describing: refused))")
        return
      }
      #expect(error.sqlState == "42P01" && offset == 15)
      let none = await failure {
        _ = try await client.prepare(sql: "SET a.b = '1'", shape: listShape(1))
      }
      #expect(none == .answer(.noColumns))
      let query = try await client.prepare(sql: "SELECT 1 / $1::int4", shape: listShape(1))
      let wrong = await failure { _ = try await query.answer(RunArguments()) }
      #expect(wrong == .answer(.value(.wrongParameterCount(expected: 1, found: 0))))
      let arguments = RunArguments(parameters: [.integer(0)])
      #expect(await failure { _ = try await query.answer(arguments) }?.sqlState == "22012")
      #expect(await client.answers())
    }
  }

  @Test("a value that cannot be written ends the answer")
  func unsupported() async throws {
    try await Servers.withClient(maximum: 1) { client in
      let sql = """
        SELECT CASE WHEN n = 5000 THEN 'infinity'::timestamptz ELSE now() END
        FROM generate_series(0, 300000) AS n
        """
      let query = try await client.prepare(sql: sql, shape: listShape(1))
      let error = await failure { _ = try await query.answer(RunArguments()) }
      #expect(error == .answer(.unsupportedValue(row: 5000, column: 0)))
      #expect(await client.answers())
    }
  }

  @Test("columns that change are noticed, and the next run knows the new ones")
  func changes() async throws {
    try await Servers.withClient(maximum: 1) { client in
      try await client.execute("DROP TABLE IF EXISTS molt_answer_change")
      try await client.execute("CREATE TABLE molt_answer_change AS SELECT 1 AS a")
      let query = try await client.prepare(
        sql: "SELECT * FROM molt_answer_change",
        shape: listShape(1)
      )
      #expect(text(try await query.answer(RunArguments())) == "[[1]]")
      try await client.execute("ALTER TABLE molt_answer_change ALTER a TYPE text USING 'one'")
      let error = await failure { _ = try await query.answer(RunArguments()) }
      #expect(error == .answer(.columnsChanged))
      #expect(text(try await query.answer(RunArguments())) == "[[\"one\"]]")
      try await client.execute("DROP TABLE molt_answer_change")
    }
  }

  @Test(
    "a client that only reads cannot write, with a pooler neither",
    arguments: ["MOLT_TEST_POSTGRES", "MOLT_TEST_PGBOUNCER_TRANSACTION"]
  )
  func readOnly(server: String) async throws {
    guard Servers.url(server) != nil else { return }
    // Both servers have one catalogue, in which two creations at once meet.
    let table = server == "MOLT_TEST_POSTGRES" ? "molt_answer_direct" : "molt_answer_pooled"
    _ = try await Servers.withConnection { connection in
      let script = "DROP TABLE IF EXISTS \(table); CREATE TABLE \(table) (a int4)"
      try await connection.execute(script: script)
    }
    var configuration = try Servers.configuration(server)
    configuration.isReadOnly = true
    let client = try PostgresClient(configuration, limits: Servers.limits(maximum: 4))
    let sql = "WITH x AS (SELECT 1 AS a) SELECT a, current_setting('transaction_read_only') FROM x"
    let query = try await client.prepare(sql: sql, shape: listShape(2))
    for _ in 0..<5 {
      #expect(text(try await query.answer(RunArguments())) == "[[1,\"on\"]]")
    }
    let writing = try await client.prepare(
      sql: "WITH x AS (INSERT INTO \(table) VALUES (1) RETURNING a) SELECT a FROM x",
      shape: listShape(1)
    )
    #expect(await failure { _ = try await writing.answer(RunArguments()) }?.sqlState == "25006")
    #expect(text(try await query.answer(RunArguments())) == "[[1,\"on\"]]")
    await client.shutdown()
  }

  @Test("connections that the server closed meanwhile are replaced")
  func deadConnections() async throws {
    try await Servers.withClient(maximum: 4) { client in
      let query = try await client.prepare(sql: "SELECT pg_backend_pid()", shape: listShape(1))
      for _ in 0..<20 {
        let answer = text(try await query.answer(RunArguments()))
        let pid = try #require(Int32(answer.filter(\.isNumber)))
        _ = try await Servers.withConnection { connection in
          try await connection.execute("SELECT pg_terminate_backend(\(pid))")
        }
        #expect(!(try await query.answer(RunArguments())).isEmpty)
      }
    }
  }
}
