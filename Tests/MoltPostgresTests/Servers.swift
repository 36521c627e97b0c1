import Foundation
import MoltPool
import MoltPostgres
import MoltPostgresWire
import Testing

/// The servers beside which the tests run; see `servers/README.md`.
enum Servers {
  static let hint: Comment =
    "run the tests by: python servers/postgres.py run --pgbouncer -- COMMAND"

  static func url(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  static var isThere: Bool { url("MOLT_TEST_POSTGRES") != nil }
  static var hasBouncer: Bool { url("MOLT_TEST_PGBOUNCER_TRANSACTION") != nil }

  static func configuration(
    _ name: String = "MOLT_TEST_POSTGRES"
  ) throws -> PostgresConfiguration {
    try PostgresConfiguration(url: try #require(url(name)))
  }

  static func connect(_ name: String = "MOLT_TEST_POSTGRES") async throws -> PostgresConnection {
    try await PostgresConnection.connect(to: configuration(name))
  }

  /// Lends a connection and closes it.
  static func withConnection<Result>(
    _ name: String = "MOLT_TEST_POSTGRES",
    _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    let connection = try await connect(name)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Lends a client and closes it.
  static func withClient<Result>(
    _ name: String = "MOLT_TEST_POSTGRES",
    maximum: Int = 4,
    _ body: (PostgresClient) async throws -> Result
  ) async throws -> Result {
    var limits = PoolLimits()
    limits.maximum = maximum
    let client = try PostgresClient(configuration(name), limits: limits)
    do {
      let result = try await body(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }

  /// How many statements with a text run on the server now.
  static func running(_ text: String) async throws -> Int {
    try await withConnection { connection in
      let rows = try await connection.query(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE state = 'active' AND query LIKE \(text + "%") AND pid <> pg_backend_pid()
        """
      )
      return try #require(try rows.first(Int.self))
    }
  }

  /// Waits until as many statements with a text run on the server.
  static func wait(for count: Int, running text: String) async throws {
    for _ in 0..<500 {
      if try await running(text) == count { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("\(text) does not run \(count) times")
  }
}

/// The error that a body throws.
func failure(_ body: () async throws -> Void) async -> PostgresError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? PostgresError
  }
}

extension PostgresConnection {
  /// Whether a statement has its answer.
  func answers() async -> Bool { (try? await query("SELECT 1").first(Int.self)) == 1 }
}

extension PostgresClient {
  /// Whether a statement has its answer.
  func answers() async -> Bool { (try? await query("SELECT 1").first(Int.self)) == 1 }
}
