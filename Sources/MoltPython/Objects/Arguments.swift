internal import CMoltPython

/// The positional arguments of a call, borrowed for as long as it runs.
@safe struct Arguments {
  private let start: UnsafePointer<PythonObject>?
  let count: Int

  init(_ start: UnsafePointer<PythonObject>?, count: Int) {
    unsafe self.start = start
    self.count = count
  }

  /// An argument; missing where it is None or was not given.
  subscript(index: Int) -> PythonObject {
    guard index < count, let start = unsafe start else { return .missing }
    return unsafe argument(start[index])
  }

  /// An argument that has to be there, also as None.
  func required(_ index: Int) throws(PythonRaised) -> PythonObject {
    guard index < count, let start = unsafe start else {
      throw raise(moltpy_PyExc_TypeError(), "\(index + 1) arguments are needed, not \(count)")
    }
    return unsafe start[index]
  }

  /// An integer; 0 where it is missing.
  func integer(_ index: Int) throws(PythonRaised) -> Int {
    let object = self[index]
    guard object.exists else { return 0 }
    var overflow: Int32 = 0
    let value = unsafe PyLong_AsLongLongAndOverflow(object, &overflow)
    if value == -1, PyErr_Occurred().exists { throw PythonRaised() }
    return Int(value)
  }

  /// An integer that is not negative, the largest one for larger ones; 0 where it is missing.
  func natural(_ index: Int) throws(PythonRaised) -> Int {
    let object = self[index]
    guard object.exists else { return 0 }
    var overflow: Int32 = 0
    let value = unsafe PyLong_AsLongLongAndOverflow(object, &overflow)
    if overflow > 0 { return .max }
    if value >= 0 { return Int(value) }
    if overflow == 0, PyErr_Occurred().exists { throw PythonRaised() }
    throw raise(moltpy_PyExc_OverflowError(), "a limit must not be negative")
  }

  /// Raises if there are more arguments than the function takes.
  func atMost(_ most: Int) throws(PythonRaised) {
    guard count > most else { return }
    throw raise(moltpy_PyExc_TypeError(), "\(most) arguments at most, not \(count)")
  }
}

/// Answers a function of the module: an object, or none after an exception.
@inline(__always)
func answer(_ body: () throws(PythonRaised) -> PythonObject) -> PythonObject {
  do { return try body() } catch { return .missing }
}
