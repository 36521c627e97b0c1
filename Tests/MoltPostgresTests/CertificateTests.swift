import MoltPostgres
import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("Certificates", .enabled(if: Servers.isThere, Servers.hint))
struct CertificateTests {
  private func configuration(_ server: BreakableServer) throws -> PostgresConfiguration {
    try Servers.configuration(url: try #require(server.variables["MOLT_TEST_POSTGRES_TLS"]))
  }

  @Test("that are expired, another host's or a stranger's are refused by verify-full")
  func wrong() async throws {
    let server = try BreakableServer()
    let configuration = try configuration(server)
    #expect(configuration.tls.mode == .verifyFull)
    for name in ["expired", "wrong-host", "untrusted"] {
      #expect(server.order("certificate \(name)") == "ok")
      let error = await failure { _ = try await PostgresConnection.connect(to: configuration) }
      guard case .tls(let reason)? = error else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
      #expect(!reason.isEmpty)
    }
    #expect(server.order("certificate valid") == "ok")
    let connection = try await PostgresConnection.connect(to: configuration)
    #expect(await connection.answers())
    await connection.close()
  }

  @Test("that name an address are accepted at that address")
  func address() async throws {
    let server = try BreakableServer()
    #expect(server.order("certificate address") == "ok")
    var configuration = try configuration(server)
    configuration.host = "127.0.0.1"
    let connection = try await PostgresConnection.connect(to: configuration)
    #expect(await connection.answers())
    await connection.close()
  }

  @Test("are never seen by a server that does not know encryption without being asked")
  func direct() async throws {
    var configuration = try Servers.configuration("MOLT_TEST_POSTGRES_TLS")
    configuration.tls.isDirect = true
    let settled = configuration
    let error = await failure { _ = try await PostgresConnection.connect(to: settled) }
    guard case .tls(let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("PostgreSQL 17"), "\(reason)")
  }

  @Test("stand behind the login with SCRAM-SHA-256-PLUS, which they are bound to")
  func binding() async throws {
    var configuration = try Servers.configuration("MOLT_TEST_POSTGRES_TLS")
    configuration.authentication.channelBinding = .require
    configuration.authentication.methods = [.scramSHA256Plus]
    let client = try PostgresClient(configuration)
    let rows = try await client.query(
      "SELECT ssl, current_user::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    )
    let row = try #require(try rows.first((Bool, String).self))
    #expect(row == (true, configuration.user))
    await client.shutdown()
  }
}
