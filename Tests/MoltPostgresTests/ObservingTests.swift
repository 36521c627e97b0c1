import MoltPostgres
import MoltPostgresWire
import Synchronization
import Testing

/// Keeps what statements it hears of, and how they ended.
private final class RecordingTracer: PostgresTracer {
  /// A task's local value, as tracing systems have one.
  @TaskLocal static var span = "none"

  private let state = Mutex<[String]>([])
  /// A line for each statement that has ended.
  var lines: [String] { state.withLock { $0 } }

  func begin(_ statement: PostgresStatement) -> @Sendable (PostgresError?) -> Void {
    let span = Self.span
    return { error in
      let end = error.map { $0.sqlState ?? "\($0)" } ?? "ok"
      self.state.withLock { $0.append("\(span): \(statement.text): \(end)") }
    }
  }

  func forget() { state.withLock { $0 = [] } }
}

@Suite("Observing", .enabled(if: Servers.isThere, Servers.hint), .serialized)
struct ObservingTests {
  struct Undo: Error {}

  private func withClient(
    database: String? = nil,
    _ body: (PostgresClient, RecordingTracer) async throws -> Void
  ) async throws {
    let tracer = RecordingTracer()
    var configuration = try Servers.configuration()
    if let database { configuration.database = database }
    let client = try PostgresClient(
      configuration,
      limits: Servers.limits(maximum: 1),
      tracer: tracer
    )
    do {
      try await RecordingTracer.$span.withValue("test") { try await body(client, tracer) }
      await client.shutdown()
    } catch {
      await client.shutdown()
      throw error
    }
  }

  @Test("a tracer hears of each statement and how it ended, and of no parameter")
  func statements() async throws {
    try await withClient { client, tracer in
      try await client.query("SELECT \("secret")::text")
      try await client.execute("SELECT 2")
      _ = await failure { try await client.query("SELECT 1/\(0)") }
      let slow: PostgresQuery = "SELECT pg_sleep(3600)"
      _ = await failure { try await client.query(slow, timeout: .milliseconds(20)) }
      #expect(
        tracer.lines == [
          "test: SELECT $1::text: ok", "test: SELECT 2: ok", "test: SELECT 1/$1: 22012",
          "test: SELECT pg_sleep(3600): timeout",
        ]
      )
    }
  }

  @Test("a tracer hears of streams and copies, also those that end early")
  func streams() async throws {
    try await withClient { client, tracer in
      try await client.stream("SELECT generate_series(1, 3)") { for try await _ in $0 {} }
      try await client.stream("SELECT generate_series(1, 100000000)") { rows in
        for try await _ in rows { break }
      }
      _ = await failure {
        try await client.stream("SELECT 1/(3 - n) FROM generate_series(1, 9) AS n") {
          for try await _ in $0 {}
        }
      }
      await #expect(throws: Undo.self) {
        try await client.stream("SELECT generate_series(1, 200000000)") { _ in throw Undo() }
      }
      #expect(
        tracer.lines == [
          "test: SELECT generate_series(1, 3): ok",
          "test: SELECT generate_series(1, 100000000): ok",
          "test: SELECT 1/(3 - n) FROM generate_series(1, 9) AS n: 22012",
          "test: SELECT generate_series(1, 200000000): cancelled",
        ]
      )
    }
  }

  @Test("a tracer hears of copies in and out")
  func copies() async throws {
    try await withClient { client, tracer in
      try await client.withConnection { connection in
        try await connection.execute("CREATE TEMP TABLE c (n int)")
        tracer.forget()
        try await connection.copyIn("COPY c FROM STDIN") { try await $0.write(Array("1\n".utf8)) }
        await #expect(throws: Undo.self) {
          try await connection.copyIn("COPY c FROM STDIN") { _ in throw Undo() }
        }
        try await connection.copyOut("COPY c TO STDOUT") { for try await _ in $0 {} }
      }
      #expect(
        tracer.lines == [
          "test: COPY c FROM STDIN: ok", "test: COPY c FROM STDIN: 57014",
          "test: COPY c TO STDOUT: ok",
        ]
      )
    }
  }

  @Test("a tracer hears how transactions begin and end")
  func transactions() async throws {
    try await withClient { client, tracer in
      try await client.transaction { try await $0.execute("SELECT 1") }
      await #expect(throws: Undo.self) { try await client.transaction { _ in throw Undo() } }
      #expect(
        tracer.lines == [
          "test: BEGIN: ok", "test: SELECT 1: ok", "test: COMMIT: ok", "test: BEGIN: ok",
          "test: ROLLBACK: ok",
        ]
      )
    }
  }

  @Test("counters count statements, failures and connections of their database")
  func counters() async throws {
    let metrics = RecordingMetrics.shared
    func counts() -> [Int64] {
      ["queries", "failures", "connections_opened", "connection_failures"].map {
        metrics.count("molt_postgres_\($0)_total", database: "template1")
      }
    }
    let before = counts()
    try await withClient(database: "template1") { client, _ in
      try await client.query("SELECT 1")
      try await client.stream("SELECT 1") { for try await _ in $0 {} }
      _ = await failure { try await client.query("SELECT 1/\(0)") }
      try await client.transaction { try await $0.execute("SELECT 1") }
    }
    #expect(zip(counts(), before).map { $0 - $1 } == [6, 1, 1, 0])
    var nobody = try Servers.configuration()
    nobody.database = "template1"
    nobody.user = "nobody at all"
    let client = try PostgresClient(nobody)
    _ = await failure { try await client.query("SELECT 1") }
    await client.shutdown()
    #expect(zip(counts(), before).map { $0 - $1 } == [6, 1, 1, 1])
  }
}
