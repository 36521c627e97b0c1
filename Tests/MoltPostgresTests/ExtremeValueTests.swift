import MoltPostgres
import MoltPostgresWire
import Testing

@Suite("Extreme values", .enabled(if: Servers.isThere, Servers.hint), .serialized)
struct ExtremeValueTests {
  /// Sends values as parameters of a type and reads them back; the server writes them as text too.
  private func echo<Value: PostgresEncodable & PostgresDecodable & Equatable>(
    _ values: [(Value, String)],
    as type: String
  ) async throws {
    try await Servers.withConnection { connection in
      try await connection.execute(script: "SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'")
      for (value, text) in values {
        let query: PostgresQuery =
          "SELECT v, v::text FROM (SELECT \(value)::\(unescaped: type) AS v) AS x"
        let row = try await connection.query(query).first((Value, String).self)
        let found = try #require(row)
        #expect(found.0 == value && found.1 == text)
      }
    }
  }

  @Test("of the calendar come back, and are what the server means")
  func calendar() async throws {
    try await echo(
      [
        (PostgresDate(days: -2_451_545), "4714-11-24 BC"),
        (PostgresDate(days: 2_145_031_948), "5874897-12-31"), (PostgresDate(days: 0), "2000-01-01"),
        (.infinity, "infinity"), (.negativeInfinity, "-infinity"),
      ],
      as: "date"
    )
    let first = PostgresTimestamp(microseconds: -211_813_488_000_000_000)
    let last = PostgresTimestamp(microseconds: 9_223_371_331_199_999_999)
    try await echo(
      [
        (first, "4714-11-24 00:00:00+00 BC"), (last, "294276-12-31 23:59:59.999999+00"),
        (.infinity, "infinity"), (.negativeInfinity, "-infinity"),
      ],
      as: "timestamptz"
    )
    try await echo(
      [
        (PostgresTime(microseconds: 0), "00:00:00"),
        (PostgresTime(microseconds: 86_400_000_000), "24:00:00"),
      ],
      as: "time"
    )
    try await echo(
      [
        (PostgresInterval(), "PT0S"),
        (PostgresInterval(months: .max, days: .max), "P178956970Y7M2147483647D"),
        (PostgresInterval(months: -1, days: 1, microseconds: -1), "P-1M1DT-0.000001S"),
      ],
      as: "interval"
    )
  }

  @Test("of numbers come back, and are what the server means")
  func numbers() async throws {
    try await echo(
      [(Int64.min, "-9223372036854775808"), (.max, "9223372036854775807")],
      as: "bigint"
    )
    try await echo(
      [(Int32.min, "-2147483648"), (.max, "2147483647")],
      as: "integer"
    )
    try await echo([(Int16.min, "-32768"), (.max, "32767")], as: "smallint")
    try await echo(
      [
        (Double.greatestFiniteMagnitude, "1.7976931348623157e+308"), (-0.0, "-0"),
        (.leastNonzeroMagnitude, "5e-324"), (0.1 + 0.2, "0.30000000000000004"),
      ],
      as: "float8"
    )
    try await echo(
      [(Float.greatestFiniteMagnitude, "3.4028235e+38"), (.leastNonzeroMagnitude, "1e-45")],
      as: "real"
    )
    let long = String(repeating: "9", count: 2000) + "." + String(repeating: "1", count: 1000)
    try await echo(
      [
        long, "-0.000000000000000000000000000000000001", "-Infinity", "NaN", "1000000000000",
        "0.00",
      ]
      .map { (PostgresDecimal($0), $0) },
      as: "numeric"
    )
  }

  @Test("that are no number come back as none")
  func notANumber() async throws {
    try await Servers.withConnection { connection in
      let row = try await connection.query("SELECT \(Double.nan), \(Float.nan), \([Double.nan])")
        .first((Double, Float, [Double]).self)
      let found = try #require(row)
      #expect(found.0.isNaN && found.1.isNaN && found.2[0].isNaN)
    }
  }

  @Test("of lists come back, long, empty and with nulls")
  func lists() async throws {
    let long = Array(Int32(0)..<100_000)
    let uuids = [PostgresUUID(high: 0, low: 0), PostgresUUID(high: .max, low: .max)]
    let calendar = [PostgresTimestamp.infinity, PostgresTimestamp(microseconds: -1)]
    try await Servers.withConnection { connection in
      let row = try await connection.query(
        """
        SELECT \(long), \(uuids), \(calendar), \([PostgresDate.infinity, nil]), \([Int16.min, .max]),
          \([Float(0.5), nil]), \([nil, "NULL", "{}", "\"", ","] as [String?]),
          \([PostgresInterval(days: 1)]), \([PostgresTime(microseconds: 1)]), \([Int64?]())
        """
      ).first(
        (
          [Int32], [PostgresUUID], [PostgresTimestamp], [PostgresDate?], [Int16], [Float?],
          [String?],
          [PostgresInterval], [PostgresTime], [Int64?]
        ).self
      )
      let found = try #require(row)
      #expect(found.0 == long && found.1 == uuids && found.2 == calendar)
      #expect(found.3 == [.infinity, nil] && found.4 == [.min, .max] && found.5 == [0.5, nil])
      #expect(found.6 == [nil, "NULL", "{}", "\"", ","])
      #expect(found.7 == [PostgresInterval(days: 1)])
      #expect(found.8 == [PostgresTime(microseconds: 1)] && found.9.isEmpty)
    }
  }

  /// Values of types without a Swift type of their own.
  static let others: [(type: String, text: String)] = [
    ("inet", "2001:db8::ff00:42:8329/64"), ("cidr", "10.0.0.0/8"), ("macaddr", "08:00:2b:01:02:03"),
    ("macaddr8", "08:00:2b:01:02:03:04:05"), ("bit(5)", "10101"), ("varbit", "1"),
    ("money", "-$92,233,720,368,547,758.08"), ("int4range", "[1,10)"), ("int8range", "empty"),
    ("numrange", "(,1.5]"), ("tstzrange", "[\"2000-01-01 00:00:00+00\",infinity)"),
    ("int4multirange", "{[1,3),[5,7)}"), ("point", "(1,-2.5)"), ("box", "(3,4),(1,2)"),
    ("polygon", "((0,0),(1,1),(1,0))"), ("circle", "<(0,0),5>"),
    ("timetz", "23:59:59.999999-15:59"),
    ("timestamp", "0044-03-15 12:00:00 BC"), ("xid8", "18446744073709551615"),
    ("tsvector", "'a':1 'b':2"), ("jsonpath", "$.\"a\"[*]"), ("pg_lsn", "16/B374D848"),
    ("bytea", "\\x00ff"), ("int4[]", "[2:3]={1,2}"), ("text[]", "{{a,b},{c,NULL}}"),
  ]

  @Test("of types without a Swift type come back as text", arguments: others)
  func asText(type: String, text: String) async throws {
    try await Servers.withConnection { connection in
      try await connection.execute(script: "SET TimeZone = 'UTC'; SET lc_monetary = 'C'")
      let written = type == "money" ? "-92233720368547758.08" : text
      var query: PostgresQuery = "SELECT \(written)::text::\(unescaped: type) AS v"
      query.resultFormats = .text
      #expect(try await connection.query(query).first(String.self) == text)
    }
  }

  @Test("of any type give an error where they are not what was asked for", arguments: others)
  func wrongTypes(type: String, text: String) async throws {
    try await Servers.withConnection { connection in
      let written = type == "money" ? "1" : text
      let rows = try await connection.query(
        "SELECT \(written)::text::\(unescaped: type) AS v, NULL::\(unescaped: type) AS n"
      )
      let row = try #require(rows.first { _ in true })
      for column in 0..<2 {
        #expect(throws: PostgresError.self) { try row.decode(column: column, as: Bool.self) }
        #expect(throws: PostgresError.self) {
          try row.decode(column: column, as: PostgresUUID.self)
        }
        #expect(throws: PostgresError.self) { try row.decode(column: column, as: Double.self) }
        #expect(throws: PostgresError.self) { try row.decode(column: column, as: [Double].self) }
        #expect(throws: PostgresError.self) {
          try row.decode(column: column, as: PostgresJSON.self)
        }
      }
      #expect(try row.decode(column: 1, as: String?.self) == nil)
    }
  }
}
