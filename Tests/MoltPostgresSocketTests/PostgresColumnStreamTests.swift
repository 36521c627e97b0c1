import CMoltPlatform
import MoltColumns
import MoltErrors
import MoltPostgresSocket
import MoltPostgresWire
import MoltRows
import Testing

@Suite("Columns of PostgreSQL", .enabled(if: TestServer.isThere, "\(TestServer.hint)"))
struct PostgresColumnStreamTests {
  /// The numbers of a batch's first column.
  private static func numbers(_ batch: ColumnBatch?) -> [Int32] {
    batch?.columns[0].values?.values(of: Int32.self) ?? []
  }

  private static func batches(_ rowCount: Int) -> ColumnOptions {
    var options = ColumnOptions()
    options.batchRowCount = rowCount
    return options
  }

  @Test("rows come in batches of the asked size, each once and in order")
  func batches() throws {
    let database = try TestServer.open()
    let sql = "SELECT generate_series(1, $1::int4)"
    let stream = try database.columns(sql, [.integer(10_000)], Self.batches(777))
    #expect(stream.fields == [ColumnField(name: "generate_series", type: .int32)])
    let batches = try stream.all()
    #expect(batches.map(\.rowCount) == Array(repeating: 777, count: 12) + [676])
    #expect(batches.flatMap { Self.numbers($0) } == (1...10_000).map { Int32($0) })
    #expect(try stream.next()?.rowCount == nil)
  }

  @Test("a batch ends by its bytes too")
  func bytes() throws {
    let database = try TestServer.open()
    var options = ColumnOptions()
    options.batchByteCount = 100_000
    let sql = "SELECT repeat('x', 1000) FROM generate_series(1, 5000)"
    let counts = try database.columns(sql, [], options).all().map(\.rowCount)
    #expect(counts.reduce(0, +) == 5000)
    #expect(counts.dropLast().allSatisfy { $0 >= 100 && $0 < 1000 })
  }

  @Test("a stream that is given up leaves its connection to the next")
  func givenUp() throws {
    let database = try TestServer.open { $0.idleConnections = 1 }
    for isClosed in [true, false] {
      let isKept = try database.keepsConnection {
        let sql = "SELECT generate_series(1, 10000000000), 'given up'"
        var stream: PostgresColumnStream? = try database.columns(sql, [], Self.batches(10))
        #expect(try stream?.next()?.columns[0].values?.values(of: Int64.self) == Array(1...10))
        if isClosed {
          stream?.close()
          #expect(try stream?.next()?.rowCount == nil)
        }
        stream = nil
        #expect(try database.ends("'given up'"))
      }
      #expect(isKept)
    }
  }

  @Test("limits, deadlines and flags end a stream")
  func limits() throws {
    let database = try TestServer.open()
    let sql = "SELECT generate_series(1, 100000000)"
    func outcome(_ change: (inout RunOptions) -> Void) -> PostgresError? {
      var options = RunOptions()
      change(&options)
      return failure { _ = try database.columns(sql, options: options).all() }
    }
    #expect(outcome { $0.rowLimit = 70_000 } == .answer(.tooManyRows(limit: 70_000)))
    #expect(outcome { $0.byteLimit = 1_000_000 } == .answer(.tooManyBytes(limit: 1_000_000)))
    #expect(outcome { $0.deadline = molt_monotonic_nanoseconds() + 100_000_000 } == .timeout)
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(outcome { $0.cancellation = cancellation } == .cancelled)
    #expect(Self.numbers(try database.columns("SELECT 1").next()) == [1])
  }

  @Test(
    "what cannot run is refused in front of the first row",
    arguments: [
      ("SELEC 1", ErrorCode.invalidInput), ("SELECT $1::int", .invalidInput),
      ("BEGIN", .invalidInput),
      ("SELECT 1; SELECT 2", .invalidInput), ("COPY (SELECT 1) TO STDOUT", .invalidInput),
    ]
  )
  func refused(sql: String, code: ErrorCode) throws {
    let database = try TestServer.open()
    let text = "\(sql)"
    #expect(failure { _ = try database.columns(text) }?.code == code)
    #expect(Self.numbers(try database.columns("SELECT 1").next()) == [1])
  }

  @Test("a value that Arrow does not have names its row and column")
  func unsupported() throws {
    let database = try TestServer.open()
    let sql =
      "SELECT i, CASE WHEN i = 70001 THEN 'infinity'::date END AS day "
      + "FROM generate_series(1, 80000) AS i"
    let error = failure { _ = try database.columns(sql).all() }
    #expect(error == .unsupportedColumnValue(row: 70_000, column: "day"))
    #expect(error?.code == .unsupported)
    #expect(error?.offset == 70_000)
  }

  @Test(
    "columns come through a pooler that changes servers",
    .enabled(if: TestServer.isPoolerThere, "\(TestServer.poolerHint)")
  )
  func pooler() throws {
    let database = try TestServer.open("MOLT_TEST_PGBOUNCER_TRANSACTION") { $0.settings = [] }
    for number in 0..<10 {
      let stream = try database.columns("SELECT $1::int4", [.integer(Int64(number))])
      #expect(Self.numbers(try stream.next()) == [Int32(number)])
    }
  }
}
