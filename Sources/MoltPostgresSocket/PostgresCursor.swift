public import MoltBytes
internal import MoltRows

/// A run in progress: writes the next piece of the answer whenever it is asked to.
///
/// Used by one thread at a time, and may move between threads. It holds a connection and a read
/// transaction until it finishes, fails or is closed. The server has been asked for all rows at
/// once; while no piece is taken, nothing is received, and soon the server waits.
public final class PostgresCursor: @unchecked Sendable {
  // Safety: one thread at a time, as said above.
  private let query: PostgresQuery
  private var connection: PostgresConnection?
  private var rows: PostgresRows
  private let watch: Watch

  init(
    _ query: PostgresQuery,
    _ connection: PostgresConnection,
    _ rows: consuming PostgresRows,
    _ watch: Watch
  ) {
    self.query = query
    self.connection = connection
    self.rows = rows
    self.watch = watch
  }

  deinit { close() }

  /// How many rows were written so far.
  public var rowCount: UInt64 { rows.rowCount }

  /// Writes the next piece of the answer.
  ///
  /// - Parameters:
  ///   - output: Where the piece goes; what it already holds stays in front.
  ///   - byteCount: After how many new bytes to pause. A row is never cut, and MessagePack answers
  ///     come in one piece.
  /// - Returns: Whether there is more. After false the cursor is closed.
  /// - Throws: ``PostgresError``; the cursor is then closed, and all pieces must be thrown away.
  public func next(into output: inout ByteWriter, byteCount: Int) throws(PostgresError) -> Bool {
    guard let connection else { return false }
    // In a forked child the connection is the parent's.
    guard !connection.isOfParent else { throw .cancelled }
    do throws(PostgresError) {
      let isMore = try rows.write(into: &output, byteCount: max(1, byteCount), connection, watch)
      if !isMore { close() }
      return isMore
    } catch {
      if case .closed = error { connection.isBroken = true }
      close()
      throw error
    }
  }

  /// Ends the run and gives the connection back.
  ///
  /// Where rows are still to come, that may take a moment: they are read, or the server is asked to
  /// stop. Calling it again changes nothing.
  public func close() {
    guard let connection else { return }
    self.connection = nil
    guard !connection.isOfParent else { return }
    query.database.release(connection)
  }
}
