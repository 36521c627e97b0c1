internal import MoltBytes
internal import MoltColumns
internal import MoltPostgresWire
public import MoltRows

extension PostgresDatabase {
  /// Reads the rows of a statement as columns.
  ///
  /// ``PostgresColumnReader`` says which types become which. The server sends all rows at once in
  /// the extended protocol, which was measured to be faster than a binary `COPY`; while no batch is
  /// taken, nothing is received, and soon the server waits.
  ///
  ///     let stream = try database.columns("SELECT * FROM reading WHERE id < $1", [.integer(9)])
  ///     while let batch = try stream.next() { … }
  ///
  /// - Parameters:
  ///   - sql: One reading statement with `$1`, `$2`, … for its parameters.
  ///   - values: The parameters.
  ///   - columnOptions: How large batches are.
  ///   - options: How far the run may go; a byte limit counts the bytes of the columns.
  /// - Returns: A stream in front of the first batch, which holds a connection until it ends.
  /// - Throws: ``PostgresError`` when the server refuses the SQL, the values do not fit, no
  ///   connection can be opened, or the server fails before the first row.
  public func columns(
    _ sql: String,
    _ values: [RunValue] = [],
    _ columnOptions: ColumnOptions = ColumnOptions(),
    options: RunOptions = RunOptions()
  ) throws(PostgresError) -> PostgresColumnStream {
    let watch = Watch(options)
    if let reason = watch.reason { throw reason }
    let statement = PostgresStatement(sql)
    return try onConnection(watch) { connection throws(PostgresError) in
      let description = try connection.prepare(statement, parameterTypes: [], watch)
      guard !description.columns.isEmpty else { throw .answer(.noColumns) }
      let reader = PostgresColumnReader(description.columns, rowCount: 0)
      let operation = try connection.run(statement, reader.resultFormats) {
        (parameters) throws(PostgresError) in
        do throws(PostgresAnswerError) {
          try parameters.append(values, types: description.parameterTypes)
        } catch {
          throw .answer(error)
        }
      }
      try Self.begin(operation, description, on: connection, watch)
      let rows = ColumnRows(consume reader, operation, columnOptions, options)
      return PostgresColumnStream(self, connection, consume rows, watch)
    }
  }

  /// Waits until the server has begun a run, and sees that its columns are the described ones.
  private static func begin(
    _ operation: PostgresOperation,
    _ description: PostgresDescription,
    on connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) {
    while true {
      switch try connection.next(watch) {
      case .columns(operation, let columns):
        guard columns.map(\.typeOID) == description.columns.map(\.typeOID),
          columns.map(\.typeModifier) == description.columns.map(\.typeModifier)
        else { throw .answer(.columnsChanged) }
        return
      case .failed(_, let failure): throw PostgresError(running: failure)
      case .closed(let closure): throw .closed(closure)
      default: continue
      }
    }
  }
}
