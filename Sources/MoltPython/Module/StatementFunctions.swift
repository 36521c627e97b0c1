internal import CMolt
public import CMoltPython

/// Implements `statement_runner` of `_codecs.pyi`.
@c @implementation
public func moltpy_statement_runner(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(6)
    let failure = try arguments.required(5)
    guard let run = unsafe UnsafeRawPointer(bitPattern: try arguments.integer(0)),
      let release = unsafe UnsafeRawPointer(bitPattern: try arguments.integer(1))
    else { throw raise(moltpy_PyExc_ValueError(), "the functions of libmolt are needed") }
    // Safety: the caller says that these are the functions and objects of molt.h.
    let runner = unsafe StatementRunner(
      run: unsafeBitCast(run, to: StatementRunner.Run.self),
      release: unsafeBitCast(release, to: AnswerMemory.Release.self),
      statement: OpaquePointer(bitPattern: try arguments.integer(2)),
      options: UnsafePointer(bitPattern: try arguments.integer(3)),
      failure: failure
    )
    let owner = try pair(try arguments.required(4), failure)
    return try builtin(of: runner, owner: owner, moltpy_create_statement_run)
  }
}

/// Implements `worker_runner` of `_codecs.pyi`.
@c @implementation
public func moltpy_worker_runner(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(4)
    let failure = try arguments.required(3)
    guard let run = unsafe UnsafeRawPointer(bitPattern: try arguments.integer(0)),
      let release = unsafe UnsafeRawPointer(bitPattern: try arguments.integer(1))
    else { throw raise(moltpy_PyExc_ValueError(), "the functions of libmolt are needed") }
    // Safety: the caller says that these are the functions of molt.h.
    let runner = unsafe WorkerRunner(
      run: unsafeBitCast(run, to: WorkerRunner.Run.self),
      release: unsafeBitCast(release, to: AnswerMemory.Release.self),
      failure: failure
    )
    return try builtin(
      of: runner,
      owner: try pair(try arguments.required(2), failure),
      moltpy_create_worker_run
    )
  }
}

/// A new tuple of two borrowed objects.
private func pair(
  _ first: PythonObject,
  _ second: PythonObject
) throws(PythonRaised) -> PythonObject {
  let both = try owned(PyTuple_New(2))
  PyTuple_SetItem(both, 0, first.retained())
  PyTuple_SetItem(both, 1, second.retained())
  return both
}

/// Implements `argument_binder` of `_codecs.pyi`.
@c @implementation
public func moltpy_argument_binder(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(1)
    // A tuple's items are there for as long as it is.
    let given = try arguments.required(0)
    guard given.type == moltpy_PyTuple_Type() else {
      throw raise(moltpy_PyExc_TypeError(), "a tuple is needed, not \(typeName(of: given))")
    }
    var parts: [ArgumentBinder.Part] = []
    for index in 0..<PyTuple_Size(given) { parts.append(try part(PyTuple_GetItem(given, index))) }
    let binder = ArgumentBinder(parts)
    return try builtin(of: binder, owner: given.retained(), moltpy_create_arguments_bind)
  }
}

/// Bytes, or a tuple of a name and the least number, which is None for a str.
private func part(_ object: PythonObject) throws(PythonRaised) -> ArgumentBinder.Part {
  if object.type == moltpy_PyBytes_Type() {
    let input = try InputBytes(keeping: object)
    defer { input.release() }
    return .bytes(unsafe Array(input.bytes))
  }
  guard object.type == moltpy_PyTuple_Type(), PyTuple_Size(object) == 2 else {
    throw raise(moltpy_PyExc_TypeError(), "bytes or a pair is needed, not \(typeName(of: object))")
  }
  var place = ArgumentBinder.Place(name: PyTuple_GetItem(object, 0), minimum: nil)
  let minimum = PyTuple_GetItem(object, 1)
  if !minimum.isNone {
    var overflow: Int32 = 0
    place.minimum = unsafe PyLong_AsLongLongAndOverflow(minimum, &overflow)
    if PyErr_Occurred().exists { throw PythonRaised() }
  }
  return .place(place)
}

/// Makes a builtin that calls a Swift object.
///
/// - Parameters:
///   - swift: The object.
///   - owner: What it uses of Python; owned.
///   - make: Makes the builtin of what holds both.
/// - Returns: A new reference.
/// - Throws: ``PythonRaised`` without memory.
private func builtin(
  of swift: AnyObject,
  owner: PythonObject,
  _ make: (PythonObject) -> PythonObject
) throws(PythonRaised) -> PythonObject {
  let kept = PyType_GenericAlloc(Slot.keptType.object, 0)
  guard kept.exists else {
    owner.release()
    throw PythonRaised()
  }
  let payload = unsafe payloadOf(kept)
  unsafe payload.pointee.swift = Unmanaged.passRetained(swift).toOpaque()
  unsafe payload.pointee.owner = owner
  defer { kept.release() }
  return try owned(make(kept))
}

/// Implements the builtin of ``StatementRunner``.
@c @implementation
public func moltpy_statement_run(_ this: moltpy_object, _ arguments: moltpy_object) -> moltpy_object
{
  answer { () throws(PythonRaised) in
    let payload = unsafe payloadOf(this)
    let runner = unsafe Unmanaged<StatementRunner>.fromOpaque(payload.pointee.swift)
    return try unsafe runner.takeUnretainedValue().body(arguments)
  }
}

/// Implements the builtin of ``WorkerRunner``.
@c @implementation
public func moltpy_worker_run(
  _ this: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let payload = unsafe payloadOf(this)
    let runner = unsafe Unmanaged<WorkerRunner>.fromOpaque(payload.pointee.swift)
    return try unsafe runner.takeUnretainedValue().body(Arguments(arguments, count: count))
  }
}

/// Implements the builtin of ``ArgumentBinder``.
@c @implementation
public func moltpy_arguments_bind(_ this: moltpy_object, _ values: moltpy_object) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let payload = unsafe payloadOf(this)
    let binder = unsafe Unmanaged<ArgumentBinder>.fromOpaque(payload.pointee.swift)
    return try unsafe binder.takeUnretainedValue().arguments(values)
  }
}
