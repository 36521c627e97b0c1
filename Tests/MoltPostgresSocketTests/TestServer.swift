import Foundation
import MoltBytes
import MoltPostgresSocket
import MoltPostgresWire
import MoltRows
import MoltTestKit

/// The servers that `servers/postgres.py run` tells of by its variables.
enum TestServer {
  /// The comment of a skipped suite.
  static let hint =
    "SKIPPED: set MOLT_TEST_POSTGRES, or run `python servers/postgres.py run -- swift test …`"
  /// The comment of a skipped test.
  static let poolerHint =
    "SKIPPED: set MOLT_TEST_PGBOUNCER_TRANSACTION, or run servers/postgres.py with --pgbouncer"

  static var isThere: Bool { variable("MOLT_TEST_POSTGRES") != nil }
  static var isPoolerThere: Bool { variable("MOLT_TEST_PGBOUNCER_TRANSACTION") != nil }

  static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  struct NoSuchServer: Error { let name: String }

  /// The options of a server.
  ///
  /// - Parameter name: A variable of `servers/README.md`.
  /// - Returns: What the URL says.
  /// - Throws: ``NoSuchServer``.
  static func options(_ name: String = "MOLT_TEST_POSTGRES") throws -> PostgresOptions {
    guard let text = variable(name) else { throw NoSuchServer(name: name) }
    return try options(of: text)
  }

  /// The options that a URL stands for.
  static func options(of text: String) throws -> PostgresOptions {
    guard let url = URLComponents(string: text), let user = url.user else {
      throw NoSuchServer(name: text)
    }
    var options = PostgresOptions(user: user)
    let queries = url.queryItems ?? []
    let port = queries.first { $0.name == "port" }?.value.flatMap { UInt16($0) }
    options.host = queries.first { $0.name == "host" }?.value ?? url.host ?? ""
    options.port = port ?? url.port.flatMap { UInt16(exactly: $0) } ?? 5432
    options.password = url.password.map { PostgresPassword($0) }
    options.database = String(url.path.dropFirst())
    options.settings = [ParameterStatus(name: "TimeZone", value: "UTC")]
    options.connectTimeout = .seconds(60)
    return options
  }

  static func open(
    _ name: String = "MOLT_TEST_POSTGRES",
    changing change: (inout PostgresOptions) -> Void = { _ in }
  ) throws -> PostgresDatabase {
    var options = try options(name)
    change(&options)
    return try PostgresDatabase(options)
  }

  /// Runs SQL that writes, which Molt does not.
  static func execute(_ sql: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["psql", "-qXv", "ON_ERROR_STOP=1", "-c", sql]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw NoSuchServer(name: "psql") }
  }
}

extension BreakableServer {
  func open() throws -> PostgresDatabase { try PostgresDatabase(try TestServer.options(of: url)) }
}

extension PostgresCursor {
  /// Writes the rest of the answer in pieces of at least `byteCount` bytes.
  func readAll(byteCount: Int = 1 << 40) throws -> [String] {
    var pieces: [String] = []
    var isMore = true
    while isMore {
      var output = ByteWriter()
      isMore = try next(into: &output, byteCount: byteCount)
      let span = output.span
      pieces.append(String(decoding: span.indices.map { span[$0] }, as: UTF8.self))
    }
    return pieces
  }
}

extension PostgresDatabase {
  /// Runs a query once and answers lists of stored values.
  func rows(
    _ sql: String,
    _ parameters: [RunValue] = [],
    columns: Int = 1,
    types: [UInt32] = [],
    changing change: (inout RunOptions) -> Void = { _ in }
  ) throws -> String {
    var shape = listShape(columns)
    shape.parameterTypes = types
    var options = RunOptions()
    change(&options)
    return try prepare(sql: sql, shape: shape)
      .open(RunArguments(parameters: parameters), options)
      .readAll()
      .joined()
  }

  /// Whether no other session runs SQL that holds a text, or soon none does.
  func ends(_ text: String) throws -> Bool { try blockUntil { try sessionCount(text) == "[[0]]" } }

  /// Whether one other session runs SQL that holds a text, or soon one does.
  func begins(_ text: String) throws -> Bool {
    try blockUntil { try sessionCount(text) == "[[1]]" }
  }

  private func sessionCount(_ text: String) throws -> String {
    let sql =
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() "
      + "AND strpos(query, $1) > 0"
    return try rows(sql, [.text(Array(text.utf8))])
  }

  /// Whether the next run has the connection on which `body` gave one up.
  ///
  /// Where the server does not stop in time, because the machine does, the connection is closed. So
  /// `body` gets three chances.
  func keepsConnection(_ body: () throws -> Void) throws -> Bool {
    let pid = "SELECT pg_backend_pid()"
    for _ in 0..<3 {
      let before = try rows(pid)
      try body()
      if try rows(pid) == before { return true }
    }
    return false
  }
}

/// What `body` throws, if it is an error of this module.
func failure(of body: () throws -> Void) -> PostgresError? {
  do {
    try body()
    return nil
  } catch { return error as? PostgresError }
}
