internal import MoltBytes
internal import MoltErrors
internal import MoltPostgresSocket
internal import MoltRows
internal import MoltSQLite

// What stands behind the handles, one case per engine. The object itself is the handle; a call
// looks once which one it is, and its rows are written by the engine's own loop.

/// Behind `molt_database`.
enum EngineDatabase {
  case sqlite(SQLiteDatabase)
  case postgres(PostgresDatabase)

  init(behind handle: OpaquePointer) {
    let object = unsafe borrowed(handle, as: AnyObject.self)
    if let database = object as? SQLiteDatabase {
      self = .sqlite(database)
    } else {
      self = .postgres(unsafe unsafeDowncast(object, to: PostgresDatabase.self))
    }
  }

  /// Opens a database.
  init(_ options: DatabaseOptions) throws(MoltError) {
    switch options {
    case .sqlite(let options):
      do throws(SQLiteError) { self = .sqlite(try SQLiteDatabase(options)) } catch {
        throw MoltError(error)
      }
    case .postgres(let options):
      do throws(PostgresError) { self = .postgres(try PostgresDatabase(options)) } catch {
        throw MoltError(error)
      }
    }
  }

  /// The handle.
  var object: AnyObject {
    switch self {
    case .sqlite(let database): database
    case .postgres(let database): database
    }
  }

  /// Compiles SQL and a shape.
  func prepare(sql: String, shape: Shape) throws(MoltError) -> EngineStatement {
    switch self {
    case .sqlite(let database):
      do throws(SQLiteError) {
        return .sqlite(try database.prepare(sql: sql, shape: shape))
      } catch {
        throw MoltError(error)
      }
    case .postgres(let database):
      do throws(PostgresError) {
        return .postgres(try database.prepare(sql: sql, shape: shape))
      } catch {
        throw MoltError(error)
      }
    }
  }
}

/// Behind `molt_statement`.
enum EngineStatement {
  case sqlite(SQLiteStatement)
  case postgres(PostgresQuery)

  init(behind handle: OpaquePointer) {
    let object = unsafe borrowed(handle, as: AnyObject.self)
    if let statement = object as? SQLiteStatement {
      self = .sqlite(statement)
    } else {
      self = .postgres(unsafe unsafeDowncast(object, to: PostgresQuery.self))
    }
  }

  /// The handle.
  var object: AnyObject {
    switch self {
    case .sqlite(let statement): statement
    case .postgres(let query): query
    }
  }

  /// Starts a run.
  func open(_ arguments: RunArguments, _ options: RunOptions) throws(MoltError) -> EngineCursor {
    switch self {
    case .sqlite(let statement):
      do throws(SQLiteError) { return .sqlite(try statement.open(arguments, options)) } catch {
        throw MoltError(error)
      }
    case .postgres(let query):
      do throws(PostgresError) { return .postgres(try query.open(arguments, options)) } catch {
        throw MoltError(error)
      }
    }
  }
}

/// Behind `molt_cursor`.
enum EngineCursor {
  case sqlite(SQLiteCursor)
  case postgres(PostgresCursor)

  init(behind handle: OpaquePointer) {
    let object = unsafe borrowed(handle, as: AnyObject.self)
    if let cursor = object as? SQLiteCursor {
      self = .sqlite(cursor)
    } else {
      self = .postgres(unsafe unsafeDowncast(object, to: PostgresCursor.self))
    }
  }

  /// The handle.
  var object: AnyObject {
    switch self {
    case .sqlite(let cursor): cursor
    case .postgres(let cursor): cursor
    }
  }

  /// How many rows were written so far.
  var rowCount: UInt64 {
    switch self {
    case .sqlite(let cursor): cursor.rowCount
    case .postgres(let cursor): cursor.rowCount
    }
  }

  /// Writes the next piece; nothing at the end.
  func next(into output: inout ByteWriter, byteCount: Int) throws(MoltError) {
    switch self {
    case .sqlite(let cursor):
      do throws(SQLiteError) { _ = try cursor.next(into: &output, byteCount: byteCount) } catch {
        throw MoltError(error)
      }
    case .postgres(let cursor):
      do throws(PostgresError) { _ = try cursor.next(into: &output, byteCount: byteCount) } catch {
        throw MoltError(error)
      }
    }
  }

  /// Ends the run.
  func close() {
    switch self {
    case .sqlite(let cursor): cursor.close()
    case .postgres(let cursor): cursor.close()
    }
  }
}
