public import CMoltPython
internal import MoltBytes
internal import MoltJSON
internal import MoltTape

/// Implements `json_loads` of `_codecs.pyi`.
@c @implementation
public func moltpy_json_loads(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(7)
    let data = try arguments.required(0)
    let rules = BuildingRules(rawValue: try arguments.integer(1))
    return try loadJSON(data, rules, arguments)
  }
}

/// Makes the value of a document.
func loadJSON(
  _ data: PythonObject,
  _ rules: BuildingRules,
  _ arguments: Arguments
) throws(PythonRaised) -> PythonObject {
  let hooks = Hooks(json: arguments)
  let input: InputBytes
  do { input = try InputBytes(data) } catch {
    if rules.contains(.compatible), Slot.json_fallback.object.exists,
      PyErr_ExceptionMatches(moltpy_PyExc_UnicodeEncodeError()) != 0
    {
      PyErr_Clear()
      return try callFallback(arguments)
    }
    throw refusedSurrogates(data)
  }
  defer { input.release() }
  let reader = rules.contains(.uniqueKeys) ? KeptJSONParser(uniqueKeys: true) : Pools.takeJSON()
  defer { if !rules.contains(.uniqueKeys) { Pools.give(reader, after: input.count) } }
  let memory: TapeMemory
  do {
    memory = try input.withoutLock { (span) throws(JSONError) in try reader.parse(span) }
  } catch {
    if rules.contains(.compatible), Slot.json_fallback.object.exists {
      return try callFallback(arguments)
    }
    throw raised(error, data)
  }
  return try build(memory, rules, hooks)
}

/// Asks Python about a document that strict JSON refuses.
private func callFallback(_ arguments: Arguments) throws(PythonRaised) -> PythonObject {
  let count = 7
  let tuple = try owned(PyTuple_New(count))
  defer { tuple.release() }
  for index in 0..<count {
    let object = index < arguments.count ? try arguments.required(index) : .none
    try checked(PyTuple_SetItem(tuple, index, object.retained()))
  }
  return try owned(PyObject_CallObject(Slot.json_fallback.object, tuple))
}

/// Raises the exception for a str that is not JSON because it has no UTF-8, if that is why an
/// exception is set.
func refusedSurrogates(_ data: PythonObject) -> PythonRaised {
  guard PyErr_ExceptionMatches(moltpy_PyExc_UnicodeEncodeError()) != 0 else {
    return PythonRaised()
  }
  PyErr_Clear()
  let encoded = unsafe PyUnicode_AsEncodedString(data, "utf-8", "surrogatepass")
  guard encoded.exists else { return PythonRaised() }
  defer { encoded.release() }
  let bytes = unsafe UnsafeRawBufferPointer(
    start: PyBytes_AsString(encoded),
    count: PyBytes_Size(encoded)
  )
  let offset = unsafe zip(bytes, bytes.dropFirst()).enumerated().first { pair in
    pair.element.0 == 0xED && pair.element.1 >= 0xA0
  }
  return raise(
    by: .json_error,
    text("half a surrogate pair"),
    data.retained(),
    PyLong_FromLongLong(Int64(offset?.offset ?? 0))
  )
}

/// Raises the exception for a document that is not JSON.
func raised(_ error: JSONError, _ data: PythonObject) -> PythonRaised {
  raise(
    by: .json_error,
    text(error.reason),
    data.retained(),
    PyLong_FromLongLong(Int64(error.offset))
  )
}

/// Implements `json_dumps` of `_codecs.pyi`.
@c @implementation
public func moltpy_json_dumps(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(3)
    let object = try arguments.required(0)
    let rules = WritingRules(rawValue: try arguments.integer(1))
    if rules.hasAny(of: .textTypes) { try KnownTypes.load() }
    let sink = ObjectJSONSink(rules, appendingTo: Pools.takeWriter())
    var writer = ObjectWriter(sink, rules, fallback: arguments[2])
    try writer.write(object)
    let written = writer.takeSink()
    return try result(written.takeWriter(), rules)
  }
}

/// Makes what `json_dumps` answers, and gives the writer back.
func result(
  _ writer: consuming ByteWriter,
  _ rules: WritingRules
) throws(PythonRaised) -> PythonObject {
  if rules.contains(.newLine) { writer.append(0x0A) }
  let object = unsafe writer.span.withUnsafeBufferPointer { bytes in
    // Surrogates that stand alone get through where they are not escaped, as in Python's json.
    unsafe rules.contains(.resultBytes) ? binary(bytes) : text(bytes, errors: "surrogatepass")
  }
  Pools.give(writer)
  return try owned(object)
}
