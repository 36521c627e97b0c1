internal import MoltBytes
internal import MoltErrors
internal import MoltRows
internal import MoltSQLite

/// A SQLite cursor behind the worker, opened with the first piece.
// Safety: `cancellation` is Sendable by itself; the rest is used by one thread at a time, as
// `ThreadRun` promises, and handed on through the worker's locks.
final class SQLiteWorkerRun: ThreadRun, @unchecked Sendable {
  private enum State {
    case new(SQLiteStatement, arguments: [UInt8])
    case open(SQLiteCursor)
    case closed(rowCount: UInt64)
  }

  private let cancellation: Cancellation
  private let options: RunOptions
  private var state: State

  init(_ statement: SQLiteStatement, _ arguments: [UInt8], _ options: RunOptions) {
    var options = options
    cancellation = Cancellation()
    options.cancellation = cancellation
    self.options = options
    state = .new(statement, arguments: arguments)
  }

  var rowCount: UInt64 {
    switch state {
    case .new: 0
    case .open(let cursor): cursor.rowCount
    case .closed(let rowCount): rowCount
    }
  }

  func cancel() { cancellation.cancel() }

  func next(into writer: inout ByteWriter, byteCount: Int) throws(MoltError) -> Bool {
    switch state {
    case .new(let statement, let arguments):
      let cursor = try open(statement, arguments)
      state = .open(cursor)
      return try next(of: cursor, into: &writer, byteCount: byteCount)
    case .open(let cursor): return try next(of: cursor, into: &writer, byteCount: byteCount)
    case .closed: return false
    }
  }

  func close() {
    let count = rowCount
    if case .open(let cursor) = state { cursor.close() }
    state = .closed(rowCount: count)
  }

  private func open(
    _ statement: SQLiteStatement,
    _ arguments: [UInt8]
  ) throws(MoltError) -> SQLiteCursor {
    let decoded = try RunArguments(sent: arguments)
    do { return try statement.open(decoded, options) } catch { throw MoltError(error) }
  }

  private func next(
    of cursor: SQLiteCursor,
    into writer: inout ByteWriter,
    byteCount: Int
  ) throws(MoltError) -> Bool {
    do { return try cursor.next(into: &writer, byteCount: byteCount) } catch {
      throw MoltError(error)
    }
  }
}
