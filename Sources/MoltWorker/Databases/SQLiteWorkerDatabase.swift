package import MoltErrors
internal import MoltRows
internal import MoltSQLite

/// A SQLite file behind the worker.
package struct SQLiteWorkerDatabase: WorkerDatabase {
  private let options: SQLiteOptions
  private let database: SQLiteDatabase

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file, which must exist.
  ///   - busyTimeout: How long to wait for another process's lock.
  ///   - idleConnections: The most connections kept open while nobody uses them.
  /// - Throws: `MoltError` `unavailable` when the file is missing or no database.
  package init(path: String, busyTimeout: Duration, idleConnections: Int) throws(MoltError) {
    var options = SQLiteOptions(path: path)
    options.busyTimeout = busyTimeout
    options.idleConnections = idleConnections
    self.options = options
    do { database = try SQLiteDatabase(options) } catch { throw MoltError(error) }
  }

  /// Compiles SQL and shape.
  package func prepare(
    sql: String,
    shape: [UInt8]
  ) throws(MoltError) -> WorkerStatement {
    let decoded = try Shape(sent: shape)
    do {
      return .onThread(SQLiteWorkerStatement(try database.prepare(sql: sql, shape: decoded)))
    } catch {
      throw MoltError(error)
    }
  }

  /// Opens the file once more, as a new process would.
  package func fault() -> String? {
    do {
      _ = try SQLiteDatabase(options)
      return nil
    } catch {
      return error.message
    }
  }
}

/// A SQLite statement behind the worker.
struct SQLiteWorkerStatement: ThreadStatement {
  private let statement: SQLiteStatement

  init(_ statement: SQLiteStatement) { self.statement = statement }

  func makeRun(arguments: [UInt8], deadline: UInt64, rowLimit: UInt64) -> any ThreadRun {
    var options = RunOptions()
    options.deadline = deadline
    options.rowLimit = rowLimit
    return SQLiteWorkerRun(statement, arguments, options)
  }
}

extension MoltError {
  init(_ error: SQLiteError) { self.init(error.code, error.message, offset: error.offset) }
}
