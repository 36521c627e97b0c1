import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("A configuration")
struct ConfigurationTests {
  @Test("reads a URL with everything")
  func everything() throws {
    let configuration = try PostgresConfiguration(
      url: "postgres://an%40na:se%3Acret@db.example:5433/sh%20op?sslmode=verify-full"
        + "&application_name=till&sslrootcert=/a/b.pem&sslnegotiation=direct&connect_timeout=3"
    )
    #expect(configuration.user == "an@na" && configuration.password == "se:cret")
    #expect(configuration.host == "db.example" && configuration.port == 5433)
    #expect(configuration.database == "sh op" && configuration.tls.mode == .verifyFull)
    #expect(configuration.tls.rootCertificates == "/a/b.pem" && configuration.tls.isDirect)
    #expect(configuration.settings == ["application_name": "till"])
    #expect(configuration.connectTimeout == .seconds(3))
  }

  @Test("reads a Unix socket's folder and an address of IPv6")
  func hosts() throws {
    let socket = try PostgresConfiguration(url: "postgresql://u@/d?host=/run/pg&port=6000")
    #expect(socket.isUnixSocket && socket.host == "/run/pg" && socket.port == 6000)
    let address = try PostgresConfiguration(url: "postgres://u@[::1]:6000")
    #expect(address.host == "::1" && address.port == 6000 && address.database == nil)
  }

  @Test(
    "refuses URLs that make no sense",
    arguments: [
      ("mysql://u@h", PostgresConfigurationError.malformedURL),
      ("postgres://h/d", .noUser),
      ("postgres://u@h:0/d", .badPort("0")),
      ("postgres://u@h:x/d", .badPort("x")),
      ("postgres://u%4@h", .malformedURL),
      ("postgres://u%FF@h", .malformedURL),
      ("postgres://u@h?sslmode=maybe", .badValue(name: "sslmode", value: "maybe")),
      ("postgres://u@h?colour=red", .unknownParameter("colour")),
      ("postgres://u@h?port", .malformedURL),
      ("postgres://u@[::1", .malformedURL),
    ]
  )
  func refusals(url: String, error: PostgresConfigurationError) {
    #expect(throws: error) { try PostgresConfiguration(url: url) }
  }

  @Test("reads the variables of libpq")
  func environment() throws {
    let configuration = try PostgresConfiguration(
      environment: ["PGHOST": "/run/pg", "PGUSER": "u", "PGDATABASE": "d", "PGSSLMODE": "disable"]
    )
    #expect(configuration.host == "/run/pg" && configuration.user == "u")
    #expect(configuration.database == "d" && configuration.tls.mode == .disable)
    #expect(throws: PostgresConfigurationError.noUser) {
      try PostgresConfiguration(environment: [:])
    }
  }

  @Test("does not show its password")
  func secret() {
    let configuration = PostgresConfiguration(user: "u", password: "hunter2")
    #expect(!"\(configuration)".contains("hunter2"))
  }
}
