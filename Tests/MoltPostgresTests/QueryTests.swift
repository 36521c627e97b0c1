import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("Queries", .enabled(if: Servers.isThere, Servers.hint))
struct QueryTests {
  struct Airport: Decodable, Equatable {
    var id: Int
    var name: String
    var height: Double?
    var runways: Int8
    var isOpen: Bool
  }

  @Test("bind interpolated values, also those that look like SQL")
  func binding() async throws {
    try await Servers.withConnection { connection in
      let text = "'; DROP TABLE x; --\" $1 é🦉"
      let rows = try await connection.query("SELECT \(text)::text, \(42), \(nil as Int?)")
      let (echo, number, nothing) = try #require(try rows.decode((String, Int, Int?).self).first)
      #expect(echo == text && number == 42 && nothing == nil)
    }
  }

  @Test("quote identifiers")
  func identifiers() async throws {
    try await Servers.withConnection { connection in
      let name = "a \"b\" c"
      let rows = try await connection.query("SELECT 1 AS \(identifier: name)")
      #expect(rows.columns.list.map(\.name) == [name])
    }
  }

  @Test("decode rows as tuples and as records")
  func decoding() async throws {
    try await Servers.withConnection { connection in
      let rows = try await connection.query(
        """
        SELECT 7 AS id, 'Zürich' AS name, NULL::float8 AS height, 3::int2 AS runways,
          true AS "isOpen"
        UNION ALL SELECT 8, 'Bern', 510.5, 1, false ORDER BY id
        """
      )
      let tuples = try rows.decode((Int, String, Double?, Int16, Bool).self)
      #expect(tuples.map(\.1) == ["Zürich", "Bern"])
      #expect(tuples.map(\.2) == [nil, 510.5])
      #expect(
        try rows.decode(records: Airport.self) == [
          Airport(id: 7, name: "Zürich", height: nil, runways: 3, isOpen: true),
          Airport(id: 8, name: "Bern", height: 510.5, runways: 1, isOpen: false),
        ]
      )
    }
  }

  @Test("say which column is not what was asked for")
  func decodingErrors() async throws {
    try await Servers.withConnection { connection in
      let rows = try await connection.query("SELECT 1 AS a, NULL::text AS b, 3000000000 AS c")
      let row = try #require(rows.first { _ in true })
      let null = await failure { _ = try row.decode((Int, String, Int).self) }
      #expect(
        null
          == .decoding(PostgresDecodingError(.cell(.null), column: 1, columnName: "b", typeOID: 25))
      )
      let range = await failure { _ = try row.decode(column: "c", as: Int32.self) }
      #expect(
        range
          == .decoding(
            PostgresDecodingError(.cell(.outOfRange), column: 2, columnName: "c", typeOID: 20)
          )
      )
      let count = await failure { _ = try row.decode((Int, String?).self) }
      #expect(count == .decoding(PostgresDecodingError(.columnCount(expected: 2, found: 3))))
      let type = await failure { _ = try row.decode(column: 0, as: Bool.self) }
      #expect(
        type
          == .decoding(
            PostgresDecodingError(.cell(.typeMismatch), column: 0, columnName: "a", typeOID: 23)
          )
      )
    }
  }

  @Test("give the server's error, and the connection goes on")
  func errors() async throws {
    try await Servers.withConnection { connection in
      let error = await failure { try await connection.query("SELECT 1/\(0)") }
      #expect(error?.sqlState == "22012")
      let refused = await failure { try await connection.query("COPY pg_class FROM STDIN") }
      #expect(refused == .copyNeedsItsOwnMethod)
      let zero = await failure { try await connection.query("SELECT '\0'") }
      #expect(zero == .refused(.zeroByte))
      #expect(await connection.answers())
    }
  }

  @Test("of many tasks are pipelined on one connection, each with its own answer")
  func pipelining() async throws {
    try await Servers.withConnection { connection in
      let statement = PostgresStatement("SELECT $1, $1 / ($1 % 7)")
      let answers = try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
        for number in 0..<3000 {
          group.addTask {
            do {
              let rows = try await connection.query(PostgresQuery(statement, number))
              return (number, try rows.decode((Int, Int).self).first?.0)
            } catch PostgresError.server(let error) where error.sqlState == "22012" {
              return (number, nil)
            }
          }
        }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      for number in 0..<3000 { #expect(answers[number] == (number % 7 == 0 ? nil : number)) }
    }
  }

  @Test("that the socket does not take at once arrive whole, and in order with what follows")
  func largeParameters() async throws {
    try await Servers.withConnection { connection in
      let texts = (0..<12).map { number in
        String(
          repeating: Character(Unicode.Scalar(UInt8(97 + number))),
          count: number % 3 * 2_000_000
        )
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, text) in texts.enumerated() {
          group.addTask {
            let sql: PostgresQuery =
              "SELECT \(number), length(\(text)), md5(\(text)) = md5(\(text))"
            let row = try await connection.query(sql).first((Int, Int, Bool).self)
            #expect(row?.0 == number && row?.1 == text.utf8.count && row?.2 == true)
          }
        }
        try await group.waitForAll()
      }
      let results = try await connection.query(batch: texts.map { "SELECT left(\($0), 1)" })
      for (text, rows) in zip(texts, results) {
        #expect(try rows.first(String.self) == String(text.prefix(1)))
      }
    }
  }

  @Test("that are not streamed have a limit")
  func resultLimit() async throws {
    var configuration = try Servers.configuration()
    configuration.resultByteCount = 100_000
    let connection = try await PostgresConnection.connect(to: configuration)
    let error = await failure {
      try await connection.query("SELECT generate_series(1, 100000000)")
    }
    #expect(error == .resultTooLarge(limit: 100_000))
    #expect(await connection.answers())
    await connection.close()
  }

  @Test("survive a change of their table's columns")
  func schemaChange() async throws {
    try await Servers.withConnection { connection in
      try await connection.execute(script: "CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1)")
      for _ in 0..<3 {
        let rows = try await connection.query("SELECT * FROM t")
        #expect(rows.count == 1)
      }
      try await connection.execute("ALTER TABLE t ADD b int")
      let seen = try await connection.query("SELECT * FROM t").columns.list.count
      #expect(seen == 2)
    }
  }
}
