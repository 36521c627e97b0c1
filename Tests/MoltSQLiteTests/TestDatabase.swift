import CSQLite
import Foundation
import MoltBytes
import MoltRows
import MoltSQLite
import MoltTestKit

/// A database file of a test, removed with it.
final class TestDatabase {
  let path: String
  private var writer: OpaquePointer?

  init(_ sql: String = "") throws {
    let folder = FileManager.default.temporaryDirectory
    path = folder.appendingPathComponent("molt-\(UUID().uuidString).sqlite3").path
    sqlite3_open(path, &writer)
    try execute("PRAGMA journal_mode = DELETE;" + sql)
  }

  deinit {
    sqlite3_close_v2(writer)
    try? FileManager.default.removeItem(atPath: path)
  }

  struct Failed: Error { let message: String }

  /// Runs statements on the writing connection.
  func execute(_ sql: String) throws {
    guard sqlite3_exec(writer, sql, nil, nil, nil) == SQLITE_OK else {
      throw Failed(message: String(cString: sqlite3_errmsg(writer)))
    }
  }

  /// Opens the file as Molt does.
  func open(_ change: (inout SQLiteOptions) -> Void = { _ in }) throws -> SQLiteDatabase {
    var options = SQLiteOptions(path: path)
    change(&options)
    return try SQLiteDatabase(options)
  }
}

extension SQLiteCursor {
  /// Writes the rest of the answer in pieces of at least `byteCount` bytes.
  func readAll(byteCount: Int = 1 << 20) throws -> [String] {
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

extension SQLiteDatabase {
  /// Runs a query once and answers lists of stored values.
  func rows(_ sql: String, _ parameters: [RunValue] = [], columns: Int = 1) throws -> String {
    try prepare(sql: sql, shape: listShape(columns))
      .open(RunArguments(parameters: parameters))
      .readAll()
      .joined()
  }
}

/// What `body` throws, if it is an error of SQLite.
func failure(of body: () throws -> Void) -> SQLiteError? {
  do {
    try body()
    return nil
  } catch { return error as? SQLiteError }
}
