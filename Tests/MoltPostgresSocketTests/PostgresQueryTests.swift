import Foundation
import MoltBytes
import MoltErrors
import MoltPostgresSocket
import MoltPostgresWire
import MoltRows
import MoltTestKit
import Testing

@Suite("Queries on PostgreSQL", .enabled(if: TestServer.isThere, "\(TestServer.hint)"))
struct PostgresQueryTests {
  @Test(
    "values of every loaded type are written as Django writes them",
    arguments: [
      ("1::int2", "1"), ("-2::int4", "-2"), ("9223372036854775807::int8", "9223372036854775807"),
      ("1.5::float8", "1.5"), ("0.1::float4", "0.1"), ("1.50::numeric(10, 2)", "\"1.50\""),
      ("'NaN'::numeric", "\"NaN\""), ("true", "true"), ("NULL::int4", "null"),
      ("'Zürich'::text", "\"Zürich\""), ("'ab'::varchar(8)", "\"ab\""), ("'x'::name", "\"x\""),
      ("DATE '2013-01-01'", "\"2013-01-01\""), ("TIME '10:00:00.1234'", "\"10:00:00.123\""),
      ("TIMESTAMP '2013-01-01 10:00'", "\"2013-01-01T10:00:00\""),
      ("TIMESTAMPTZ '2013-01-01 10:00+02'", "\"2013-01-01T08:00:00Z\""),
      ("INTERVAL '1 day 2 hours'", "\"P1DT02H00M00S\""),
      (
        "'12345678-1234-5678-1234-567812345678'::uuid",
        "\"12345678-1234-5678-1234-567812345678\""
      ),
      // Django leaves jsonb to the model's field.
      ("'{\"a\": [1]}'::jsonb", #""{\"a\": [1]}""#), ("'[1]'::json", "[1]"),
      ("'10.0.0.1'::inet", "\"10.0.0.1\""), ("ARRAY[1, NULL, 3]", "[1,null,3]"),
      ("ARRAY['a', 'b']", "[\"a\",\"b\"]"), ("12::oid", "12"),
    ]
  )
  func types(sql: String, expected: String) throws {
    let database = try TestServer.open()
    #expect(try database.rows("SELECT \(sql)") == "[[\(expected)]]")
    // Beside columns of other formats, and with the shape leaving out the last ones.
    #expect(
      try database.rows("SELECT '1.2.3.4'::inet, \(sql), 1", columns: 2)
        == "[[\"1.2.3.4\",\(expected)]]"
    )
  }

  @Test("parameters take the types that their places ask for")
  func parameters() throws {
    let database = try TestServer.open()
    let values: [RunValue] = [
      .integer(7), .text(Array("é".utf8)), .boolean(true), .float(0.5), .null, .binary([1, 255]),
    ]
    let sql =
      "SELECT $1::int4, $2::text, $3::bool, $4::float8, $5::date IS NULL, length($6::bytea)"
    #expect(try database.rows(sql, values, columns: 6) == "[[7,\"é\",true,0.5,true,2]]")
    #expect(try database.rows("SELECT $1", [.integer(7)], types: [20]) == "[[7]]")
    #expect(
      try database.rows("SELECT $1::date", [.text(Array("2020-02-29".utf8))])
        == "[[\"2020-02-29\"]]"
    )
  }

  @Test("parameters that do not fit are refused before anything is sent")
  func wrongParameters() throws {
    let database = try TestServer.open()
    let query = try database.prepare(sql: "SELECT $1::int2", shape: listShape(1))
    let cases: [([RunValue], ErrorCode)] = [
      ([], .invalidInput), ([.integer(1), .integer(2)], .invalidInput),
      ([.integer(70_000)], .unsupported), ([.text([0])], .unsupported),
      ([.boolean(true)], .unsupported),
    ]
    for (values, code) in cases {
      #expect(failure { _ = try query.open(RunArguments(parameters: values)) }?.code == code)
    }
    #expect(try query.open(RunArguments(parameters: [.integer(3)])).readAll() == ["[[3]]"])
  }

  @Test(
    "SQL that cannot run is refused when it is prepared",
    arguments: [
      ("SELEC 1", ErrorCode.invalidInput, 0), ("SELECT é FROM nowhere", .invalidInput, 15),
      ("SELECT nonesuch(1)", .unsupported, 7), ("SELECT 1; SELECT 2", .invalidInput, -1),
      ("", .invalidInput, -1), ("BEGIN", .invalidInput, -1),
      ("SELECT int4range(1, 2)", .unsupported, -1), ("SELECT '\0'", .invalidInput, -1),
    ]
  )
  func badSQL(sql: String, code: ErrorCode, offset: Int) throws {
    let database = try TestServer.open()
    let query = "\(sql)"
    var shape = listShape(1)
    shape.fields = [.leaf(name: "a", column: 0, format: .asStored)]
    let error = failure { _ = try database.prepare(sql: query, shape: shape) }
    #expect(error?.code == code, "\(error?.message ?? "no error")")
    #expect(error?.offset == offset)
    #expect(try database.rows("SELECT 1") == "[[1]]")
  }

  @Test("a shape with more columns, or other types, than the query is refused")
  func shapes() throws {
    let database = try TestServer.open()
    #expect(
      failure { _ = try database.prepare(sql: "SELECT 1", shape: listShape(2)) }
        == .answer(.value(.tooFewColumns(expected: 2, found: 1)))
    )
    var shape = listShape(1)
    shape.fields = [.leaf(name: "a", column: 0, format: .date)]
    #expect(
      failure { _ = try database.prepare(sql: "SELECT 1", shape: shape) }?.code == .unsupported
    )
  }

  @Test("writing is forbidden, whatever the SQL looks like")
  func writing() throws {
    let database = try TestServer.open()
    try TestServer.execute("CREATE TABLE IF NOT EXISTS molt_writing (a int)")
    let error = failure {
      _ = try database.rows("INSERT INTO molt_writing VALUES (1) RETURNING a")
    }
    #expect(error?.code == .forbidden)
    #expect(try database.rows("SELECT count(*) FROM molt_writing") == "[[0]]")
    let setting = "SELECT current_setting('default_transaction_read_only')"
    #expect(try database.rows(setting) == "[[\"on\"]]")
    // A running transaction cannot be talked into writing.
    let escape = "SELECT set_config('transaction_read_only', 'off', false)"
    #expect(failure { _ = try database.rows(escape) } != nil)
  }

  @Test("what fails while it runs is left to Python", arguments: [1, 100_000])
  func failing(rowsBefore: Int) throws {
    let database = try TestServer.open()
    let sql = "SELECT 1 / (\(rowsBefore) - i) FROM generate_series(1, \(rowsBefore)) i"
    let error = failure { _ = try database.rows(sql) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("division by zero") == true)
    #expect(try database.rows("SELECT 1") == "[[1]]")
  }

  @Test("a value that Python would not write ends the run with its row, and not the connection")
  func unsupported() throws {
    let database = try TestServer.open { $0.idleConnections = 1 }
    let sql =
      "SELECT CASE WHEN i = 5000 THEN 'infinity'::date ELSE '2020-01-01' END, pg_backend_pid() "
      + "FROM generate_series(0, 2000000) i"
    let isKept = try database.keepsConnection {
      let error = failure { _ = try database.rows(sql) }
      #expect(error == .answer(.unsupportedValue(row: 5000, column: 0)))
    }
    #expect(isKept)
  }

  @Test(
    "pieces together are the whole answer",
    arguments: [OutputStyle.compact, .django, .drf, .csv, .messagepack]
  )
  func pieces(style: OutputStyle) throws {
    let database = try TestServer.open()
    let sql = "SELECT i, repeat('x', i % 300) FROM generate_series(1, 20000) i"
    let query = try database.prepare(sql: sql, shape: listShape(2, style))
    let whole = try query.open(RunArguments()).readAll().joined()
    for byteCount in [1, 1000, 65536] {
      let cursor = try query.open(RunArguments())
      let pieces = try cursor.readAll(byteCount: byteCount)
      #expect(pieces.joined() == whole)
      #expect(cursor.rowCount == 20000)
      if style != .messagepack { #expect(pieces.count > whole.utf8.count / (byteCount + 700)) }
    }
  }

  @Test("a cursor that is closed early gives its connection back", arguments: [10, 3_000_000])
  func closedEarly(count: Int) throws {
    let database = try TestServer.open()
    let query = try database.prepare(
      sql: "SELECT i FROM generate_series(1, \(count)) i -- early \(count)",
      shape: listShape(1)
    )
    let isKept = try database.keepsConnection {
      let cursor = try query.open(RunArguments())
      var output = ByteWriter()
      #expect(try cursor.next(into: &output, byteCount: 10))
      cursor.close()
      #expect(try database.ends("-- early \(count)"))
    }
    #expect(isKept)
  }

  @Test("a row larger than the buffer comes whole")
  func largeRow() throws {
    let database = try TestServer.open()
    let text = String(repeating: "molt", count: 1_000_000)
    #expect(try database.rows("SELECT repeat('molt', 1000000)") == "[[\"\(text)\"]]")
    #expect(try database.rows("SELECT $1::text", [.text(Array(text.utf8))]) == "[[\"\(text)\"]]")
  }

  @Test("a changed table is found out, and read again with the next run")
  func changedColumns() throws {
    let database = try TestServer.open()
    try TestServer.execute(
      "DROP TABLE IF EXISTS molt_change; CREATE TABLE molt_change AS SELECT 1 AS a"
    )
    let query = try database.prepare(sql: "SELECT a FROM molt_change", shape: listShape(1))
    #expect(try query.open(RunArguments()).readAll() == ["[[1]]"])
    try TestServer.execute("ALTER TABLE molt_change ALTER a TYPE text USING 'one'")
    let error = failure { _ = try query.open(RunArguments()).readAll() }
    #expect(error == .answer(.columnsChanged))
    #expect(error?.code == .unsupported)
    #expect(try query.open(RunArguments()).readAll() == ["[[\"one\"]]"])
  }

  @Test("ten thousand runs keep no memory")
  func noLeak() async {
    // In a process of its own: other tests take memory meanwhile.
    await #expect(processExitsWith: .success) {
      let database = try TestServer.open()
      let query = try database.prepare(sql: "SELECT $1::int4, 'text'", shape: listShape(2))
      func run(_ count: Int) throws {
        var output = ByteWriter()
        for number in 0..<count {
          output.removeAll()
          let arguments = RunArguments(parameters: [.integer(Int64(number))])
          _ = try query.open(arguments).next(into: &output, byteCount: 1 << 30)
        }
      }
      try run(1000)
      let before = try residentByteCount()
      try run(10_000)
      #expect(try residentByteCount() - before < 256 << 10)
    }
  }

  @Test("threads share a database")
  func threads() async throws {
    let database = try TestServer.open { $0.idleConnections = 4 }
    let query = try database.prepare(sql: "SELECT $1::int8 * 2", shape: listShape(1))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for start in 0..<8 {
        group.addTask {
          for number in (start * 100)..<(start * 100 + 100) {
            let arguments = RunArguments(parameters: [.integer(Int64(number))])
            let answer = try query.open(arguments).readAll()
            #expect(answer == ["[[\(number * 2)]]"])
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test(
    "a pooler that knows no settings is served in transactions",
    .enabled(if: TestServer.isPoolerThere, "\(TestServer.poolerHint)")
  )
  func pooler() throws {
    let database = try TestServer.open("MOLT_TEST_PGBOUNCER_TRANSACTION") { $0.settings = [] }
    let query = try database.prepare(sql: "SELECT $1::int4", shape: listShape(1))
    for number in 0..<20 {
      let arguments = RunArguments(parameters: [.integer(Int64(number))])
      #expect(try query.open(arguments).readAll() == ["[[\(number)]]"])
    }
    try TestServer.execute("CREATE TABLE IF NOT EXISTS molt_writing_pooled (a int)")
    let error = failure {
      _ = try database.rows("INSERT INTO molt_writing_pooled VALUES (1) RETURNING a")
    }
    #expect(error?.code == .forbidden)
    #expect(try database.rows("SELECT 1") == "[[1]]")
  }
}
