internal import CMoltPython
internal import MoltBytes
internal import MoltTape

extension ObjectWriter where Sink: ~Copyable {
  /// Writes a key that is no exact str.
  ///
  /// - Returns: False where the pair is to be left out.
  @inline(never)
  mutating func writeOtherKey(_ key: PythonObject) throws(PythonRaised) -> Bool {
    key.retained()
    defer { key.release() }
    if PyType_IsSubtype(key.type, moltpy_PyUnicode_Type()) != 0 {
      try writeKeyText(key)
      return true
    }
    if Sink.format == .json && !isJSONKey(key) {
      if rules.contains(.skipKeys) { return false }
      throw raise(
        moltpy_PyExc_TypeError(),
        "keys must be str, int, float, bool or None, not \(fullTypeName(of: key))"
      )
    }
    try emit { (sink) throws(Sink.Failure) in try sink.beginKey() }
    try write(key)
    return true
  }

  private func isJSONKey(_ key: PythonObject) -> Bool {
    key.isNone || PyType_IsSubtype(key.type, moltpy_PyLong_Type()) != 0
      || PyType_IsSubtype(key.type, moltpy_PyFloat_Type()) != 0
  }

  /// Writes a dict with its keys in Python's order.
  @inline(never)
  mutating func writeSortedDict(_ dict: PythonObject) throws(PythonRaised) {
    try enter(dict)
    defer { leave(dict) }
    let keys = try owned(PyDict_Keys(dict))
    defer { keys.release() }
    try checked(PyList_Sort(keys))
    let count = PyList_Size(keys)
    try emit { (sink) throws(Sink.Failure) in try sink.beginMap(count: count) }
    for index in 0..<count {
      let key = PyList_GetItem(keys, index)
      guard key.exists else { throw PythonRaised() }
      let value = PyDict_GetItemWithError(dict, key)
      guard value.exists else {
        throw PyErr_Occurred().exists ? PythonRaised() : changed()
      }
      try writePair(key, value)
    }
    try emit { (sink) throws(Sink.Failure) in try sink.endMap() }
  }

  /// Writes the pairs of a mapping, by its `items()`.
  @inline(never)
  mutating func writeItems(of mapping: PythonObject) throws(PythonRaised) {
    try enter(mapping)
    defer { leave(mapping) }
    let items = try owned(PyMapping_Items(mapping))
    defer { items.release() }
    if Sink.format == .json, rules.contains(.sortKeys) { try checked(PyList_Sort(items)) }
    let count = PyList_Size(items)
    try emit { (sink) throws(Sink.Failure) in try sink.beginMap(count: count) }
    for index in 0..<count {
      let item = PyList_GetItem(items, index)
      guard item.exists, item.type == moltpy_PyTuple_Type(), PyTuple_Size(item) == 2 else {
        PyErr_Clear()
        throw raise(moltpy_PyExc_ValueError(), "items must return 2-tuples")
      }
      item.retained()
      defer { item.release() }
      try writePair(PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1))
    }
    try emit { (sink) throws(Sink.Failure) in try sink.endMap() }
  }

  private mutating func writePair(
    _ key: PythonObject,
    _ value: PythonObject
  ) throws(PythonRaised) {
    value.retained()
    defer { value.release() }
    if key.type == moltpy_PyUnicode_Type() {
      try writeKeyText(key)
    } else {
      guard try writeOtherKey(key) else { return }
    }
    try write(value)
  }

  /// Writes a text with surrogates that stand alone, which UTF-8 has no bytes for.
  ///
  /// JSON that is ASCII has escapes for them, and a str of JSON may have them as they are. All else
  /// raises what encoding them raises.
  @inline(never)
  mutating func writeSurrogates(_ object: PythonObject, isKey: Bool) throws(PythonRaised) {
    let isEscaped = rules.escapes == 0
    guard Sink.format == .json, isEscaped || !rules.contains(.resultBytes),
      PyErr_ExceptionMatches(moltpy_PyExc_UnicodeEncodeError()) != 0
    else { throw PythonRaised() }
    PyErr_Clear()
    let encoded = unsafe try owned(PyUnicode_AsEncodedString(object, "utf-8", "surrogatepass"))
    defer { encoded.release() }
    let count = PyBytes_Size(encoded)
    scratch.removeAll()
    guard isEscaped else {
      // Safety: the bytes object holds them.
      unsafe scratch.append(
        copying: UnsafeRawBufferPointer(start: PyBytes_AsString(encoded), count: count)
      )
      return try emitScratch { (sink, text) throws(Sink.Failure) in
        if isKey { try sink.append(key: text) } else { try sink.append(text: text) }
      }
    }
    // Safety: the bytes object holds them.
    unsafe scratch.appendEscapedSurrogates(
      UnsafeBufferPointer(
        start: UnsafeRawPointer(PyBytes_AsString(encoded)).assumingMemoryBound(to: UInt8.self),
        count: count
      ),
      isQuoted: !isKey
    )
    if isKey { try emit { (sink) throws(Sink.Failure) in try sink.beginKey() } }
    try emitScratch { (sink, text) throws(Sink.Failure) in try sink.append(notated: text) }
  }
}
