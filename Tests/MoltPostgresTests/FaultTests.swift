import Glibc
import MoltErrors
import MoltPool
import MoltPostgres
import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("Faults", .enabled(if: Servers.isThere, Servers.hint), .serialized)
struct FaultTests {
  private func client(_ url: String, maximum: Int = 2) throws -> PostgresClient {
    try PostgresClient(
      Servers.configuration(url: url),
      limits: Servers.limits(maximum: maximum)
    )
  }

  /// Waits until as many statements sleep on a server as are said.
  private func wait(for count: Int, on url: String) async throws {
    let configuration = try Servers.configuration(url: url)
    try await Servers.wait(for: count, running: "SELECT pg_sleep", on: configuration)
  }

  @Test("a killed server ends its statements with an error, and its restart serves again")
  func killed() async throws {
    let server = try BreakableServer()
    let client = try client(server.url)
    let sleepers = (0..<2).map { _ in
      Task { await failure { try await client.query("SELECT pg_sleep(3600)") } }
    }
    try await wait(for: 2, on: server.url)
    #expect(server.order("kill") == "ok")
    for sleeper in sleepers {
      let error = await sleeper.value
      #expect(error?.error.code == .unavailable, "\(String(describing: error))")
    }
    // Where the wait is over before an attempt to connect has failed, a longer one follows.
    var absent: PostgresError? = .pool(.waitedTooLong)
    for wait in [.milliseconds(300), .seconds(3), .seconds(30)] as [Duration]
    where absent == .pool(.waitedTooLong) {
      absent = await failure { try await client.withConnection(wait: wait) { _ in } }
    }
    #expect(absent?.error.code == .unavailable, "\(String(describing: absent))")
    #expect(server.order("start") == "ok")
    let served = await client.recovers()
    #expect(served)
    await client.shutdown()
  }

  @Test("a restart under load loses no waiter and gives nobody another's row")
  func restarted() async throws {
    let server = try BreakableServer()
    let client = try client(server.url, maximum: 4)
    let isOver = Flag()
    let answers = Tally(16)
    let tasks = (0..<16).map { task in
      Task { () -> String? in
        var number = task
        while !isOver.isRaised {
          number += 16
          do throws(PostgresError) {
            let found = try await client.query("SELECT \(number), \(String(number))")
            let row = try found.first((Int, String).self)
            guard let row, row == (number, String(number)) else { return "\(found)" }
            answers.increment(task)
          } catch {
            guard error.error.code == .unavailable else { return "\(error)" }
            try? await Task.sleep(for: .milliseconds(20))
          }
        }
        return nil
      }
    }
    var areServed = await answers.grow()
    #expect(areServed)
    for orders in [["restart"], ["kill", "start"]] {
      for order in orders {
        #expect(server.order(order) == "ok")
        try await Task.sleep(for: .milliseconds(300))
      }
      areServed = await answers.grow()
      #expect(areServed)
    }
    isOver.raise()
    for task in tasks {
      let mistake = await task.value
      #expect(mistake == nil)
    }
    #expect(client.counts.waiters == 0)
    await client.shutdown()
    #expect(client.counts.connections == 0)
  }

  @Test("a session that an administrator ends says so, and the pool opens another")
  func terminated() async throws {
    try await Servers.withClient(maximum: 2) { client in
      let sleeper = Task {
        await failure { try await client.query("SELECT pg_sleep(1120)") }
      }
      try await Servers.wait(for: 1, running: "SELECT pg_sleep(1120)")
      try await Servers.withConnection { connection in
        let sql: PostgresQuery =
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE query = 'SELECT pg_sleep(1120)' AND pid <> pg_backend_pid()
          """
        try await connection.execute(sql)
      }
      let error = await sleeper.value
      #expect(error?.sqlState == "57P01" || error?.closingState == "57P01")
      #expect(await client.answers())
    }
  }

  @Test("a stop that the server forgets, because its statement came later, is asked for again")
  func forgotten() async throws {
    let server = try BreakableServer()
    var configuration = try Servers.configuration(url: server.url)
    // Longer than the statement, which would end without an error.
    configuration.cancelGrace = .seconds(3600)
    let connection = try await PostgresConnection.connect(to: configuration)
    let pid = try await connection.query("SELECT pg_backend_pid()").first(Int32.self)
    let session = try #require(pid)
    // While the session stands still, it reads no statement, and what it is told waits.
    #expect(kill(session, SIGSTOP) == 0)
    let task = Task {
      await failure {
        try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(20))
      }
    }
    try? await Task.sleep(for: .milliseconds(200))
    #expect(kill(session, SIGCONT) == 0)
    #expect(await task.value == .timeout)
    try await wait(for: 0, on: server.url)
    #expect(await connection.answers())
    await connection.close()
  }

  @Test("a reset connection is an error, and the pool opens another")
  func reset() async throws {
    let server = try BreakableServer()
    let proxy = server.proxy("reset=1")
    let client = try client(proxy.url)
    #expect(await client.answers())
    let sleeper = Task { await failure { try await client.query("SELECT pg_sleep(3600)") } }
    try await wait(for: 1, on: server.url)
    #expect(server.order("cut \(proxy.port)") == "ok")
    let error = await sleeper.value
    #expect(error?.error.code == .unavailable, "\(String(describing: error))")
    #expect(await client.answers())
    await client.shutdown()
  }

  @Test("a connection that ends in the middle of a row is an error and never a short result")
  func cutRow() async throws {
    let server = try BreakableServer()
    let proxy = server.proxy()
    let client = try client(proxy.url, maximum: 1)
    #expect(await client.answers())
    #expect(server.order("faults \(proxy.port) cut_after=20000") == "ok")
    var (rows, sum) = (0, 0)
    let error = await failure {
      try await client.stream("SELECT repeat('x', 1000) FROM generate_series(1, 1000)") { stream in
        for try await row in stream {
          rows += 1
          sum += try row.decode(String.self).utf8.count
        }
      }
    }
    #expect(error?.error.code == .unavailable, "\(String(describing: error))")
    #expect(rows < 20 && sum == rows * 1000)
    await client.shutdown()
  }

  @Test("a server that stops answering costs its time limit and its connection, no more")
  func stalled() async throws {
    let server = try BreakableServer()
    let proxy = server.proxy()
    var configuration = try Servers.configuration(url: proxy.url)
    configuration.cancelGrace = .milliseconds(200)
    let client = try PostgresClient(configuration, limits: Servers.limits(maximum: 1))
    #expect(await client.answers())
    #expect(server.order("faults \(proxy.port) stall_after=0") == "ok")
    let stalled = await failure { try await client.query("SELECT 1", timeout: .milliseconds(100)) }
    #expect(stalled == .timeout)
    // Where the network itself takes longer, as the machine stops for a moment, it is unreachable.
    var connecting: PostgresError?
    for timeout in [.milliseconds(500), .seconds(5), .seconds(50)] as [Duration]
    where connecting != .timeout {
      configuration.connectTimeout = timeout
      let hasty = configuration
      connecting = await failure { _ = try await PostgresConnection.connect(to: hasty) }
    }
    #expect(connecting == .timeout)
    #expect(server.order("faults \(proxy.port)") == "ok")
    let served = await client.recovers()
    #expect(served)
    await client.shutdown()
  }

  @Test("a slow server is waited for, up to the time limit")
  func slow() async throws {
    let server = try BreakableServer()
    let proxy = server.proxy("chunk=20 delay=0.002")
    var configuration = try Servers.configuration(url: proxy.url)
    // What is on its way when the statement is stopped would take ten seconds to arrive.
    configuration.cancelGrace = .milliseconds(200)
    let connection = try await PostgresConnection.connect(to: configuration)
    let text = "é🦉"
    #expect(try await connection.query("SELECT \(text)").first(String.self) == text)
    let error = await failure {
      try await connection.query(
        "SELECT repeat('x', 100000)",
        timeout: .milliseconds(100)
      )
    }
    #expect(error == .timeout)
    await connection.close()
  }
}
