import CMoltPlatform
import Foundation
import MoltRows
import MoltSQLite
import MoltTestKit
import Testing

@Suite("The limits of a run")
struct SQLiteLimitsTests {
  /// A query that would run for hours.
  static let endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
  static let hundred =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT i FROM n"

  func run(_ sql: String, _ change: (inout RunOptions) -> Void) throws -> SQLiteError? {
    let database = try TestDatabase().open()
    let statement = try database.prepare(sql: sql, shape: listShape(1))
    var options = RunOptions()
    change(&options)
    let error = failure { _ = try statement.open(RunArguments(), options).readAll() }
    // The connection is as good as new.
    #expect(try database.rows("SELECT 1") == "[[1]]")
    return error
  }

  @Test("a deadline ends a query that gives no rows")
  func deadline() throws {
    let end = molt_monotonic_nanoseconds() + 20_000_000
    #expect(try run(Self.endless) { $0.deadline = end } == .timeout)
  }

  @Test("a deadline in the past ends a query before it starts")
  func pastDeadline() throws {
    #expect(try run("SELECT 1") { $0.deadline = 1 } == .timeout)
  }

  @Test("a cancellation ends a query from another thread")
  func cancellation() throws {
    let cancellation = Cancellation()
    let thread = Thread {
      Thread.sleep(forTimeInterval: 0.02)
      cancellation.cancel()
    }
    thread.start()
    #expect(try run(Self.endless) { $0.cancellation = cancellation } == .cancelled)
    #expect(cancellation.isCancelled)
  }

  @Test("rows and bytes over their limits are errors, not cut answers")
  func tooMuch() throws {
    #expect(try run(Self.hundred) { $0.rowLimit = 99 } == .tooManyRows(limit: 99))
    #expect(try run(Self.hundred) { $0.rowLimit = 100 } == nil)
    #expect(try run(Self.hundred) { $0.byteLimit = 100 } == .tooManyBytes(limit: 100))
    #expect(try run(Self.hundred) { $0.byteLimit = 1_000 } == nil)
  }

  @Test("the byte limit counts all pieces")
  func bytesOverPieces() throws {
    let database = try TestDatabase().open()
    let statement = try database.prepare(sql: Self.hundred, shape: listShape(1))
    var options = RunOptions()
    options.byteLimit = 100
    let cursor = try statement.open(RunArguments(), options)
    #expect(failure { _ = try cursor.readAll(byteCount: 1) } == .tooManyBytes(limit: 100))
  }

  @Test("a lock that is not released ends the wait after the busy timeout")
  func locked() throws {
    let file = try TestDatabase("CREATE TABLE t(a)")
    let database = try file.open { $0.busyTimeout = .milliseconds(30) }
    let statement = try database.prepare(sql: "SELECT a FROM t", shape: listShape(1))
    try file.execute("BEGIN EXCLUSIVE")
    #expect(failure { _ = try statement.open(RunArguments()).readAll() } == .locked)
    try file.execute("COMMIT")
    #expect(try statement.open(RunArguments()).readAll() == ["[]"])
  }

  @Test("a deadline ends the wait for a lock before the busy timeout")
  func lockedDeadline() throws {
    let file = try TestDatabase("CREATE TABLE t(a)")
    let database = try file.open { $0.busyTimeout = .seconds(3600) }
    let statement = try database.prepare(sql: "SELECT a FROM t", shape: listShape(1))
    try file.execute("BEGIN EXCLUSIVE")
    var options = RunOptions()
    options.deadline = molt_monotonic_nanoseconds() + 5_000_000
    #expect(failure { _ = try statement.open(RunArguments(), options).readAll() } == .timeout)
    try file.execute("COMMIT")
    #expect(try statement.open(RunArguments()).readAll() == ["[]"])
  }

  @Test("many threads read one database at once")
  func threads() throws {
    let file = try TestDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)")
    let database = try file.open { $0.idleConnections = 2 }
    let statement = try database.prepare(sql: "SELECT a FROM t", shape: listShape(1))
    let wrong = Counter()
    DispatchQueue.concurrentPerform(iterations: 200) { _ in
      let answer = try? statement.open(RunArguments()).readAll()
      if answer != ["[[1],[2]]"] { wrong.increment() }
    }
    #expect(wrong.value == 0)
  }
}

/// A number that many threads may raise.
final class Counter: @unchecked Sendable {
  // Safety: `lock` guards `count`.
  private let lock = NSLock()
  private var count = 0

  var value: Int { lock.withLock { count } }

  func increment() { lock.withLock { count += 1 } }
}
