public import CMolt
internal import CMoltPlatform
internal import MoltBytes
internal import MoltErrors
internal import MoltMessagePack
internal import MoltRows

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
    let database = unsafe EngineDatabase(behind: database)
    let shape = try decodeShape(unsafe borrowed(shape, shape_count))
    let sqlBytes = unsafe UnsafeRawBufferPointer(start: sql, count: sql_count)
    let text = unsafe String(decoding: sqlBytes, as: UTF8.self)
    unsafe statement.pointee = retained(try database.prepare(sql: text, shape: shape).object)
  }
}

/// Implements `molt_statement_release`, documented in molt.h.
@c @implementation
public func molt_statement_release(_ statement: OpaquePointer!) {
  unsafe release(statement, as: AnyObject.self)
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
    let statement = unsafe EngineStatement(behind: statement)
    let arguments = unsafe borrowed(arguments, arguments_count)
    let cursor = try openCursor(statement, arguments, unsafe RunOptions(options))
    unsafe try writeAnswer(cursor, byteCount: .max, to: answer)
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
  _ statement: EngineStatement,
  _ arguments: Span<UInt8>,
  _ options: RunOptions
) throws(MoltError) -> EngineCursor {
  let decoded: RunArguments
  do { decoded = try RunArguments(decoding: arguments) } catch {
    throw MoltError(error, in: "the arguments of the run")
  }
  return try statement.open(decoded, options)
}

/// Writes the next piece of a run into the answer's memory.
func writeAnswer(
  _ cursor: EngineCursor,
  byteCount: Int,
  to answer: UnsafeMutablePointer<molt_answer>
) throws(MoltError) {
  let handle = unsafe answerHandle(of: answer)
  handle.writer.removeAll()
  // Bounded, so that the end of a piece cannot overflow.
  let pieceByteCount = min(byteCount, 1 << 60)
  try cursor.next(into: &handle.writer, byteCount: pieceByteCount)
  unsafe write(handle, rowCount: cursor.rowCount, to: answer)
}

/// Tells the caller where an answer stands.
func write(
  _ handle: AnswerHandle,
  offset: Int = 0,
  rowCount: UInt64,
  to answer: UnsafeMutablePointer<molt_answer>
) {
  // Safety: the handle keeps the memory where it is until the answer's next use or release.
  unsafe answer.pointee.bytes = handle.writer.start + offset
  unsafe answer.pointee.byte_count = handle.writer.count - offset
  unsafe answer.pointee.row_count = rowCount
}

/// What an answer owns already, or owns from here on.
func answerHandle(of answer: UnsafeMutablePointer<molt_answer>) -> AnswerHandle {
  if let owner = unsafe answer.pointee.owner {
    return unsafe borrowed(OpaquePointer(owner), as: AnswerHandle.self)
  }
  let handle = AnswerHandle()
  unsafe answer.pointee.owner = UnsafeMutableRawPointer(retained(handle))
  return handle
}

extension RunOptions {
  /// Reads the caller's options; NULL means none.
  init(_ options: UnsafePointer<molt_run_options>?) {
    self.init()
    guard let options = unsafe options?.pointee else { return }
    let timeout = unsafe options.timeout_nanoseconds
    if timeout != 0 {
      let now = molt_monotonic_nanoseconds()
      let (deadline, isOverflow) = now.addingReportingOverflow(timeout)
      self.deadline = isOverflow ? .max : deadline
    }
    unsafe self.rowLimit = options.row_limit
    unsafe self.byteLimit = options.byte_limit
    if let cancellation = unsafe options.cancellation {
      self.cancellation = unsafe borrowed(cancellation, as: Cancellation.self)
    }
  }
}
