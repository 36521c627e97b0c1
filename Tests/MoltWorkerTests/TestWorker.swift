import Foundation
import Logging
import MoltErrors
import MoltMessagePack
import MoltTestKit
import MoltWorker
import MoltWorkerWire
import Testing

/// Blocks the calling thread.
func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

/// A worker over a fake database, at a socket in a folder of its own.
struct TestWorker {
  let path: String
  let database: FakeDatabase
  let running: RunningWorker

  func connect(timeout: Duration = .seconds(60)) throws -> WorkerClient {
    try WorkerClient(path: path, timeout: timeout)
  }

  /// Connects and prepares statements, numbered from 1.
  func connect(preparing statements: String...) throws -> WorkerClient {
    var client = try connect()
    for (index, sql) in statements.enumerated() {
      let id = UInt64(1000 + index)
      let answer = try client.call(
        RequestHeader(id: id, .prepare),
        .prepare(.init(statement: UInt64(index + 1), database: "fake", sql: sql, shape: []))
      )
      #expect(answer.isEmpty)
    }
    return client
  }

  /// Waits until the fake has come somewhere.
  func wait(_ comment: Comment, until isThere: (FakeDatabase.Counts) -> Bool) {
    let isReached = blockUntil { isThere(database.counts) }
    #expect(isReached, comment)
  }
}

/// A folder that is removed when `body` returns.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = NSTemporaryDirectory() + "molt-\(UInt32.random(in: 0...UInt32.max))"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}

/// Runs `body` beside a worker and stops the worker afterwards.
func withWorker(
  logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
  _ change: (inout WorkerOptions) -> Void = { _ in },
  _ body: (TestWorker) async throws -> Void
) async throws {
  try await withFolder { folder in
    let database = FakeDatabase()
    var options = WorkerOptions(socketPath: folder + "/s")
    options.threads = 2
    // Tests beside this one may keep every thread for many seconds.
    options.drainTimeout = .seconds(600)
    options.limits.connection.defaultDeadline = .seconds(600)
    options.limits.readerTimeout = .seconds(600)
    change(&options)
    let server = WorkerServer(options, databases: [("fake", database)], logger: logger)
    let running = try await server.start()
    let worker = TestWorker(path: options.socketPath, database: database, running: running)
    do { try await body(worker) } catch {
      database.openGate()
      await running.stop()
      throw error
    }
    database.openGate()
    await running.stop()
  }
}

extension WorkerClient {
  /// What the worker says of itself.
  mutating func health() throws -> HealthReply {
    let payload = try call(RequestHeader(id: 900, .health), .health)
    var reader = MessagePackReader(payload.span)
    return try HealthReply(reading: &reader)
  }

  /// The page of the worker's metrics.
  mutating func metrics() throws -> String {
    String(decoding: try call(RequestHeader(id: 901, .metrics), .metrics), as: UTF8.self)
  }
}

extension RequestHeader {
  static func run(_ id: UInt64, deadline: UInt64 = 0) -> RequestHeader {
    RequestHeader(id: id, .run, deadlineMilliseconds: deadline)
  }
}

extension Request {
  static func run(_ statement: UInt64) -> Request {
    .run(RunRequest(statement: statement, arguments: [0x92, 0x90, 0x90]))
  }
}

/// The code of the error that `body` throws.
func code(_ body: () throws -> Void) -> ErrorCode? {
  do {
    try body()
    return nil
  } catch {
    return (error as? MoltError)?.code
  }
}
