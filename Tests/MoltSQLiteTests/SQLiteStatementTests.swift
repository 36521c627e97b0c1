import MoltBytes
import MoltErrors
import MoltRows
import MoltSQLite
import MoltTestKit
import Testing

@Suite("SQLiteStatement")
struct SQLiteStatementTests {
  @Test("binds every kind of value")
  func binds() throws {
    let database = try TestDatabase().open()
    let values: [RunValue] = [
      .null, .boolean(true), .integer(.min), .float(-0.5), .text([]), .text(Array("é\u{0}x".utf8)),
    ]
    #expect(
      try database.rows("SELECT ?, ?, ?, ?, ?, ?", values, columns: 6)
        == #"[[null,1,-9223372036854775808,-0.5,"","é\u0000x"]]"#
    )
    #expect(try database.rows("SELECT hex(?)", [.binary([0, 255])]) == #"[["00FF"]]"#)
    #expect(try database.rows("SELECT typeof(?)", [.binary([])]) == #"[["blob"]]"#)
  }

  @Test("answers the same in pieces of any size", arguments: [1, 10, 100, 1_000_000])
  func pieces(byteCount: Int) throws {
    let database = try TestDatabase().open()
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
    let statement = try database.prepare(sql: sql + "SELECT i FROM n", shape: listShape(1))
    let cursor = try statement.open(RunArguments())
    let pieces = try cursor.readAll(byteCount: byteCount)
    #expect(pieces.joined() == "[" + (1...100).map { "[\($0)]" }.joined(separator: ",") + "]")
    #expect(pieces.count == (byteCount > 1_000 ? 1 : pieces.count))
    #expect(byteCount > 10 || pieces.count > 30)
    #expect(cursor.rowCount == 100)
  }

  @Test("sees what others commit between runs, also a changed schema")
  func seesChanges() throws {
    let file = try TestDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    let database = try file.open()
    let statement = try database.prepare(sql: "SELECT a FROM t", shape: listShape(1))
    #expect(try statement.open(RunArguments()).readAll() == ["[[1]]"])
    try file.execute("INSERT INTO t VALUES (2); ALTER TABLE t ADD COLUMN b DEFAULT 3")
    #expect(try statement.open(RunArguments()).readAll() == ["[[1],[2]]"])
    try file.execute("DROP TABLE t")
    let error = failure { _ = try statement.open(RunArguments()).readAll() }
    #expect(error?.message.contains("no such table: t") == true)
  }

  @Test("an unfinished cursor gives its connection back when it is dropped")
  func dropped() throws {
    let file = try TestDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2), (3)")
    let database = try file.open()
    let statement = try database.prepare(sql: "SELECT a FROM t", shape: listShape(1))
    do {
      let cursor = try statement.open(RunArguments())
      var output = ByteWriter()
      let isMore = try cursor.next(into: &output, byteCount: 1)
      #expect(isMore)
    }
    // A reader left open would keep this from happening.
    try file.execute("BEGIN EXCLUSIVE; DELETE FROM t; COMMIT")
    #expect(try statement.open(RunArguments()).readAll() == ["[]"])
  }

  struct BadSQL: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let sql: String
    let code: ErrorCode
    let words: String
  }

  @Test(
    "says what is wrong with the SQL",
    arguments: [
      BadSQL(
        testDescription: "an unknown table",
        sql: "SELECT a FROM missing",
        code: .invalidInput,
        words: "no such table: missing"
      ),
      BadSQL(
        testDescription: "a syntax error",
        sql: "SELECT 1 FORM t",
        code: .invalidInput,
        words: "at byte"
      ),
      BadSQL(testDescription: "nothing", sql: "  ", code: .invalidInput, words: "no statement"),
      BadSQL(
        testDescription: "two statements",
        sql: "SELECT 1; SELECT 2",
        code: .invalidInput,
        words: "more than one statement"
      ),
      BadSQL(
        testDescription: "a write",
        sql: "DELETE FROM t",
        code: .forbidden,
        words: "would write"
      ),
      BadSQL(
        testDescription: "a function of Python's",
        sql: "SELECT MD5(a) FROM t",
        code: .unsupported,
        words: "MD5"
      ),
      BadSQL(
        testDescription: "a regular expression",
        sql: "SELECT a REGEXP 'x' FROM t",
        code: .unsupported,
        words: "REGEXP"
      ),
      BadSQL(
        testDescription: "too few columns",
        sql: "SELECT",
        code: .invalidInput,
        words: "refuses"
      ),
    ]
  )
  func badSQL(bad: BadSQL) throws {
    let database = try TestDatabase("CREATE TABLE t(a)").open()
    let error = failure { _ = try database.prepare(sql: bad.sql, shape: listShape(1)) }
    #expect(error?.code == bad.code)
    #expect(error?.message.contains(bad.words) == true, "\(error?.message ?? "no error")")
  }

  @Test("a trailing semicolon is no second statement")
  func semicolon() throws {
    #expect(try TestDatabase().open().rows("SELECT 1 ; ") == "[[1]]")
  }

  @Test("holds arguments and shapes against the query")
  func mismatches() throws {
    let database = try TestDatabase().open()
    #expect(
      failure { _ = try database.prepare(sql: "SELECT 1", shape: listShape(2)) }
        == .tooFewColumns(expected: 2, found: 1)
    )
    #expect(
      failure { _ = try database.rows("SELECT ?", []) }
        == .wrongParameterCount(expected: 1, found: 0)
    )
    let statement = try database.prepare(sql: "SELECT 1", shape: listShape(1))
    let error = failure {
      _ = try statement.open(RunArguments(envelope: [.null])).readAll()
    }
    #expect(error?.code == .invalidInput)
  }

  @Test(
    "refuses a column that Python converts by its declared type",
    arguments: ["BOOL", "Date", "time", "DATETIME", "timestamp(6)"]
  )
  func declaredTypes(type: String) throws {
    let database = try TestDatabase("CREATE TABLE t(a \(type))").open()
    let error = failure { _ = try database.prepare(sql: "SELECT a FROM t", shape: listShape(1)) }
    #expect(error == .declaredType(column: 0, declared: type))
    #expect(throws: Never.self) {
      try database.prepare(sql: "SELECT a || '' FROM t", shape: listShape(1))
    }
  }

  @Test("takes a converted column with its own type")
  func matchingDeclaredType() throws {
    let database = try TestDatabase("CREATE TABLE t(a date); INSERT INTO t VALUES ('2013-01-31')")
      .open()
    var shape = listShape(1)
    shape.fields = [.leaf(name: "a", column: 0, format: .date)]
    let statement = try database.prepare(sql: "SELECT a FROM t", shape: shape)
    #expect(try statement.open(RunArguments()).readAll() == [#"[["2013-01-31"]]"#])
  }

  @Test("keeps a statement that is dropped from a full cache working")
  func statementCache() throws {
    let database = try TestDatabase().open { $0.statementsPerConnection = 2 }
    let statements = try (0..<5).map {
      try database.prepare(sql: "SELECT \($0)", shape: listShape(1))
    }
    for round in 0..<2 {
      for (index, statement) in statements.enumerated() {
        #expect(try statement.open(RunArguments()).readAll() == ["[[\(index)]]"], "round \(round)")
      }
    }
  }
}
