import Foundation
import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("Logging in", .enabled(if: Servers.isThere, Servers.hint))
struct LoginTests {
  @Test(
    "works in every way that the server offers",
    arguments: [
      "MOLT_TEST_POSTGRES", "MOLT_TEST_POSTGRES_TCP", "MOLT_TEST_POSTGRES_SCRAM",
      "MOLT_TEST_POSTGRES_MD5", "MOLT_TEST_POSTGRES_TLS", "MOLT_TEST_POSTGRES_TLS_CERTIFICATE",
    ]
  )
  func everyWay(name: String) async throws {
    try await Servers.withConnection(name) { connection in
      let seen = try await connection.query("SELECT current_user").count
      #expect(seen == 1)
    }
  }

  @Test("is encrypted where that is asked for", arguments: ["require", "verify-ca", "verify-full"])
  func encrypted(mode: String) async throws {
    var configuration = try Servers.configuration("MOLT_TEST_POSTGRES_TLS")
    configuration.tls.mode = try #require(PostgresTLS.Mode(rawValue: mode))
    let connection = try await PostgresConnection.connect(to: configuration)
    let rows = try await connection.query(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    )
    #expect(try rows.first(Bool.self) == true)
    await connection.close()
  }

  @Test("is bound to the server's certificate where that is asked for")
  func channelBinding() async throws {
    var configuration = try Servers.configuration("MOLT_TEST_POSTGRES_TLS")
    configuration.authentication.channelBinding = .require
    configuration.authentication.methods = [.scramSHA256Plus]
    let connection = try await PostgresConnection.connect(to: configuration)
    try await connection.ping()
    await connection.close()
    var plain = try Servers.configuration("MOLT_TEST_POSTGRES_SCRAM")
    plain.tls.mode = .disable
    plain.authentication.channelBinding = .require
    let settled = plain
    let error = await failure { _ = try await PostgresConnection.connect(to: settled) }
    #expect(error == .closed(.authentication(.channelBindingMissing)))
  }

  @Test("fails at a certificate that does not name the host")
  func wrongHost() async throws {
    let error = await failure {
      _ = try await Servers.connect("MOLT_TEST_POSTGRES_TLS_WRONG_HOST")
    }
    guard case .tls? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    var lenient = try Servers.configuration("MOLT_TEST_POSTGRES_TLS_WRONG_HOST")
    lenient.tls.mode = .verifyCA
    let connection = try await PostgresConnection.connect(to: lenient)
    await connection.close()
  }

  @Test("fails at a certificate of an authority that nobody trusts")
  func untrusted() async throws {
    var configuration = try Servers.configuration("MOLT_TEST_POSTGRES_TLS")
    configuration.tls.rootCertificates = nil
    let settled = configuration
    let error = await failure { _ = try await PostgresConnection.connect(to: settled) }
    guard case .tls? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("fails with the server's words for a wrong password, and the pool says so at once")
  func wrongPassword() async throws {
    var configuration = try Servers.configuration("MOLT_TEST_POSTGRES_SCRAM")
    configuration.password = "wrong"
    let settled = configuration
    let error = await failure { _ = try await PostgresConnection.connect(to: settled) }
    guard case .closed(.server(let server))? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(server.sqlState == "28P01")
    let client = try PostgresClient(settled)
    let same = await failure { try await client.query("SELECT 1") }
    #expect(same == error)
    await client.shutdown()
  }

  @Test("never sends a password in clear without encryption")
  func cleartext() async throws {
    var configuration = try Servers.configuration("MOLT_TEST_POSTGRES_CLEARTEXT")
    configuration.tls.mode = .disable
    let settled = configuration
    let error = await failure { _ = try await PostgresConnection.connect(to: settled) }
    #expect(error == .closed(.authentication(.passwordInClear)))
  }

  @Test("cancels over an encrypted connection too")
  func encryptedCancel() async throws {
    try await Servers.withConnection("MOLT_TEST_POSTGRES_TLS") { connection in
      let error = await failure {
        try await connection.query("SELECT pg_sleep(1115)", timeout: .milliseconds(50))
      }
      #expect(error == .timeout)
      #expect(connection.isOpen)
    }
  }

  @Test("works behind PgBouncer", .enabled(if: Servers.hasBouncer, Servers.hint))
  func bouncer() async throws {
    try await Servers.withClient("MOLT_TEST_PGBOUNCER_TRANSACTION") { client in
      let sum = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 1...500 {
          group.addTask {
            let statement: PostgresQuery = "SELECT \(number) + \(number % 5)"
            return try await client.query(statement).first(Int.self) ?? 0
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(sum == 500 * 501 / 2 + 500 / 5 * 10)
    }
  }
}
