internal import MoltBytes
internal import MoltPostgresWire
internal import MoltRows

/// One run's way from a connection's input to the pieces of its answer.
struct PostgresRows: ~Copyable {
  private let operation: PostgresOperation
  private let envelope: [RunValue]
  private var writer: PostgresAnswerWriter
  /// The rows in the connection's input, and how far they are written.
  private var run: RowRun?
  private var offset = 0
  private var hasBegun = false

  init(
    _ program: RowProgram,
    _ plan: PostgresPlan,
    _ operation: PostgresOperation,
    _ envelope: [RunValue],
    _ options: RunOptions
  ) {
    self.operation = operation
    self.envelope = envelope
    writer = PostgresAnswerWriter(
      program,
      plan,
      rowLimit: options.rowLimit,
      byteLimit: options.byteLimit
    )
  }

  var rowCount: UInt64 { writer.rowCount }

  /// Writes about `byteCount` bytes; false at the end of the answer.
  mutating func write(
    into output: inout ByteWriter,
    byteCount: Int,
    _ connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) -> Bool {
    let pause = writer.needsWholeAnswer ? Int.max : output.count + byteCount
    if let reason = watch.reason { throw reason }
    var isMore = true
    do throws(PostgresAnswerError) {
      if !hasBegun { try writer.begin(envelope: envelope, into: &output) }
      hasBegun = true
    } catch {
      throw PostgresError(error)
    }
    while isMore && output.count < pause {
      if let run {
        do throws(PostgresAnswerError) {
          offset = try writer.write(
            run,
            from: offset,
            in: connection.input,
            into: &output,
            pause: pause
          )
        } catch {
          throw PostgresError(error)
        }
        if offset == run.byteCount { self.run = nil }
      } else {
        isMore = try receive(connection, watch)
      }
    }
    guard !isMore else { return true }
    do { try writer.end(into: &output) } catch { throw PostgresError(error) }
    return false
  }

  /// Waits for rows; false at the end of the answer.
  private mutating func receive(
    _ connection: PostgresConnection,
    _ watch: Watch
  ) throws(PostgresError) -> Bool {
    while true {
      switch try connection.next(watch) {
      case .rows(let run) where run.operation == operation:
        self.run = run
        offset = 0
        return true
      case .failed(_, let failure): throw PostgresError(running: failure)
      case .closed(let closure): throw .closed(closure)
      case .ready: return false
      default: continue
      }
    }
  }
}
