internal import CMolt
internal import CMoltPython

/// Runs a statement of molt.h again and again with the same limits, for a builtin of Python.
///
/// Through ctypes the six arguments of `molt_statement_run` and the copy of its answer cost a tenth
/// of what 20 rows do, and more among other Python, whose caches they share.
@safe final class StatementRunner {
  typealias Run =
    @convention(c) (
      OpaquePointer?, UnsafePointer<UInt8>?, Int, UnsafePointer<molt_run_options>?,
      UnsafeMutablePointer<molt_answer>?, UnsafeMutablePointer<molt_error>?
    ) -> Int32
  typealias Release = @convention(c) (UnsafeMutablePointer<molt_answer>?) -> Void

  /// What one call writes into, kept for later ones: a thread has it to itself.
  @unsafe private struct Memory {
    var answer = unsafe molt_answer()
    var error = molt_error()
  }

  /// The largest answer whose memory is kept for the next one.
  private static let keptByteCount = 4 << 20

  private let run: Run
  private let release: Release
  private let statement: OpaquePointer?
  private let options: UnsafePointer<molt_run_options>?
  /// Makes an exception of a code, a sentence and an offset; the owner of this object keeps it.
  private let failure: PythonObject
  private var idle: [UnsafeMutablePointer<Memory>] = unsafe []

  /// Creates a runner; all of it has to outlive the runner.
  init(
    run: Run,
    release: Release,
    statement: OpaquePointer?,
    options: UnsafePointer<molt_run_options>?,
    failure: PythonObject
  ) {
    unsafe self.run = run
    unsafe self.release = release
    unsafe self.statement = statement
    unsafe self.options = options
    self.failure = failure
  }

  deinit {
    while let memory = unsafe idle.popLast() {
      unsafe release(&memory.pointee.answer)
      unsafe memory.deallocate()
    }
  }

  /// Runs the statement, without the GIL.
  ///
  /// - Parameter arguments: A bytes object.
  /// - Returns: The bytes of the answer, a new object.
  /// - Throws: ``PythonRaised`` with the exception that `failure` makes.
  func body(_ arguments: PythonObject) throws(PythonRaised) -> PythonObject {
    let start = unsafe PyBytes_AsString(arguments)
    guard let start = unsafe start else { throw PythonRaised() }
    let count = PyBytes_Size(arguments)
    let memory = unsafe takeMemory()
    defer { unsafe idle.append(memory) }
    // Safety: the caller keeps the bytes, which nobody can change; the memory is this call's alone.
    let thread = unsafe PyEval_SaveThread()
    let code = unsafe run(
      statement,
      UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
      count,
      options,
      &memory.pointee.answer,
      &memory.pointee.error
    )
    unsafe PyEval_RestoreThread(thread)
    guard code == 0 else { throw unsafe raise(code, memory.pointee.error) }
    let byteCount = unsafe memory.pointee.answer.byte_count
    let bytes = unsafe UnsafeBufferPointer(start: memory.pointee.answer.bytes, count: byteCount)
    let body = unsafe binary(bytes)
    if byteCount > Self.keptByteCount { unsafe release(&memory.pointee.answer) }
    return try owned(body)
  }

  private func takeMemory() -> UnsafeMutablePointer<Memory> {
    if let memory = unsafe idle.popLast() { return unsafe memory }
    let memory = UnsafeMutablePointer<Memory>.allocate(capacity: 1)
    unsafe memory.initialize(to: Memory())
    return unsafe memory
  }

  private func raise(_ code: Int32, _ error: molt_error) -> PythonRaised {
    let sentence = unsafe withUnsafeBytes(of: error.message) { message in
      let bytes = unsafe message.bindMemory(to: UInt8.self).prefix { $0 != 0 }
      return unsafe text(UnsafeBufferPointer(rebasing: bytes), errors: "replace")
    }
    let facts = [
      PyLong_FromLongLong(Int64(code)), sentence, PyLong_FromLongLong(error.offset),
    ]
    return MoltPython.raise(by: failure, facts)
  }
}
