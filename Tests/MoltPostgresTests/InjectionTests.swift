import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("Injection", .enabled(if: Servers.isThere, Servers.hint), .serialized)
struct InjectionTests {
  static let attacks = [
    "'", "''", "\\'", "'; DROP TABLE kept; --", "' OR '1'='1", "$1", "$$; DROP TABLE kept; $$",
    "\"; DROP TABLE kept; --", "/* */ ; DROP TABLE kept", "\u{2019}; DROP TABLE kept; --", "%s",
    "?",
    "\\", "E'\\''", "); DROP TABLE kept; --", "\r\n; DROP TABLE kept",
  ]

  @Test("values never become SQL", arguments: attacks)
  func values(attack: String) async throws {
    let query: PostgresQuery = "SELECT \(attack)::text, \([attack])::text[], \(7)"
    #expect(query.statement.text == "SELECT $1::text, $2::text[], $3")
    try await Servers.withConnection { connection in
      try await connection.execute("CREATE TEMP TABLE kept (t text)")
      let row = try await connection.query(query).first((String, [String], Int).self)
      let found = try #require(row)
      #expect(found.0 == attack && found.1 == [attack] && found.2 == 7)
      try await connection.execute("INSERT INTO kept VALUES (\(attack))")
      let kept = try await connection.query("SELECT t FROM kept WHERE t = \(attack)")
      #expect(try kept.decode(String.self) == [attack])
    }
  }

  @Test("names stay one name", arguments: attacks)
  func names(attack: String) async throws {
    try await Servers.withConnection { connection in
      try await connection.execute("CREATE TEMP TABLE \(identifier: attack) (n int)")
      try await connection.execute("INSERT INTO \(identifier: attack) VALUES (\(Int32(1)))")
      let names = try await connection.query(
        "SELECT relname::text FROM pg_class WHERE relname = \(attack) AND relpersistence = 't'"
      )
      #expect(try names.decode(String.self) == [attack])
    }
  }

  @Test("a text with a zero byte is refused by the server, not cut")
  func zeroByte() async throws {
    try await Servers.withConnection { connection in
      let error = await failure { try await connection.query("SELECT \("a\u{0}b")::text") }
      #expect(error?.sqlState == "22021")
      #expect(await connection.answers())
    }
  }
}
