import CMoltPlatform
import Foundation
import MoltErrors
import MoltPostgresSocket
import MoltPostgresWire
import MoltRows
import MoltTestKit
import Testing

@Suite(
  "The limits of a run on PostgreSQL",
  .enabled(if: TestServer.isThere, "\(TestServer.hint)")
)
struct PostgresLimitsTests {
  static let hundred = "SELECT i FROM generate_series(1, 100) i"

  @Test("a deadline ends the query on the server too, soon")
  func deadline() throws {
    let database = try TestServer.open { $0.idleConnections = 1 }
    // The connection is as good as new.
    let isKept = try database.keepsConnection {
      let start = ContinuousClock.now
      let error = failure {
        _ = try database.rows("SELECT 1 FROM pg_sleep(3600) -- deadline") {
          $0.deadline = molt_monotonic_nanoseconds() + 50_000_000
        }
      }
      #expect(error == .timeout)
      #expect(ContinuousClock.now - start < .seconds(60))
      let hasEnded = try database.ends("-- deadline")
      #expect(hasEnded)
    }
    #expect(isKept)
  }

  @Test("a deadline ends an answer without an end")
  func deadlineInRows() throws {
    let database = try TestServer.open()
    // In FROM the server would write all of the series to disk before the first row.
    let sql = "SELECT generate_series(1, 10000000000) -- endless"
    let error = failure {
      _ = try database.rows(sql) { $0.deadline = molt_monotonic_nanoseconds() + 100_000_000 }
    }
    #expect(error == .timeout)
    #expect(try database.ends("-- endless"))
  }

  @Test("preparing waits no longer than connecting may")
  func preparing() throws {
    let server = try BreakableServer()
    let port = server.order("proxy stall_after=2000")?.split(separator: " ").last
    var options = try TestServer.options(of: server.tcpURL)
    options.port = try #require(port.flatMap { UInt16($0) })
    // On a machine that stops for a moment, connecting itself may take longer.
    var database: PostgresDatabase?
    for timeout in [.milliseconds(500), .seconds(5), .seconds(60)] as [Duration]
    where database == nil {
      options.connectTimeout = timeout
      database = try? PostgresDatabase(options)
    }
    let connected = try #require(database)
    let start = ContinuousClock.now
    let error = failure {
      for _ in 0..<100 { _ = try connected.prepare(sql: "SELECT 1", shape: listShape(1)) }
    }
    #expect(error == .timeout)
    // Without the option it would be ten seconds.
    #expect(ContinuousClock.now - start < options.connectTimeout + .seconds(9))
  }

  @Test("a deadline in the past ends a query before it starts")
  func pastDeadline() throws {
    let database = try TestServer.open()
    #expect(failure { _ = try database.rows("SELECT 1") { $0.deadline = 1 } } == .timeout)
  }

  @Test("a cancellation ends a query from another thread, on the server too")
  func cancellation() throws {
    let database = try TestServer.open()
    let cancellation = Cancellation()
    let observer = try TestServer.open()
    let thread = Thread {
      _ = try? observer.begins("-- cancelled")
      cancellation.cancel()
    }
    thread.start()
    let error = failure {
      _ = try database.rows("SELECT 1 FROM pg_sleep(3600) -- cancelled") {
        $0.cancellation = cancellation
      }
    }
    #expect(error == .cancelled)
    #expect(try database.ends("-- cancelled"))
    #expect(try database.rows("SELECT 1") == "[[1]]")
  }

  @Test("rows and bytes over their limits are errors, not cut answers")
  func tooMuch() throws {
    let database = try TestServer.open()
    func run(_ change: (inout RunOptions) -> Void) -> PostgresError? {
      failure { _ = try database.rows(Self.hundred, changing: change) }
    }
    #expect(run { $0.rowLimit = 99 } == .answer(.tooManyRows(limit: 99)))
    #expect(run { $0.rowLimit = 100 } == nil)
    #expect(run { $0.byteLimit = 100 } == .answer(.tooManyBytes(limit: 100)))
    // 9 of `[1],`, 90 of `[10],`, one of `[100]`, and the brackets around them.
    #expect(run { $0.byteLimit = 492 } == .answer(.tooManyBytes(limit: 492)))
    #expect(run { $0.byteLimit = 493 } == nil)
  }

  @Test("the byte limit counts all pieces")
  func bytesOverPieces() throws {
    let database = try TestServer.open()
    let query = try database.prepare(sql: Self.hundred, shape: listShape(1))
    var options = RunOptions()
    options.byteLimit = 400
    let cursor = try query.open(RunArguments(), options)
    #expect(failure { _ = try cursor.readAll(byteCount: 10) } == .answer(.tooManyBytes(limit: 400)))
  }
}
