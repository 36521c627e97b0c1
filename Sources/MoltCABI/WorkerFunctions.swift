public import CMolt
internal import MoltBytes
internal import MoltErrors
internal import MoltWorkerClient

/// Implements `molt_worker_run`, documented in molt.h.
@c @implementation
public func molt_worker_run(
  _ socket: Int32,
  _ request: UInt64,
  _ statement: UInt64,
  _ arguments: UnsafePointer<UInt8>!,
  _ arguments_count: Int,
  _ options: UnsafePointer<molt_run_options>!,
  _ answer: UnsafeMutablePointer<molt_answer>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe run(
    socket,
    request,
    statement,
    nil,
    arguments,
    arguments_count,
    options,
    answer,
    error
  )
}

/// Implements `molt_worker_run_shared`, documented in molt.h.
@c @implementation
public func molt_worker_run_shared(
  _ socket: Int32,
  _ request: UInt64,
  _ statement: UInt64,
  _ memory: OpaquePointer!,
  _ arguments: UnsafePointer<UInt8>!,
  _ arguments_count: Int,
  _ options: UnsafePointer<molt_run_options>!,
  _ answer: UnsafeMutablePointer<molt_answer>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  let memory = unsafe memory.map { unsafe borrowed($0, as: BorrowedMemory.self) }
  return unsafe run(
    socket,
    request,
    statement,
    memory,
    arguments,
    arguments_count,
    options,
    answer,
    error
  )
}

/// Implements `molt_worker_share`, documented in molt.h.
@c @implementation
public func molt_worker_share(
  _ socket: Int32,
  _ request: UInt64,
  _ timeout_nanoseconds: UInt64,
  _ memory: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  var call = WorkerExchange.Request(id: request, statement: 0)
  call.timeout = timeout_nanoseconds
  var exchange = WorkerExchange(descriptor: socket, call)
  do throws(WorkerExchange.Failure) {
    unsafe memory.pointee = retained(try exchange.share())
    return ErrorCode.ok.rawValue
  } catch let failure {
    return unsafe report(failure, to: error)
  }
}

/// Implements `molt_worker_memory_release`, documented in molt.h.
@c @implementation
public func molt_worker_memory_release(_ memory: OpaquePointer!) {
  if let memory = unsafe memory { unsafe release(memory, as: BorrowedMemory.self) }
}

private func run(
  _ socket: Int32,
  _ request: UInt64,
  _ statement: UInt64,
  _ memory: BorrowedMemory?,
  _ arguments: UnsafePointer<UInt8>?,
  _ arguments_count: Int,
  _ options: UnsafePointer<molt_run_options>?,
  _ answer: UnsafeMutablePointer<molt_answer>,
  _ error: UnsafeMutablePointer<molt_error>?
) -> Int32 {
  var call = WorkerExchange.Request(id: request, statement: statement)
  call.sharedByteCount = memory?.byteCount ?? 0
  call.workerCore = memory?.writerCore ?? -1
  if let options = unsafe options?.pointee {
    unsafe call.timeout = options.timeout_nanoseconds
    unsafe call.rowLimit = options.row_limit
    unsafe call.byteLimit = options.byte_limit
  }
  let handle = unsafe answerHandle(of: answer)
  handle.writer.removeAll()
  var exchange = WorkerExchange(descriptor: socket, call)
  do throws(WorkerExchange.Failure) {
    let result =
      if let arguments = unsafe arguments {
        try exchange.run(unsafe borrowed(arguments, arguments_count), into: &handle.writer)
      } else {
        try exchange.receive(into: &handle.writer)
      }
    unsafe write(handle, offset: result.offset, rowCount: result.rowCount, to: answer)
    if let memory, let byteCount = exchange.sharedByteCount {
      unsafe answer.pointee.bytes = memory.start
      unsafe answer.pointee.byte_count = byteCount
    }
    return ErrorCode.ok.rawValue
  } catch let failure {
    unsafe answer.pointee.byte_count = handle.writer.count
    return unsafe report(failure, to: error)
  }
}

/// Tells the caller why there is no answer.
private func report(
  _ failure: WorkerExchange.Failure,
  to error: UnsafeMutablePointer<molt_error>?
) -> Int32 {
  switch failure {
  case .interrupted: return Int32(MOLT_WORKER_INTERRUPTED)
  case .silent: return Int32(MOLT_WORKER_SILENT)
  case .mismatch: return Int32(MOLT_WORKER_MISMATCH)
  case .lost(let number):
    unsafe error?.pointee.offset = Int64(number)
    return Int32(MOLT_WORKER_LOST)
  case .tooLarge(let reason):
    _ = unsafe reporting(to: error) { () throws(MoltError) in throw reason }
    return Int32(MOLT_WORKER_TOO_LARGE)
  case .refused(let reason):
    return unsafe reporting(to: error) { () throws(MoltError) in throw reason }
  }
}
