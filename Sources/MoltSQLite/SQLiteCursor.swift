internal import CSQLite
public import MoltBytes
internal import MoltRows

/// A run in progress: writes the next piece of the answer whenever it is asked to.
///
/// Used by one thread at a time, and may move between threads. It holds a connection and a read
/// transaction until it finishes, fails or is closed.
@safe public final class SQLiteCursor: @unchecked Sendable {
  // Safety: one thread at a time, as said above; the worker hands it from slice to slice.
  private let database: SQLiteDatabase
  private var connection: SQLiteConnection?
  private let pointer: OpaquePointer
  private var rows: StatementRows

  init(
    _ statement: SQLiteStatement,
    _ connection: SQLiteConnection,
    _ pointer: OpaquePointer,
    _ arguments: RunArguments,
    _ options: RunOptions
  ) {
    self.database = statement.database
    self.connection = connection
    unsafe self.pointer = pointer
    self.rows = unsafe StatementRows(pointer, statement.program, arguments.envelope, options)
    connection.interrupt.deadline = options.deadline
    connection.interrupt.cancellation = options.cancellation
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
  /// - Throws: ``SQLiteError``; the cursor is then closed, and all pieces must be thrown away.
  public func next(into output: inout ByteWriter, byteCount: Int) throws(SQLiteError) -> Bool {
    guard let connection else { return false }
    // In a forked child the connection is the parent's, and must not even be closed.
    guard !connection.isOfParent else { throw .cancelled }
    do throws(SQLiteError) {
      let isMore = try rows.write(into: &output, byteCount: max(1, byteCount), connection)
      if !isMore { close() }
      return isMore
    } catch {
      close()
      throw error
    }
  }

  /// Ends the run and gives the connection back.
  ///
  /// Calling it again changes nothing.
  public func close() {
    guard let connection else { return }
    self.connection = nil
    guard !connection.isOfParent else { return }
    unsafe sqlite3_reset(pointer)
    unsafe sqlite3_clear_bindings(pointer)
    database.release(connection)
  }
}
