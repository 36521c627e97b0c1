public import CMoltPython
internal import MoltBytes
internal import MoltJSON
internal import MoltTape

/// Implements `json_lines` of `_codecs.pyi`.
@c @implementation
public func moltpy_json_lines(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(7)
    let data = try arguments.required(0)
    let rules = BuildingRules(rawValue: try arguments.integer(1))
    let hooks = Hooks(json: arguments)
    let input: InputBytes
    do { input = try InputBytes(data) } catch { throw refusedSurrogates(data) }
    defer { input.release() }
    let list = try owned(PyList_New(0))
    do throws(PythonRaised) {
      let rests = !hooks.isAny && !rules.contains(.keepCollecting)
      try withoutCollecting(rests) { () throws(PythonRaised) in
        try appendDocuments(of: input, data, rules, hooks, to: list)
      }
      return list
    } catch {
      list.release()
      throw error
    }
  }
}

/// Appends the value of each document to a list.
private func appendDocuments(
  of input: InputBytes,
  _ data: PythonObject,
  _ rules: BuildingRules,
  _ hooks: Hooks,
  to list: PythonObject
) throws(PythonRaised) {
  let isUnique = rules.contains(.uniqueKeys)
  let parser = isUnique ? KeptJSONParser(uniqueKeys: true) : Pools.takeJSON()
  defer { if !isUnique { Pools.give(parser, after: input.count) } }
  // Safety: the input holds the bytes.
  let span = unsafe Span(_unsafeElements: input.bytes)
  var offset = afterSpace(span, 0)
  while offset < span.count {
    let memory: TapeMemory
    do {
      memory = try nextDocument(span, &offset, parser)
    } catch {
      let moved = JSONError(error.code, at: error.offset + offset, expected: error.expected)
      throw raised(moved, data)
    }
    var builder = ObjectBuilder(memory, rules, hooks, Pools.keys)
    let value = try builder.build(at: 0)
    defer { value.release() }
    try checked(PyList_Append(list, value))
    offset = afterSpace(span, offset)
  }
}

/// Parses the document at an offset and moves behind it.
///
/// Documents mostly take a line each. One that goes on behind its line, or ends before, is found by
/// where the parser says that its value ended.
private func nextDocument(
  _ span: Span<UInt8>,
  _ offset: inout Int,
  _ parser: KeptJSONParser
) throws(JSONError) -> TapeMemory {
  let start = offset
  var end = start
  while end < span.count, span[end] != 0x0A { end += 1 }
  for limit in [end, span.count] {
    do throws(JSONError) {
      let memory = try parser.parse(span.extracting(start..<limit))
      offset = limit
      return memory
    } catch {
      if error.code == .trailingData {
        offset = start + error.offset
        do { return try parser.parse(span.extracting(start..<offset)) } catch {
          offset = start
          throw error
        }
      }
      if limit == span.count { throw error }
    }
  }
  throw JSONError(.empty, at: 0)
}

private func afterSpace(_ span: Span<UInt8>, _ start: Int) -> Int {
  var offset = start
  while offset < span.count, [0x20, 0x09, 0x0A, 0x0D].contains(span[offset]) { offset += 1 }
  return offset
}

/// Implements `json_dump_lines` of `_codecs.pyi`.
@c @implementation
public func moltpy_json_dump_lines(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(3)
    let values = try owned(PyObject_GetIter(try arguments.required(0)))
    defer { values.release() }
    let rules = WritingRules(rawValue: try arguments.integer(1))
    if rules.hasAny(of: .textTypes) { try KnownTypes.load() }
    guard rules.indent == nil else {
      throw raise(moltpy_PyExc_ValueError(), "a document of a line has no indent")
    }
    let sink = ObjectJSONSink(rules, appendingTo: Pools.takeWriter())
    var writer = ObjectWriter(sink, rules, fallback: arguments[2])
    while true {
      let value = PyIter_Next(values)
      guard value.exists else { break }
      defer { value.release() }
      try writer.write(value)
      writer.sink.endLine()
    }
    if PyErr_Occurred().exists { throw PythonRaised() }
    let written = writer.takeSink()
    return try result(written.takeLines(), rules)
  }
}
