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
  private let plan = Mutex<Plan?>(nil)

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
  ) throws(PostgresError) -> Plan {
    if let known = plan.withLock({ $0 }) { return known }
    let types = program.shape.parameterTypes
    let description = try connection.prepare(statement, parameterTypes: types, watch)
    let made: Plan
    do throws(PostgresValueError) {
      made = try Plan(description, for: program.shape)
    } catch {
      throw .value(error)
    }
    guard !description.columns.isEmpty else { throw .noColumns }
    plan.withLock { $0 = made }
    return made
  }

  /// Sends the run and waits until the server has begun it.
  private func start(
    _ values: [RunValue],
    _ plan: Plan,
    on connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) -> PostgresOperation {
    let operation = try connection.run(statement, plan.resultFormats) {
      (parameters) throws(PostgresError) in
      try plan.bind(values, to: &parameters)
    }
    while true {
      switch try connection.next(watch) {
      case .columns(operation, let columns):
        guard plan.describes(columns) else {
          self.plan.withLock { $0 = nil }
          throw .columnsChanged
        }
        return operation
      case .failed(_, let failure): throw PostgresError(running: failure)
      case .closed(let closure): throw .closed(closure)
      default: continue
      }
    }
  }
}

/// What is known of a statement once it was prepared.
struct Plan: Sendable {
  /// How the columns are read.
  let columns: PostgresColumns
  /// In which formats they are asked for.
  let resultFormats: PostgresResultFormats
  /// The types of the parameters.
  let parameterTypes: [UInt32]

  init(_ description: PostgresDescription, for shape: Shape) throws(PostgresValueError) {
    columns = try PostgresColumns(description.columns.map(\.typeOID), for: shape)
    parameterTypes = description.parameterTypes
    let formats = columns.resultFormats.map { PostgresFormat(rawValue: $0) ?? .text }
    let isBinary = formats.allSatisfy { $0 == .binary }
    resultFormats = isBinary ? .binary : .columns(formats)
  }

  /// Whether an execution returns the columns that were described.
  func describes(_ found: [PostgresColumn]) -> Bool {
    guard found.count == columns.decoders.count else { return false }
    for index in found.indices where found[index].typeOID != columns.decoders[index].type.oid {
      return false
    }
    return true
  }

  /// Appends the values of a run.
  func bind(_ values: [RunValue], to parameters: inout BindParameters) throws(PostgresError) {
    try parameters.append(values, types: parameterTypes)
  }
}
