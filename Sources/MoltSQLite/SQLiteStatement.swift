internal import CSQLite
public import MoltRows

/// A query and its shape, ready to run on any connection of its database.
public final class SQLiteStatement: Sendable {
  /// The database the statement reads.
  public let database: SQLiteDatabase
  let id: Int
  let sql: String
  let program: RowProgram

  init(_ database: SQLiteDatabase, id: Int, sql: String, program: RowProgram) {
    self.database = database
    self.id = id
    self.sql = sql
    self.program = program
  }

  /// Starts a run.
  ///
  /// - Parameters:
  ///   - arguments: The SQL's parameters and the envelope's values.
  ///   - options: How far the run may go.
  /// - Returns: A cursor in front of the first row, which holds a connection until it is closed.
  /// - Throws: ``SQLiteError`` when the arguments do not fit or no connection can be opened.
  public func open(
    _ arguments: RunArguments,
    _ options: RunOptions = RunOptions()
  ) throws(SQLiteError) -> SQLiteCursor {
    let connection = try database.takeConnection()
    do throws(SQLiteError) {
      let statement = unsafe try connection.statement(id, sql)
      unsafe try Self.bind(arguments.parameters, to: statement)
      return unsafe SQLiteCursor(self, connection, statement, arguments, options)
    } catch {
      database.release(connection)
      throw error
    }
  }

  /// Compiles the SQL on one connection and holds its columns against the shape.
  func check() throws(SQLiteError) {
    let connection = try database.takeConnection()
    defer { database.release(connection) }
    let statement = unsafe try connection.statement(id, sql)
    let found = unsafe Int(sqlite3_column_count(statement))
    guard found >= program.columnCount else {
      throw .tooFewColumns(expected: program.columnCount, found: found)
    }
    for field in program.shape.fields { unsafe try Self.check(field, statement) }
  }

  /// Holds a field against the declared types that Python's sqlite3 converts under Django.
  ///
  /// Django connects with `PARSE_DECLTYPES` and registers converters for these names; the declared
  /// type counts up to its first space or parenthesis, in any case.
  private static func check(_ field: Field, _ statement: OpaquePointer) throws(SQLiteError) {
    switch field {
    case .nest(_, _, let fields):
      for field in fields { unsafe try check(field, statement) }
    case .leaf(_, let column, let format):
      guard let text = unsafe sqlite3_column_decltype(statement, Int32(column)) else { return }
      let declared = unsafe String(cString: text)
      let name = declared.prefix { $0 != " " && $0 != "(" }.lowercased()
      let fits =
        switch (name, format) {
        case ("bool", .boolean), ("date", .date), ("time", .time),
          ("datetime", .dateTime), ("timestamp", .dateTime),
          ("datetime", .localDateTime), ("timestamp", .localDateTime):
          true
        case ("bool", _), ("date", _), ("time", _), ("datetime", _), ("timestamp", _): false
        default: true
        }
      guard fits else { throw .declaredType(column: column, declared: declared) }
    }
  }

  private static func bind(
    _ parameters: [RunValue],
    to statement: OpaquePointer
  ) throws(SQLiteError) {
    let expected = unsafe Int(sqlite3_bind_parameter_count(statement))
    guard parameters.count == expected else {
      throw .wrongParameterCount(expected: expected, found: parameters.count)
    }
    for (offset, value) in parameters.enumerated() {
      let index = Int32(offset + 1)
      // The memory is copied by SQLite; a failure (out of memory) shows at the first step.
      switch value {
      case .null: unsafe sqlite3_bind_null(statement, index)
      case .boolean(let value): unsafe sqlite3_bind_int64(statement, index, value ? 1 : 0)
      case .integer(let value): unsafe sqlite3_bind_int64(statement, index, value)
      case .float(let value): unsafe sqlite3_bind_double(statement, index, value)
      case .text(let bytes):
        unsafe bytes.withUnsafeBytes { bytes in
          let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
          _ = unsafe molt_bind_text_copy(statement, index, text, UInt64(bytes.count))
        }
      case .binary(let bytes):
        unsafe bytes.withUnsafeBytes { bytes in
          _ = unsafe molt_bind_blob_copy(statement, index, bytes.baseAddress, UInt64(bytes.count))
        }
      }
    }
  }
}
