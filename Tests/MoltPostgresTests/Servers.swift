import Foundation
import MoltPool
import MoltPostgres
import MoltPostgresWire
import MoltTestKit
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
    try configuration(url: try #require(url(name)))
  }

  /// A configuration whose limits no busy machine meets.
  static func configuration(url: String) throws -> PostgresConfiguration {
    var configuration = try PostgresConfiguration(url: url)
    configuration.connectTimeout = .seconds(60)
    configuration.cancelGrace = .seconds(60)
    return configuration
  }

  /// Limits of a pool that no busy machine meets: tests beside the own one may keep every thread for
  /// many seconds.
  static func limits(maximum: Int) -> PoolLimits {
    var limits = PoolLimits()
    limits.maximum = maximum
    limits.wait = .seconds(600)
    limits.idle = .seconds(3600)
    limits.silence = .seconds(3600)
    return limits
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
    let client = try PostgresClient(configuration(name), limits: limits(maximum: maximum))
    do {
      let result = try await body(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }

  /// Waits until as many statements that begin with a text run on a server.
  ///
  /// A client hears that its statement has ended a moment before the server shows it.
  static func wait(
    for count: Int,
    running text: String,
    on configuration: PostgresConfiguration? = nil
  ) async throws {
    let connection = try await PostgresConnection.connect(
      to: configuration ?? Servers.configuration()
    )
    let isReached = try await waitUntil {
      let rows = try await connection.query(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE state = 'active' AND query LIKE \(text + "%") AND pid <> pg_backend_pid()
        """
      )
      return try rows.first(Int.self) == count
    }
    await connection.close()
    #expect(isReached, "\(text) does not run \(count) times")
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
