internal import CSQLite
public import MoltRows
internal import Synchronization

/// A database file, read through a pool of connections.
///
/// Any number of threads may use it. A connection is opened when one is needed and none is idle.
/// After a fork the child opens its own and leaves the parent's alone.
public final class SQLiteDatabase: Sendable {
  let options: SQLiteOptions
  private let idle = Mutex<[SQLiteConnection]>([])
  private let nextStatement = Atomic<Int>(1)

  /// The version of SQLite that this program calls, such as `3.40.1`.
  public static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

  /// Opens the file.
  ///
  /// - Parameter options: Which file, and how.
  /// - Throws: ``SQLiteError/cannotOpen(path:reason:)`` when it is missing or no database.
  public init(_ options: SQLiteOptions) throws(SQLiteError) {
    self.options = options
    let first = try SQLiteConnection(options)
    release(first)
  }

  /// Compiles SQL and a shape for any number of runs.
  ///
  /// - Parameters:
  ///   - sql: One reading statement with `?` for its parameters.
  ///   - shape: How its rows are written.
  /// - Returns: The statement; it keeps the database open.
  /// - Throws: ``SQLiteError`` when SQLite refuses the SQL, it would write, or the shape does not
  ///   fit its columns.
  public func prepare(sql: String, shape: Shape) throws(SQLiteError) -> SQLiteStatement {
    let id = nextStatement.wrappingAdd(1, ordering: .relaxed).oldValue
    let statement = SQLiteStatement(self, id: id, sql: sql, program: RowProgram(shape))
    try statement.check()
    return statement
  }

  /// Takes an idle connection, or opens one.
  func takeConnection() throws(SQLiteError) -> SQLiteConnection {
    let reused = idle.withLock { idle -> SQLiteConnection? in
      while let connection = idle.popLast() {
        if !connection.isOfParent { return connection }
        // Safety: a connection of the parent process is leaked on purpose, see `isOfParent`.
        _ = unsafe Unmanaged.passRetained(connection)
      }
      return nil
    }
    if let reused { return reused }
    return try SQLiteConnection(options)
  }

  /// Gives a connection back, or closes it when enough are idle.
  func release(_ connection: SQLiteConnection) {
    connection.interrupt.deadline = 0
    connection.interrupt.cancellation = nil
    idle.withLock { idle in
      if idle.count < options.idleConnections { idle.append(connection) }
    }
  }
}
