public import CMoltPython
internal import MoltCBOR
internal import MoltMessagePack
internal import MoltTape

/// Implements `msgpack_loads` of `_codecs.pyi`.
@c @implementation
public func moltpy_msgpack_loads(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(7)
    return try loadMessagePack(arguments, 1, from: nil)
  }
}

/// Implements `msgpack_loads_from` of `_codecs.pyi`.
@c @implementation
public func moltpy_msgpack_loads_from(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(8)
    return try loadMessagePack(arguments, 2, from: try arguments.integer(1))
  }
}

/// Implements `cbor_loads` of `_codecs.pyi`.
@c @implementation
public func moltpy_cbor_loads(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(4)
    return try loadCBOR(arguments, 1, from: nil)
  }
}

/// Implements `cbor_loads_from` of `_codecs.pyi`.
@c @implementation
public func moltpy_cbor_loads_from(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(5)
    return try loadCBOR(arguments, 2, from: try arguments.integer(1))
  }
}

/// Reads a message: the flags are the argument `first`, and hooks follow.
///
/// `offset` says where the value starts, and that its end is answered too; nil for all of the data.
private func loadMessagePack(
  _ arguments: Arguments,
  _ first: Int,
  from offset: Int?
) throws(PythonRaised) -> PythonObject {
  let rules = BuildingRules(rawValue: try arguments.integer(first))
  var hooks = Hooks()
  hooks.object = arguments[first + 1]
  hooks.pairs = arguments[first + 2]
  hooks.list = arguments[first + 3]
  hooks.ext = arguments[first + 4]
  let sizes = arguments[first + 5]
  let data = try arguments.required(0)
  let input = try InputBytes(data)
  defer { input.release() }
  var limits = MessagePackLimits()
  limits.uniqueKeys = rules.contains(.uniqueKeys)
  limits.checksUTF8 = !rules.contains(.raw)
  let reader = Pools.takeMessagePack()
  defer { Pools.give(reader, after: input.count) }
  var end = offset ?? 0
  guard end >= 0, end <= input.count else {
    throw raise(moltpy_PyExc_ValueError(), "the offset is outside the data")
  }
  let memory: TapeMemory
  let wordCount: Int
  do {
    (memory, wordCount) = try input.withoutLock { (span) throws(MessagePackError) in
      try reader.parse(span, limits, at: &end, isWhole: offset == nil)
    }
  } catch {
    if sizes.exists, case .endOfInput = error {
      // What has come may be too large by itself: who waits for the rest would wait in vain.
      var skipped = Skipped(offset: offset ?? 0, pending: 1, needed: 0)
      try skipped.advance(in: data, try SizeLimits(sizes))
    }
    throw raised(error, data)
  }
  if sizes.exists {
    try SizeLimits(sizes).check(memory, wordCount, data)
  }
  let value = try build(memory, rules, hooks)
  return offset == nil ? value : try pair(value, end)
}

private func loadCBOR(
  _ arguments: Arguments,
  _ first: Int,
  from offset: Int?
) throws(PythonRaised) -> PythonObject {
  let rules = BuildingRules(rawValue: try arguments.integer(first))
  var hooks = Hooks()
  hooks.object = arguments[first + 1]
  hooks.tag = arguments[first + 2]
  let data = try arguments.required(0)
  let input = try InputBytes(data)
  defer { input.release() }
  var limits = CBORLimits()
  limits.uniqueKeys = rules.contains(.uniqueKeys)
  let reader = Pools.takeCBOR()
  defer { Pools.give(reader, after: input.count) }
  var end = offset ?? 0
  guard end >= 0, end <= input.count else {
    throw raise(moltpy_PyExc_ValueError(), "the offset is outside the data")
  }
  let memory: TapeMemory
  do {
    memory = try input.withoutLock { (span) throws(CBORError) in
      try reader.parse(span, limits, at: &end, isWhole: offset == nil)
    }
  } catch {
    throw raised(error, data)
  }
  try KnownTypes.load()
  let value = try build(memory, rules, hooks)
  return offset == nil ? value : try pair(value, end)
}

/// Makes the value of a whole tape.
func build(
  _ memory: TapeMemory,
  _ rules: BuildingRules,
  _ hooks: Hooks
) throws(PythonRaised) -> PythonObject {
  var builder = ObjectBuilder(memory, rules, hooks, Pools.keys)
  // Tags and extensions are made by functions of Python's.
  let isQuiet = !hooks.isAny && memory.format == .json
  return try withoutCollecting(isQuiet && !rules.contains(.keepCollecting)) {
    () throws(PythonRaised) in try builder.build(at: 0)
  }
}

/// A tuple of a value, which is given away, and an offset.
private func pair(_ value: PythonObject, _ offset: Int) throws(PythonRaised) -> PythonObject {
  let tuple = PyTuple_New(2)
  guard tuple.exists else {
    value.release()
    throw PythonRaised()
  }
  try checked(PyTuple_SetItem(tuple, 0, value))
  try checked(PyTuple_SetItem(tuple, 1, PyLong_FromLongLong(Int64(offset))))
  return tuple
}

/// Raises the exception for data that is not MessagePack.
func raised(_ error: MessagePackError, _ data: PythonObject) -> PythonRaised {
  let kind =
    switch error {
    case .endOfInput: "truncated"
    case .trailingData: "trailing"
    case .tooDeep: "depth"
    case .tooLong: "limit"
    case .duplicateKey: "key"
    default: "invalid"
    }
  return raise(
    by: .msgpack_error,
    text(error.message),
    data.retained(),
    PyLong_FromLongLong(Int64(kind == "truncated" ? PyObject_Size(data) : error.offset)),
    text(kind)
  )
}

/// Raises the exception for data that is not CBOR.
func raised(_ error: CBORError, _ data: PythonObject) -> PythonRaised {
  let kind =
    switch error {
    case .endOfInput: "truncated"
    case .trailingData: "trailing"
    case .tooDeep: "depth"
    case .tooLong: "limit"
    case .duplicateKey: "key"
    default: "invalid"
    }
  return raise(
    by: .cbor_error,
    text(error.message),
    data.retained(),
    PyLong_FromLongLong(Int64(kind == "truncated" ? PyObject_Size(data) : error.offset)),
    text(kind)
  )
}
