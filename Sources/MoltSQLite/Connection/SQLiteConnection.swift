internal import CMoltPlatform
internal import CSQLite

/// One open, reading connection with its prepared statements.
///
/// Used by one thread at a time: the database's pool hands it to a cursor and takes it back.
///
/// - Note: `@unchecked Sendable` because the pool moves it between threads under its lock.
// Safety: only the holder of a checked-out connection touches it.
@safe final class SQLiteConnection: @unchecked Sendable {
  let interrupt: Interrupt
  private let forkCount = molt_fork_count()
  private let database: OpaquePointer
  private let statementLimit: Int
  private var statements: [Int: CachedStatement] = [:]
  /// The statement found last: usually the next one too.
  private var latest: (id: Int, pointer: OpaquePointer)?
  private var useCount = 0

  @safe private struct CachedStatement {
    let pointer: OpaquePointer
    var lastUse: Int
  }

  /// Opens the file for reading.
  ///
  /// - Throws: ``SQLiteError/cannotOpen(path:reason:)``.
  init(_ options: SQLiteOptions) throws(SQLiteError) {
    var opened: OpaquePointer?
    // NOMUTEX: one thread at a time, see above.
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let result = unsafe sqlite3_open_v2(options.path, &opened, flags, nil)
    guard result == SQLITE_OK, let database = unsafe opened else {
      let reason = unsafe Self.message(of: opened, result)
      unsafe sqlite3_close_v2(opened)
      throw .cannotOpen(path: options.path, reason: reason)
    }
    unsafe self.database = database
    self.statementLimit = max(1, options.statementsPerConnection)
    self.interrupt = Interrupt(busyTimeout: options.busyTimeout)
    unsafe interrupt.attach(to: database)
    unsafe sqlite3_exec(database, "PRAGMA query_only = 1; PRAGMA cache_size = -8192", nil, nil, nil)
    unsafe registerFunctions(on: database)
    // Opening is lazy: reading the schema tells whether this is a database at all.
    let probe = unsafe sqlite3_exec(database, "PRAGMA schema_version", nil, nil, nil)
    guard probe == SQLITE_OK || probe & 0xFF == SQLITE_BUSY else {
      let reason = unsafe Self.message(of: database, probe)
      unsafe sqlite3_close_v2(database)
      throw .cannotOpen(path: options.path, reason: reason)
    }
  }

  /// Whether the connection was opened by a process of which this one is a fork.
  ///
  /// Such a connection must not be touched, not even closed: SQLite's locks belong to the parent.
  var isOfParent: Bool { forkCount != molt_fork_count() }

  deinit {
    guard !isOfParent else { return }
    for statement in statements.values { unsafe sqlite3_finalize(statement.pointer) }
    unsafe sqlite3_close_v2(database)
  }

  /// Finds or compiles a statement.
  ///
  /// - Parameters:
  ///   - id: The statement's number in its database.
  ///   - sql: Its text.
  /// - Returns: The statement, reset.
  /// - Throws: ``SQLiteError`` when SQLite refuses it.
  func statement(_ id: Int, _ sql: String) throws(SQLiteError) -> OpaquePointer {
    if let latest = unsafe latest, unsafe latest.id == id { return unsafe latest.pointer }
    useCount += 1
    if let known = statements[id] {
      statements[id]?.lastUse = useCount
      unsafe latest = (id, known.pointer)
      return unsafe known.pointer
    }
    let pointer = unsafe try compile(sql)
    if statements.count >= statementLimit { dropOldest() }
    unsafe statements[id] = CachedStatement(pointer: pointer, lastUse: useCount)
    unsafe latest = (id, pointer)
    return unsafe pointer
  }

  private func dropOldest() {
    guard let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
      return
    }
    unsafe sqlite3_finalize(oldest.value.pointer)
    statements[oldest.key] = nil
  }

  private func compile(_ sql: String) throws(SQLiteError) -> OpaquePointer {
    var statement: OpaquePointer?
    var sql = sql
    let byteCount = sql.utf8.count
    var isWhole = true
    let result = sql.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { text in
        var tail: UnsafePointer<CChar>?
        let result = unsafe sqlite3_prepare_v3(
          database,
          text.baseAddress,
          Int32(clamping: byteCount),
          UInt32(SQLITE_PREPARE_PERSISTENT),
          &statement,
          &tail
        )
        if let start = text.baseAddress, let tail = unsafe tail {
          isWhole = unsafe Self.isBlank(text[(tail - start)...])
        }
        return result
      }
    }
    guard result == SQLITE_OK else { throw failure(result, row: nil) }
    guard let statement = unsafe statement else {
      throw .badSQL(reason: "there is no statement in it", offset: 0)
    }
    do throws(SQLiteError) {
      guard isWhole else {
        throw .badSQL(reason: "it has more than one statement", offset: -1)
      }
      guard unsafe sqlite3_stmt_readonly(statement) != 0 else { throw .wouldWrite }
    } catch {
      unsafe sqlite3_finalize(statement)
      throw error
    }
    return unsafe statement
  }

  private static func isBlank(_ text: Slice<UnsafeBufferPointer<CChar>>) -> Bool {
    unsafe text.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 == 0x3B }
  }

  /// Turns a result code into an error.
  ///
  /// - Parameters:
  ///   - result: What a function of SQLite returned last.
  ///   - row: The row that was to come; nil while a statement is compiled.
  /// - Returns: The error, with SQLite's own sentence in it.
  func failure(_ result: Int32, row: UInt64?) -> SQLiteError {
    let reason = unsafe Self.message(of: database, result)
    switch result & 0xFF {
    case SQLITE_INTERRUPT: return interrupt.reason ?? .cancelled
    case SQLITE_BUSY, SQLITE_LOCKED: return interrupt.reason ?? .locked
    case SQLITE_AUTH: return .wouldWrite
    // The statement reads, so "read-only" here means a journal that only a writer may roll back.
    case SQLITE_READONLY, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR, SQLITE_CANTOPEN,
      SQLITE_NOMEM:
      return .damaged(reason: reason)
    default: break
    }
    if let row { return .failedRun(reason: reason, row: row) }
    if reason.hasPrefix("no such function") || reason.hasPrefix("no such collation")
      || reason.hasPrefix("wrong number of arguments")
    {
      return .pythonOnly(reason: reason)
    }
    return .badSQL(reason: reason, offset: unsafe Int(sqlite3_error_offset(database)))
  }

  private static func message(of database: OpaquePointer?, _ result: Int32) -> String {
    if let database = unsafe database, let text = unsafe sqlite3_errmsg(database) {
      return unsafe String(cString: text)
    }
    guard let text = unsafe sqlite3_errstr(result) else { return "error \(result)" }
    return unsafe String(cString: text)
  }
}
