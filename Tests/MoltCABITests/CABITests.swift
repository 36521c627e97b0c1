import CMolt
import CSQLite
import Foundation
import MoltBytes
import MoltCABI
import MoltMessagePack
import Testing

/// MessagePack bytes written by `body`.
func messagePack(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
  var writer = ByteWriter()
  body(&writer)
  let span = writer.span
  return span.indices.map { span[$0] }
}

/// A database of a hundred rows behind the C functions.
final class CDatabase {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("molt-\(UUID().uuidString).sqlite3").path
  var handle: OpaquePointer?
  var error = molt_error()

  init() {
    var writer: OpaquePointer?
    sqlite3_open(path, &writer)
    sqlite3_exec(writer, "CREATE TABLE t(a INTEGER)", nil, nil, nil)
    for value in 1...100 {
      sqlite3_exec(writer, "INSERT INTO t VALUES (\(value))", nil, nil, nil)
    }
    sqlite3_close(writer)
    let options = messagePack {
      $0.appendMessagePackMapHeader(2)
      $0.appendMessagePack(text: "engine")
      $0.appendMessagePack(text: "sqlite")
      $0.appendMessagePack(text: "path")
      $0.appendMessagePack(text: path)
    }
    molt_database_open(options, options.count, &handle, &error)
  }

  deinit {
    molt_database_close(handle)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Prepares a query whose one column is written as a flat list.
  func prepare(_ sql: String) -> OpaquePointer? {
    let shape = messagePack {
      $0.appendMessagePackMapHeader(4)
      $0.appendMessagePack(text: "version")
      $0.appendMessagePack(Int64(1))
      $0.appendMessagePack(text: "style")
      $0.appendMessagePack(text: "compact")
      $0.appendMessagePack(text: "layout")
      $0.appendMessagePack(text: "flat")
      $0.appendMessagePack(text: "fields")
      $0.appendMessagePackArrayHeader(1)
      $0.appendMessagePackMapHeader(3)
      $0.appendMessagePack(text: "name")
      $0.appendMessagePack(text: "a")
      $0.appendMessagePack(text: "column")
      $0.appendMessagePack(Int64(0))
      $0.appendMessagePack(text: "type")
      $0.appendMessagePack(text: "integer")
    }
    var statement: OpaquePointer?
    molt_statement_prepare(handle, sql, sql.utf8.count, shape, shape.count, &statement, &error)
    return statement
  }

  var message: String {
    withUnsafeBytes(of: error.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// Arguments without parameters.
let noArguments: [UInt8] = [0x92, 0x90, 0x90]

@Suite("The C interface")
struct CABITests {
  @Test("names its versions")
  func versions() {
    #expect(molt_abi_version() == UInt32(MOLT_ABI_VERSION))
    #expect(String(cString: molt_version()).split(separator: ".").count == 3)
    #expect(molt_sqlite_address() != nil)
  }

  @Test("runs a statement and takes its memory back")
  func run() {
    let database = CDatabase()
    let statement = database.prepare("SELECT a FROM t WHERE a <= ?")
    let arguments: [UInt8] = [0x92, 0x91, 0x03, 0x90]
    for _ in 0..<100 {
      var answer = molt_answer()
      let code = molt_statement_run(
        statement,
        arguments,
        arguments.count,
        nil,
        &answer,
        &database.error
      )
      #expect(code == 0)
      let bytes = UnsafeBufferPointer(start: answer.bytes, count: answer.byte_count)
      #expect(String(decoding: bytes, as: UTF8.self) == "[1,2,3]")
      #expect(answer.row_count == 3)
      molt_answer_release(&answer)
      #expect(answer.bytes == nil)
      molt_answer_release(&answer)
    }
    molt_statement_release(statement)
  }

  @Test("an answer's memory serves the next run, also after an error")
  func reuse() {
    let database = CDatabase()
    let statement = database.prepare("SELECT a FROM t WHERE a <= ?")
    let arguments: [[UInt8]] = [
      [0x92, 0x91, 0x64, 0x90], [0x92, 0x90, 0xC1], [0x92, 0x91, 1, 0x90],
    ]
    var answer = molt_answer()
    var owners: Set<UnsafeMutableRawPointer?> = []
    for each in arguments {
      _ = molt_statement_run(statement, each, each.count, nil, &answer, &database.error)
      owners.insert(answer.owner)
    }
    let bytes = UnsafeBufferPointer(start: answer.bytes, count: answer.byte_count)
    #expect(String(decoding: bytes, as: UTF8.self) == "[1]")
    #expect(answer.row_count == 1)
    #expect(owners.count == 1)
    molt_answer_release(&answer)
    #expect(answer.owner == nil)
    molt_statement_release(statement)
  }

  @Test("a cursor's pieces are the answer, and its end is empty")
  func cursor() {
    let database = CDatabase()
    let statement = database.prepare("SELECT a FROM t")
    var cursor: OpaquePointer?
    #expect(
      molt_cursor_open(
        statement,
        noArguments,
        noArguments.count,
        nil,
        &cursor,
        &database.error
      ) == 0
    )
    // The cursor keeps what it needs.
    molt_statement_release(statement)
    var text = ""
    var pieceCount = 0
    while true {
      var piece = molt_answer()
      #expect(molt_cursor_next(cursor, 16, &piece, &database.error) == 0)
      defer { molt_answer_release(&piece) }
      if piece.byte_count == 0 { break }
      let bytes = UnsafeBufferPointer(start: piece.bytes, count: piece.byte_count)
      text += String(decoding: bytes, as: UTF8.self)
      pieceCount += 1
    }
    molt_cursor_close(cursor)
    #expect(text == "[" + (1...100).map { "\($0)" }.joined(separator: ",") + "]")
    #expect(pieceCount > 10)
  }

  @Test("an answer outlives its statement and its database")
  func order() {
    var database: CDatabase? = CDatabase()
    let statement = database?.prepare("SELECT a FROM t LIMIT 1")
    var answer = molt_answer()
    molt_statement_run(statement, noArguments, noArguments.count, nil, &answer, nil)
    molt_statement_release(statement)
    database = nil
    let bytes = UnsafeBufferPointer(start: answer.bytes, count: answer.byte_count)
    #expect(String(decoding: bytes, as: UTF8.self) == "[1]")
    molt_answer_release(&answer)
  }

  @Test("reports errors with code, sentence and offset, also to callers without an error")
  func errors() {
    let database = CDatabase()
    #expect(database.prepare("SELECT a FROM missing") == nil)
    #expect(database.error.code == 1)
    #expect(database.message.contains("no such table: missing"))
    let statement = database.prepare("SELECT a FROM t")
    var answer = molt_answer()
    let broken: [UInt8] = [0x92, 0x90, 0xC1]
    #expect(molt_statement_run(statement, broken, 3, nil, &answer, &database.error) == 1)
    #expect(database.error.offset == 2)
    #expect(molt_statement_run(statement, broken, 3, nil, &answer, nil) == 1)
    #expect(molt_statement_run(statement, nil, 0, nil, &answer, nil) == 1)
    var options = molt_run_options()
    options.row_limit = 5
    #expect(
      molt_statement_run(
        statement,
        noArguments,
        noArguments.count,
        &options,
        &answer,
        &database.error
      ) == 8
    )
    options = molt_run_options()
    options.cancellation = molt_cancellation_create()
    molt_cancellation_cancel(options.cancellation)
    #expect(
      molt_statement_run(
        statement,
        noArguments,
        noArguments.count,
        &options,
        &answer,
        &database.error
      ) == 5
    )
    molt_cancellation_release(options.cancellation)
    molt_statement_release(statement)
    molt_answer_release(&answer)
  }

  @Test("cuts a long sentence in front of a character")
  func longMessage() {
    let database = CDatabase()
    #expect(
      database.prepare("SELECT a FROM \"x" + String(repeating: "é", count: 2_000) + "\"") == nil
    )
    #expect(database.message.utf8.count > Int(MOLT_MESSAGE_CAPACITY) - 4)
    #expect(!database.message.unicodeScalars.contains("\u{FFFD}"))
  }

  @Test("releasing NULL does nothing")
  func null() {
    molt_database_close(nil)
    molt_statement_release(nil)
    molt_cursor_close(nil)
    molt_cancellation_release(nil)
    molt_cancellation_cancel(nil)
    molt_answer_release(nil)
  }
}
