internal import CMolt
internal import CMoltPlatform
internal import CMoltPython

/// Runs statements of `molt worker` over connected sockets, for a builtin of Python.
///
/// Through ctypes the nine arguments of `molt_worker_run_shared`, the options behind one of them and
/// the copy of the answer took a quarter of what a request for 20 rows takes.
@safe final class WorkerRunner {
  typealias Run =
    @convention(c) (
      Int32, UInt64, UInt64, OpaquePointer?, UnsafePointer<UInt8>?, Int,
      UnsafePointer<molt_run_options>?, UnsafeMutablePointer<molt_answer>?,
      UnsafeMutablePointer<molt_error>?
    ) -> Int32

  private let run: Run
  private let release: AnswerMemory.Release
  /// Makes an exception; the owner of this object keeps it.
  private let failure: PythonObject

  /// Creates a runner; what it gets has to outlive it.
  init(run: Run, release: AnswerMemory.Release, failure: PythonObject) {
    unsafe self.run = run
    unsafe self.release = release
    self.failure = failure
  }

  /// Sends a run and waits for its answer, without the GIL.
  ///
  /// - Parameter arguments: As ``_codecs.pyi`` lists them.
  /// - Returns: The bytes of the answer, a new object.
  /// - Throws: ``PythonRaised`` with what `failure` makes, or with what a signal's handler raises.
  func body(_ arguments: Arguments) throws(PythonRaised) -> PythonObject {
    try arguments.atMost(8)
    let descriptor = Int32(truncatingIfNeeded: try arguments.integer(0))
    let request = UInt64(try arguments.natural(1))
    let statement = UInt64(try arguments.natural(2))
    let shared = unsafe OpaquePointer(bitPattern: try arguments.integer(3))
    let input = try arguments.required(4)
    let bytes = unsafe PyBytes_AsString(input)
    guard let bytes = unsafe bytes else { throw PythonRaised() }
    let count = PyBytes_Size(input)
    var options = unsafe molt_run_options()
    unsafe options.timeout_nanoseconds = UInt64(try arguments.natural(5))
    unsafe options.row_limit = UInt64(try arguments.natural(6))
    unsafe options.byte_limit = UInt64(try arguments.natural(7))
    let wait = unsafe Wait(timeout: options.timeout_nanoseconds)
    let memory = unsafe Pools.takeAnswerMemory(release)
    defer { Pools.give(memory) }
    let first = unsafe UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self)
    var isSent = false
    while true {
      // Safety: the caller keeps the bytes, which nobody can change; the memory is this call's alone.
      let thread = unsafe PyEval_SaveThread()
      let code = unsafe run(
        descriptor,
        request,
        statement,
        shared,
        isSent ? nil : first,
        isSent ? 0 : count,
        &options,
        memory.answer,
        memory.error
      )
      unsafe PyEval_RestoreThread(thread)
      if code == 0 { break }
      guard code == Int32(MOLT_WORKER_INTERRUPTED) else { throw raise(code, memory) }
      if PyErr_CheckSignals() != 0 { throw PythonRaised() }
      // The wait goes on with what time is left.
      isSent = true
      unsafe options.timeout_nanoseconds = wait.left
    }
    defer { memory.shrink() }
    return try owned(unsafe binary(memory.bytes))
  }

  private func raise(_ code: Int32, _ memory: AnswerMemory) -> PythonRaised {
    let received = unsafe memory.answer.pointee.byte_count
    let kind = unsafe memory.error.pointee.code
    return MoltPython.raise(
      by: failure,
      [
        PyLong_FromLongLong(Int64(code)), PyLong_FromLongLong(Int64(kind)), memory.sentence,
        memory.offset, PyLong_FromLongLong(Int64(received)),
      ]
    )
  }
}

/// How long a run may still take.
private struct Wait {
  /// In nanoseconds; 0 for any time.
  let timeout: UInt64
  private let start = molt_monotonic_nanoseconds()

  init(timeout: UInt64) { self.timeout = timeout }

  /// What is left of the timeout: 1 when nothing is, and 0 without one.
  var left: UInt64 {
    if timeout == 0 { return 0 }
    let passed = molt_monotonic_nanoseconds() &- start
    return passed < timeout ? timeout - passed : 1
  }
}
