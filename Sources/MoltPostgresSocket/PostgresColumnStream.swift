public import MoltColumns

/// A run in progress whose rows are taken as columns, batch by batch.
///
/// Used by one thread at a time, and may move between threads. It holds a connection and a read
/// transaction until it ends, fails or is closed, and never more than one batch in memory: what was
/// taken belongs to whoever took it.
public final class PostgresColumnStream: @unchecked Sendable {
  // Safety: one thread at a time, as said above.
  private let database: PostgresDatabase
  private var connection: PostgresConnection?
  private var rows: ColumnRows
  private let watch: Watch
  /// The columns of every batch.
  public let fields: [ColumnField]

  init(
    _ database: PostgresDatabase,
    _ connection: PostgresConnection,
    _ rows: consuming ColumnRows,
    _ watch: Watch
  ) {
    self.database = database
    self.connection = connection
    self.fields = rows.fields
    self.rows = rows
    self.watch = watch
  }

  deinit { close() }

  /// Reads the next batch.
  ///
  /// - Returns: The batch, which has a row at least; nil at the end.
  /// - Throws: ``PostgresError``; the stream is then closed, and what was read is incomplete.
  public func next() throws(PostgresError) -> ColumnBatch? {
    guard let connection else { return nil }
    // In a forked child the connection is the parent's.
    guard !connection.isOfParent else { throw .cancelled }
    do throws(PostgresError) {
      let batch = try rows.next(connection, watch)
      if rows.isOver { close() }
      return batch
    } catch {
      if case .closed = error { connection.isBroken = true }
      close()
      throw error
    }
  }

  /// Reads all batches that are left.
  public func all() throws(PostgresError) -> [ColumnBatch] {
    var batches: [ColumnBatch] = []
    while let batch = try next() { batches.append(batch) }
    return batches
  }

  /// Ends the run and gives the connection back.
  ///
  /// Where rows are still to come, that may take a moment: they are read, or the server is asked to
  /// stop. Calling it again changes nothing.
  public func close() {
    guard let connection else { return }
    self.connection = nil
    guard !connection.isOfParent else { return }
    database.release(connection)
  }
}
