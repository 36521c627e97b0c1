import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("Values", .enabled(if: Servers.isThere, Servers.hint))
struct ValueTests {
  /// Sends values as parameters of a type and reads them back.
  private func echo<Value: PostgresEncodable & PostgresDecodable & Equatable>(
    _ values: [Value],
    as type: String
  ) async throws {
    try await Servers.withConnection { connection in
      for value in values {
        let query: PostgresQuery =
          "SELECT v, pg_typeof(v)::text FROM (SELECT \(value)::\(unescaped: type) AS v) AS x"
        let rows = try await connection.query(query)
        #expect(try rows.decode((Value, String).self).first?.0 == value)
      }
    }
  }

  @Test("of every number come back as they went")
  func numbers() async throws {
    try await echo([Int.min, -1, 0, 1, .max], as: "bigint")
    try await echo([Int64.min, .max], as: "bigint")
    try await echo([Int32.min, 0, .max], as: "integer")
    try await echo([Int16.min, 0, .max], as: "smallint")
    try await echo([UInt32.min, .max], as: "oid")
    try await echo(
      [0.1, -.infinity, .infinity, .leastNonzeroMagnitude, 1.7976931348623157e308],
      as: "float8"
    )
    try await echo([Float(0.1), -.infinity, .leastNonzeroMagnitude], as: "real")
    try await echo([true, false], as: "boolean")
    try await echo(
      ["0", "1.50", "NaN", "Infinity", "-0.0000001", "12345678901234567890.123456789"]
        .map(PostgresDecimal.init),
      as: "numeric"
    )
  }

  @Test("of text, bytes, documents and identities come back as they went")
  func texts() async throws {
    try await echo(["", "é🦉\n\\\"'", String(repeating: "x", count: 100_000)], as: "text")
    try await echo([[UInt8](), Array(0...255)], as: "bytea")
    try await echo([PostgresJSON(#"{"a": [1, null]}"#)], as: "jsonb")
    let uuid = try #require(PostgresUUID("00112233-4455-6677-8899-aabbccddeeff"))
    #expect(uuid.description == "00112233-4455-6677-8899-aabbccddeeff")
    try await echo([uuid], as: "uuid")
  }

  @Test("of the calendar come back as they went")
  func calendar() async throws {
    let leap = try #require(PostgresTimestamp(secondsSince1970: 951_782_400, microseconds: 1))
    #expect(leap.sinceEpoch?.seconds == 951_782_400 && leap.sinceEpoch?.microseconds == 1)
    let early = PostgresTimestamp(microseconds: -1)
    #expect(early.sinceEpoch?.seconds == 946_684_799 && early.sinceEpoch?.microseconds == 999_999)
    try await echo([leap, early, .infinity, .negativeInfinity], as: "timestamptz")
    try await echo([PostgresDate(days: 59), .infinity, .negativeInfinity], as: "date")
    try await echo([PostgresTime(microseconds: 86_399_999_999)], as: "time")
    try await echo([PostgresInterval(months: -14, days: 3, microseconds: 1)], as: "interval")
  }

  @Test("of lists come back as they went, with nulls and none")
  func lists() async throws {
    try await echo([[Int](), [1, -2, 3]], as: "bigint[]")
    try await echo([["a", ""], []], as: "text[]")
    try await echo([[1 as Int32?, nil]], as: "integer[]")
    try await echo([[0.5, .infinity]], as: "float8[]")
    try await echo([[true, false]], as: "boolean[]")
  }

  @Test("that the server writes are read as they are meant")
  func fromTheServer() async throws {
    try await Servers.withConnection { connection in
      let rows = try await connection.query(
        """
        SELECT '2000-02-29 12:00:00+00'::timestamptz, '2000-01-02'::date, 1.50::numeric,
          ARRAY[1, NULL, 3], 'a'::"char", '{"a": 1}'::json, 3::int2
        """
      )
      let row = try #require(
        try rows.decode(
          (PostgresTimestamp, PostgresDate, PostgresDecimal, [Int?], String, PostgresJSON, Int).self
        ).first
      )
      #expect(row.0.sinceEpoch?.seconds == 951_825_600)
      #expect(row.1 == PostgresDate(days: 1))
      #expect(row.2.description == "1.50")
      #expect(row.3 == [1, nil, 3])
      #expect(row.4 == "a" && row.5.text == #"{"a": 1}"# && row.6 == 3)
    }
  }

  @Test("of types of the database's own are read as text")
  func enumeration() async throws {
    try await Servers.withConnection { connection in
      try await connection.execute(script: "CREATE TYPE pg_temp.mood AS ENUM ('sad', 'glad')")
      let rows = try await connection.query("SELECT 'glad'::pg_temp.mood")
      #expect(try rows.first(String.self) == "glad")
    }
  }
}
