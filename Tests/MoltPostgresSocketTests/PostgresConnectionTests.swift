import Foundation
import MoltBytes
import MoltErrors
import MoltPostgresSocket
import MoltPostgresWire
import MoltRows
import MoltTestKit
import Testing

@Suite("Connections to PostgreSQL", .enabled(if: TestServer.isThere, "\(TestServer.hint)"))
struct PostgresConnectionTests {
  @Test(
    "log in by every method",
    arguments: ["MOLT_TEST_POSTGRES_SCRAM", "MOLT_TEST_POSTGRES_MD5", "MOLT_TEST_POSTGRES"]
  )
  func methods(name: String) throws {
    #expect(try TestServer.open(name).rows("SELECT 1") == "[[1]]")
  }

  @Test("do not send a password in clear over a network")
  func cleartext() throws {
    let error = failure { _ = try TestServer.open("MOLT_TEST_POSTGRES_CLEARTEXT") }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("in clear") == true)
  }

  @Test("say why a login failed, and keep the password to themselves")
  func wrongPassword() throws {
    for (password, reason) in [("sesame", "password authentication failed"), (nil, "none is set")] {
      let error = failure {
        _ = try TestServer.open("MOLT_TEST_POSTGRES_SCRAM") {
          $0.password = password.map { PostgresPassword($0) }
        }
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains(reason) == true)
      #expect(error?.message.contains("sesame") == false)
    }
  }

  @Test("say what is missing where a server or a database is not there")
  func missing() throws {
    let cases: [(String, (inout PostgresOptions) -> Void)] = [
      ("does not exist", { $0.database = "nonesuch" }),
      ("refused", { ($0.host, $0.port) = ("127.0.0.1", 1) }),
      ("No such file", { $0.host = "/nonesuch" }),
      ("too long", { $0.host = "/" + String(repeating: "x", count: 200) }),
      ("known", { $0.host = "nonesuch.invalid" }),
    ]
    for (reason, change) in cases {
      let error = failure { _ = try TestServer.open(changing: change) }
      #expect(error?.code == .unavailable)
      if reason != "known" {
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "no error")")
      }
    }
  }

  @Test(
    "refuse to go without TLS where it is required",
    arguments: PostgresOptions.Encryption.allCases
  )
  func encryption(mode: PostgresOptions.Encryption) throws {
    let error = failure { _ = try TestServer.open { $0.encryption = mode } }
    let isPlain = mode == .disable || mode == .allow || mode == .prefer
    #expect(error == (isPlain ? nil : .encryptionUnavailable))
    #expect(error == nil || error?.code == .unsupported)
  }

  @Test("give up on a server that says nothing, after the connect timeout")
  func silence() throws {
    let server = try BreakableServer()
    let port = server.order("proxy stall_after=0")?.split(separator: " ").last
    var options = try TestServer.options(of: server.url)
    options.host = "127.0.0.1"
    options.port = try #require(port.flatMap { UInt16($0) })
    options.connectTimeout = .milliseconds(200)
    let start = ContinuousClock.now
    #expect(failure { _ = try PostgresDatabase(options) } == .timeout)
    // Without the option it would be ten seconds.
    #expect(ContinuousClock.now - start < .seconds(9))
  }

  @Test("that ended while they were idle are replaced", arguments: ["restart", "kill"])
  func restart(order: String) throws {
    let server = try BreakableServer()
    let database = try server.open()
    let query = try database.prepare(sql: "SELECT $1::int4", shape: listShape(1))
    let arguments = RunArguments(parameters: [.integer(5)])
    // Two idle connections, both of which will be dead.
    let cursors = [try query.open(arguments), try query.open(arguments)]
    for cursor in cursors { #expect(try cursor.readAll() == ["[[5]]"]) }
    #expect(server.order(order) == "ok")
    if order == "kill" {
      let error = failure { _ = try query.open(arguments) }
      #expect(error?.code == .unavailable)
      #expect(server.order("start") == "ok")
    }
    #expect(try query.open(arguments).readAll() == ["[[5]]"])
  }

  @Test("that end in the middle of an answer end the run")
  func killedInTheMiddle() throws {
    let server = try BreakableServer()
    let database = try server.open()
    let query = try database.prepare(
      sql: "SELECT generate_series(1, 10000000), repeat('x', 100)",
      shape: listShape(2)
    )
    let cursor = try query.open(RunArguments())
    var output = ByteWriter()
    #expect(try cursor.next(into: &output, byteCount: 1000))
    #expect(server.order("kill") == "ok")
    let error = failure { while try cursor.next(into: &output, byteCount: 1 << 20) {} }
    #expect(error?.code == .unavailable)
    #expect(server.order("start") == "ok")
    #expect(try database.rows("SELECT 1") == "[[1]]")
  }

  @Test("work through a proxy that cuts everything into single bytes")
  func drip() throws {
    let server = try BreakableServer()
    let port = server.order("proxy chunk=1")?.split(separator: " ").last
    var options = try TestServer.options(of: server.url)
    let direct = try PostgresDatabase(options)
    let sql = "SELECT i, repeat('x', i), NULL::int4, i * 1.5 FROM generate_series(1, 50) i"
    let expected = try direct.rows(sql, columns: 4)
    options.host = "127.0.0.1"
    options.port = try #require(port.flatMap { UInt16($0) })
    options.password = try TestServer.options(of: server.tcpURL).password
    #expect(try PostgresDatabase(options).rows(sql, columns: 4) == expected)
  }
}
