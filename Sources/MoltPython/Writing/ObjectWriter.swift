internal import CMoltPython
internal import MoltBytes
internal import MoltTape

/// Writes Python objects to a sink.
///
/// The types that documents are made of are told apart by their addresses; everything else, which
/// may run code of Python's, is in `ObjectWriter+Others.swift`. That code can change the very
/// container that is being written: containers are kept alive while they are, and each element is
/// taken by a checked access. Nesting ends at ``deepest``, so that recursion is bounded.
struct ObjectWriter<Sink: ObjectSink & ~Copyable>: ~Copyable {
  /// How many containers may be open.
  static var deepest: Int { 1024 }

  var sink: Sink
  let rules: WritingRules
  /// What writes the objects that the format has no room for; missing for nothing.
  let fallback: PythonObject
  /// Texts that are made here.
  var scratch = Pools.takeScratch()
  var depth = 0

  init(_ sink: consuming Sink, _ rules: WritingRules, fallback: PythonObject) {
    self.sink = sink
    self.rules = rules
    self.fallback = fallback
  }

  /// Gives the sink back.
  consuming func takeSink() -> Sink {
    Pools.give(scratch: scratch)
    return sink
  }

  /// Writes an object and all that it holds.
  ///
  /// `object`: borrowed, and held by somebody else until no code of Python's can have run.
  mutating func write(_ object: PythonObject) throws(PythonRaised) {
    let type = object.type
    if type == moltpy_PyUnicode_Type() { return try writeText(object) }
    if type == moltpy_PyLong_Type() { return try writeInteger(object) }
    if type == moltpy_PyFloat_Type() { return try writeFloat(PyFloat_AsDouble(object)) }
    if type == moltpy_PyDict_Type() { return try writeDict(object) }
    if type == moltpy_PyList_Type() { return try writeList(object) }
    if object.isNone {
      do { return try sink.appendNull() } catch { throw Sink.raised(error) }
    }
    if type == moltpy_PyBool_Type() {
      let isTrue = object == moltpy__Py_TrueStruct()
      do { return try sink.append(isTrue) } catch { throw Sink.raised(error) }
    }
    if type == moltpy_PyTuple_Type() && !refusesTuples { return try writeTuple(object) }
    try writeOther(object)
  }

  /// Calls the sink and raises what it fails with.
  @inline(__always)
  mutating func emit(_ body: (inout Sink) throws(Sink.Failure) -> Void) throws(PythonRaised) {
    do { try body(&sink) } catch { throw Sink.raised(error) }
  }

  /// Calls the sink with what stands in `scratch`.
  @inline(__always)
  mutating func emitScratch(
    _ body: (inout Sink, Span<UInt8>) throws(Sink.Failure) -> Void
  ) throws(PythonRaised) {
    // Safety: nothing is appended to `scratch` meanwhile.
    let made = unsafe Span<UInt8>(_unsafeStart: scratch.start, count: scratch.count)
    do { try body(&sink, made) } catch { throw Sink.raised(error) }
  }

  // MARK: Scalars

  @inline(__always)
  mutating func writeText(_ object: PythonObject) throws(PythonRaised) {
    var count = 0
    guard let start = unsafe PyUnicode_AsUTF8AndSize(object, &count) else {
      return try writeSurrogates(object, isKey: false)
    }
    // Safety: the object holds the bytes, and nothing of Python runs before they are written.
    let text = unsafe Span<UInt8>(
      _unsafeStart: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
      count: count
    )
    if Sink.format == .messagePack, _slowPath(rules.contains(.oldTypes)) {
      do { try sink.append(binary: text, rules) } catch { throw Sink.raised(error) }
      return
    }
    do { try sink.append(text: text) } catch { throw Sink.raised(error) }
  }

  @inline(__always)
  mutating func writeInteger(_ object: PythonObject) throws(PythonRaised) {
    var overflow: Int32 = 0
    let value = unsafe PyLong_AsLongLongAndOverflow(object, &overflow)
    if _slowPath(overflow != 0) { return try writeBigInteger(object) }
    do { try sink.append(value) } catch { throw Sink.raised(error) }
  }

  @inline(__always)
  mutating func writeFloat(_ value: Double) throws(PythonRaised) {
    let rules = rules
    if Sink.format == .messagePack, _slowPath(rules.contains(.singleFloats)), value.isFinite,
      Float(value).isInfinite
    {
      throw raise(moltpy_PyExc_OverflowError(), "float too large to pack with f format")
    }
    if Sink.format == .json, _slowPath(!value.isFinite), !rules.hasAny(of: .nanValues) {
      throw notCompliant(value)
    }
    try emit { (sink) throws(Sink.Failure) in try sink.append(float: value, rules) }
  }

  /// Writes two float objects that stand side by side, which takes less time than one and the other.
  @inline(__always)
  private mutating func writeFloats(
    _ first: PythonObject,
    _ second: PythonObject
  ) throws(PythonRaised) {
    let values = (PyFloat_AsDouble(first), PyFloat_AsDouble(second))
    guard _fastPath(values.0.isFinite && values.1.isFinite) else {
      try writeFloat(values.0)
      return try writeFloat(values.1)
    }
    let rules = rules
    try emit { (sink) throws(Sink.Failure) in try sink.append(floats: values.0, values.1, rules) }
  }

  // MARK: Containers

  mutating func writeList(_ list: PythonObject) throws(PythonRaised) {
    try enter(list)
    defer { leave(list) }
    let announced = PyList_Size(list)
    do { try sink.beginArray(count: announced) } catch { throw Sink.raised(error) }
    // The list may become longer and shorter; formats that have begun with a count refuse that.
    var count = announced
    var index = 0
    while index < count {
      let object = PyList_GetItem(list, index)
      guard _fastPath(object.exists) else {
        PyErr_Clear()
        break
      }
      index &+= 1
      if Sink.format == .json, object.type == moltpy_PyFloat_Type(), index < count {
        let next = PyList_GetItem(list, index)
        if next.exists, next.type == moltpy_PyFloat_Type() {
          try writeFloats(object, next)
          index &+= 1
          continue
        }
      }
      try write(object)
      if Sink.format == .json, index == count { count = PyList_Size(list) }
    }
    if Sink.format != .json, index != announced || PyList_Size(list) != announced {
      throw changed()
    }
    do { try sink.endArray() } catch { throw Sink.raised(error) }
  }

  mutating func writeTuple(_ tuple: PythonObject) throws(PythonRaised) {
    try enter(tuple)
    defer { leave(tuple) }
    let count = PyTuple_Size(tuple)
    do { try sink.beginArray(count: count) } catch { throw Sink.raised(error) }
    for index in 0..<count { try write(PyTuple_GetItem(tuple, index)) }
    do { try sink.endArray() } catch { throw Sink.raised(error) }
  }

  mutating func writeDict(_ dict: PythonObject) throws(PythonRaised) {
    if Sink.format == .json, _slowPath(rules.contains(.sortKeys)) {
      return try writeSortedDict(dict)
    }
    try enter(dict)
    defer { leave(dict) }
    let count = PyDict_Size(dict)
    do { try sink.beginMap(count: count) } catch { throw Sink.raised(error) }
    var place = 0
    var key = PythonObject.missing
    var value = PythonObject.missing
    var left = count
    while unsafe PyDict_Next(dict, &place, &key, &value) != 0 {
      left &-= 1
      if left < 0 { break }
      if Sink.format == .json, value.type == moltpy_PyUnicode_Type() {
        switch append(knownKey: key, text: value) {
        case .both: continue
        case .key:
          try writeText(value)
          continue
        case .none: break
        }
      }
      guard key.type == moltpy_PyUnicode_Type() else {
        // A key that is written by code of Python's may end the value's only reference.
        value.retained()
        defer { value.release() }
        if try writeOtherKey(key) { try write(value) }
        continue
      }
      try writeKeyText(key)
      if value.type == moltpy_PyUnicode_Type() {
        try writeText(value)
      } else {
        try write(value)
      }
    }
    if left != 0 { throw changed() }
    do { try sink.endMap() } catch { throw Sink.raised(error) }
  }

  /// Writes a pair as far as that takes no second look.
  @inline(__always)
  private mutating func append(
    knownKey key: PythonObject,
    text value: PythonObject
  ) -> KnownParts {
    var count = 0
    guard let start = unsafe PyUnicode_AsUTF8AndSize(value, &count) else {
      // It is asked for again, behind its key.
      PyErr_Clear()
      return .none
    }
    // Safety: as for texts.
    let text = unsafe Span<UInt8>(
      _unsafeStart: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
      count: count
    )
    return sink.append(knownKey: key, text: text)
  }

  @inline(__always)
  mutating func writeKeyText(_ key: PythonObject) throws(PythonRaised) {
    if sink.append(knownKey: key) { return }
    var count = 0
    guard let start = unsafe PyUnicode_AsUTF8AndSize(key, &count) else {
      return try writeSurrogates(key, isKey: true)
    }
    // Safety: as for texts.
    let text = unsafe Span<UInt8>(
      _unsafeStart: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
      count: count
    )
    if Sink.format == .messagePack, _slowPath(rules.contains(.oldTypes)) {
      do { try sink.append(binary: text, rules) } catch { throw Sink.raised(error) }
      return
    }
    do { try sink.append(newKey: key, text) } catch { throw Sink.raised(error) }
  }

  /// Keeps a container alive and counts it.
  @inline(__always)
  mutating func enter(_ container: PythonObject) throws(PythonRaised) {
    if _slowPath(depth >= Self.deepest) { throw tooDeep() }
    depth &+= 1
    container.retained()
  }

  @inline(__always)
  mutating func leave(_ container: PythonObject) {
    depth &-= 1
    container.release()
  }

  /// Raises what Python's json raises for NaN and the infinities; since 3.12 it names them.
  @inline(never)
  private func notCompliant(_ value: Double) -> PythonRaised {
    let message = "Out of range float values are not JSON compliant"
    let name = value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
    let isNamed = moltpy_minor_version() >= 12
    return raise(moltpy_PyExc_ValueError(), isNamed ? "\(message): \(name)" : message)
  }

  func tooDeep() -> PythonRaised {
    raise(
      moltpy_PyExc_RecursionError(),
      "maximum nesting of \(Self.deepest) exceeded; or is there a circular reference?"
    )
  }

  /// Raises for a container that has another size than when it began.
  func changed() -> PythonRaised {
    raise(moltpy_PyExc_RuntimeError(), "a container changed its size while it was written")
  }
}
