internal import MoltBytes
internal import MoltPostgresWire
public import MoltRows
internal import Synchronization

/// A query and its shape, ready to run on any connection of its database.
public final class PostgresQuery: Sendable {
  /// The database the query reads.
  public let database: PostgresDatabase
  let program: RowProgram
  private let statement: PostgresStatement
  /// Nil while a change of the columns is not known in full.
  private let plan = Mutex<PostgresPlan?>(nil)

  init(_ database: PostgresDatabase, sql: String, shape: Shape) {
    self.database = database
    statement = PostgresStatement(sql)
    program = RowProgram(shape)
  }

  /// Starts a run.
  ///
  /// A connection that died while it was idle, as all do when a server restarts, is replaced once.
  ///
  /// - Parameters:
  ///   - arguments: The SQL's parameters and the envelope's values.
  ///   - options: How far the run may go.
  /// - Returns: A cursor in front of the first row, which holds a connection until it is closed.
  /// - Throws: ``PostgresError`` when the arguments do not fit, no connection can be opened, or the
  ///   server fails before the first row.
  public func open(
    _ arguments: RunArguments,
    _ options: RunOptions = RunOptions()
  ) throws(PostgresError) -> PostgresCursor {
    let watch = Watch(options)
    if let reason = watch.reason { throw reason }
    return try database.onConnection(watch) { connection throws(PostgresError) in
      let plan = try self.plan(on: connection, watch)
      let operation = try start(arguments.parameters, plan, on: connection, watch)
      let rows = PostgresRows(program, plan, operation, arguments.envelope, options)
      return PostgresCursor(self, connection, consume rows, watch)
    }
  }

  /// Prepares the statement on one connection and holds its columns against the shape.
  func prepare() throws(PostgresError) {
    let watch = Watch(database.options.connectTimeout)
    try database.onConnection(watch) { connection throws(PostgresError) in
      _ = try plan(on: connection, watch)
      database.release(connection)
    }
  }

  private func plan(
    on connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) -> PostgresPlan {
    if let known = plan.withLock({ $0 }) { return known }
    let types = program.shape.parameterTypes
    let description = try connection.prepare(statement, parameterTypes: types, watch)
    let made: PostgresPlan
    do { made = try PostgresPlan(description, for: program.shape) } catch { throw .answer(error) }
    plan.withLock { $0 = made }
    return made
  }

  /// Sends the run and waits until the server has begun it.
  private func start(
    _ values: [RunValue],
    _ plan: PostgresPlan,
    on connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) -> PostgresOperation {
    let operation = try connection.run(statement, plan.resultFormats) {
      (parameters) throws(PostgresError) in
      do throws(PostgresAnswerError) {
        try plan.bind(values, to: &parameters)
      } catch {
        throw .answer(error)
      }
    }
    while true {
      switch try connection.next(watch) {
      case .columns(operation, let columns):
        guard plan.describes(columns) else {
          self.plan.withLock { $0 = nil }
          throw .answer(.columnsChanged)
        }
        return operation
      case .failed(_, let failure): throw PostgresError(running: failure)
      case .closed(let closure): throw .closed(closure)
      default: continue
      }
    }
  }
}
