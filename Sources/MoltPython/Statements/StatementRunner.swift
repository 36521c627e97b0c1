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

  private let run: Run
  private let release: AnswerMemory.Release
  private let statement: OpaquePointer?
  private let options: UnsafePointer<molt_run_options>?
  /// Makes an exception of a code, a sentence and an offset; the owner of this object keeps it.
  private let failure: PythonObject

  /// Creates a runner; all of it has to outlive the runner.
  init(
    run: Run,
    release: AnswerMemory.Release,
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

  /// Runs the statement, without the GIL.
  ///
  /// - Parameter arguments: A bytes object.
  /// - Returns: The bytes of the answer, a new object.
  /// - Throws: ``PythonRaised`` with the exception that `failure` makes.
  func body(_ arguments: PythonObject) throws(PythonRaised) -> PythonObject {
    let start = unsafe PyBytes_AsString(arguments)
    guard let start = unsafe start else { throw PythonRaised() }
    let count = PyBytes_Size(arguments)
    let memory = unsafe Pools.takeAnswerMemory(release)
    defer { Pools.give(memory) }
    // Safety: the caller keeps the bytes, which nobody can change; the memory is this call's alone.
    let thread = unsafe PyEval_SaveThread()
    let code = unsafe run(
      statement,
      UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
      count,
      options,
      memory.answer,
      memory.error
    )
    unsafe PyEval_RestoreThread(thread)
    guard code == 0 else {
      throw raise(by: failure, [PyLong_FromLongLong(Int64(code)), memory.sentence, memory.offset])
    }
    defer { memory.shrink() }
    return try owned(unsafe binary(memory.bytes))
  }
}
