public import CMolt
internal import MoltBytes
internal import MoltErrors
internal import MoltMessagePack
internal import MoltRows
internal import MoltSQLite

/// Implements `molt_statement_prepare`, documented in molt.h.
@c @implementation
public func molt_statement_prepare(
  _ database: OpaquePointer!,
  _ sql: UnsafePointer<CChar>!,
  _ sql_count: Int,
  _ shape: UnsafePointer<UInt8>!,
  _ shape_count: Int,
  _ statement: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let database = unsafe borrowed(database, as: DatabaseHandle.self)
    let shape = try decodeShape(unsafe borrowed(shape, shape_count))
    let sqlBytes = unsafe UnsafeRawBufferPointer(start: sql, count: sql_count)
    let text = unsafe String(decoding: sqlBytes, as: UTF8.self)
    let prepared = try sqlite { () throws(SQLiteError) in
      try database.database.prepare(sql: text, shape: shape)
    }
    unsafe statement.pointee = retained(StatementHandle(database, prepared))
  }
}

/// Implements `molt_statement_release`, documented in molt.h.
@c @implementation
public func molt_statement_release(_ statement: OpaquePointer!) {
  unsafe release(statement, as: StatementHandle.self)
}

/// Implements `molt_statement_run`, documented in molt.h.
@c @implementation
public func molt_statement_run(
  _ statement: OpaquePointer!,
  _ arguments: UnsafePointer<UInt8>!,
  _ arguments_count: Int,
  _ options: UnsafePointer<molt_run_options>!,
  _ answer: UnsafeMutablePointer<molt_answer>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let handle = unsafe borrowed(statement, as: StatementHandle.self)
    let arguments = unsafe borrowed(arguments, arguments_count)
    let cursor = try openCursor(handle, arguments, unsafe RunOptions(options))
    unsafe try writeAnswer(cursor, handle.database, byteCount: .max, to: answer)
  }
}

/// Implements `molt_answer_release`, documented in molt.h.
@c @implementation
public func molt_answer_release(_ answer: UnsafeMutablePointer<molt_answer>!) {
  guard let answer = unsafe answer, let owner = unsafe answer.pointee.owner else { return }
  unsafe release(OpaquePointer(owner), as: AnswerHandle.self)
  unsafe answer.pointee = molt_answer()
}

/// Decodes a shape for the C functions.
func decodeShape(_ bytes: Span<UInt8>) throws(MoltError) -> Shape {
  do { return try Shape(decoding: bytes) } catch { throw MoltError(error) }
}

/// Starts a run for the C functions.
func openCursor(
  _ handle: StatementHandle,
  _ arguments: Span<UInt8>,
  _ options: RunOptions
) throws(MoltError) -> SQLiteCursor {
  let decoded: RunArguments
  do { decoded = try RunArguments(decoding: arguments) } catch {
    throw MoltError(error, in: "the arguments of the run")
  }
  do { return try handle.statement.open(decoded, options) } catch { throw MoltError(error) }
}

/// Writes the next piece of a run into memory that the caller gives back.
func writeAnswer(
  _ cursor: SQLiteCursor,
  _ database: DatabaseHandle,
  byteCount: Int,
  to answer: UnsafeMutablePointer<molt_answer>
) throws(MoltError) {
  var writer = makeWriter(database.buffers)
  // Bounded, so that the end of a piece cannot overflow.
  let pieceByteCount = min(byteCount, 1 << 60)
  do { _ = try cursor.next(into: &writer, byteCount: pieceByteCount) } catch {
    let used = unsafe writer.takeStorage()
    unsafe database.buffers.give(used.storage)
    throw MoltError(error)
  }
  let (storage, count) = unsafe writer.takeStorage()
  let owner = unsafe AnswerHandle(database.buffers, storage)
  unsafe answer.pointee.bytes = UnsafePointer(
    storage.baseAddress?.assumingMemoryBound(to: UInt8.self)
  )
  unsafe answer.pointee.byte_count = count
  unsafe answer.pointee.row_count = cursor.rowCount
  unsafe answer.pointee.owner = UnsafeMutableRawPointer(retained(owner))
}

private func makeWriter(_ buffers: AnswerBuffers) -> ByteWriter {
  if let storage = unsafe buffers.take() { return unsafe ByteWriter(adopting: storage) }
  return ByteWriter(capacity: 1 << 16)
}

extension RunOptions {
  /// Reads the caller's options; NULL means none.
  init(_ options: UnsafePointer<molt_run_options>?) {
    self.init()
    guard let options = unsafe options?.pointee else { return }
    let timeout = unsafe options.timeout_nanoseconds
    if timeout != 0 {
      let (deadline, isOverflow) = Self.now.addingReportingOverflow(timeout)
      self.deadline = isOverflow ? .max : deadline
    }
    unsafe self.rowLimit = options.row_limit
    unsafe self.byteLimit = options.byte_limit
    if let cancellation = unsafe options.cancellation {
      self.cancellation = unsafe borrowed(cancellation, as: Cancellation.self)
    }
  }
}
