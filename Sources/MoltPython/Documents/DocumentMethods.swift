public import CMoltPython
internal import MoltTape

/// Implements `Document.kind`.
@c @implementation
public func moltpy_document_kind(
  _ self: moltpy_object,
  _ closure: UnsafeMutableRawPointer!
) -> moltpy_object {
  switch DocumentObject(self).word.kind {
  case .map: text("map")
  case .array: text("array")
  default: text("scalar")
  }
}

/// Implements `Document.value`.
@c @implementation
public func moltpy_document_value(_ self: moltpy_object, _ nothing: moltpy_object) -> moltpy_object
{
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in try document.value(at: document.index) }
}

/// Implements `Document.__getitem__`.
@c @implementation
public func moltpy_document_subscript(_ self: moltpy_object, _ key: moltpy_object) -> moltpy_object
{
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in
    guard let index = try document.find(key) else { throw document.absent(key) }
    return try document.lend(index)
  }
}

/// Implements `Document.get`.
@c @implementation
public func moltpy_document_get(
  _ self: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(2)
    if let index = try document.find(try arguments.required(0)) {
      return try document.lend(index)
    }
    return arguments.count == 2 ? try arguments.required(1).retained() : .none.retained()
  }
}

/// Implements `Document.pointer`.
@c @implementation
public func moltpy_document_pointer(
  _ self: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(2)
    let pointer = try arguments.required(0)
    guard PyType_IsSubtype(pointer.type, moltpy_PyUnicode_Type()) != 0 else {
      throw raise(moltpy_PyExc_TypeError(), "a JSON Pointer is a str")
    }
    let path = DocumentPath(string(from: pointer))
    guard let path else {
      throw raise(
        moltpy_PyExc_ValueError(),
        "a JSON Pointer is empty or begins with a slash: '\(string(from: pointer))'"
      )
    }
    switch path.follow(in: document.memory, from: document.index) {
    case .found(let index): return try document.lend(index)
    case _ where arguments.count == 2: return try arguments.required(1).retained()
    case .noKey(let token):
      throw raise(moltpy_PyExc_KeyError(), token)
    case .noElement(let token):
      throw raise(moltpy_PyExc_IndexError(), "'\(token)' is no index of the array")
    }
  }
}

/// Implements `Document.keys`.
@c @implementation
public func moltpy_document_keys(_ self: moltpy_object, _ nothing: moltpy_object) -> moltpy_object {
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in try document.list(.keys) }
}

/// Implements `Document.values`.
@c @implementation
public func moltpy_document_values(_ self: moltpy_object, _ nothing: moltpy_object) -> moltpy_object
{
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in try document.list(.values) }
}

/// Implements `Document.items`.
@c @implementation
public func moltpy_document_items(_ self: moltpy_object, _ nothing: moltpy_object) -> moltpy_object
{
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in try document.list(.items) }
}

/// Implements `Document.__contains__`.
@c @implementation
public func moltpy_document_contains(_ self: moltpy_object, _ key: moltpy_object) -> Int32 {
  let document = DocumentObject(self)
  do {
    switch document.word.kind {
    case .map: return try document.find(key: key) == nil ? 0 : 1
    case .array:
      let elements = try document.value(at: document.index)
      defer { elements.release() }
      return PySequence_Contains(elements, key)
    default: return 0
    }
  } catch {
    return -1
  }
}

/// Implements `Document.__len__`.
@c @implementation
public func moltpy_document_length(_ self: moltpy_object) -> Int {
  do { return try DocumentObject(self).count() } catch { return -1 }
}

/// Implements `Document.__iter__`.
@c @implementation
public func moltpy_document_iterate(_ self: moltpy_object) -> moltpy_object {
  let document = DocumentObject(self)
  return answer { () throws(PythonRaised) in
    let list: PythonObject
    switch document.word.kind {
    case .map: list = try document.list(.keys)
    case .array: list = try document.list(.elements)
    default: throw document.noContainer()
    }
    defer { list.release() }
    return try owned(PyObject_GetIter(list))
  }
}

/// Implements `Document.__eq__` and `__ne__`.
@c @implementation
public func moltpy_document_compare(
  _ self: moltpy_object,
  _ other: moltpy_object,
  _ operation: Int32
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let document = DocumentObject(self)
    let value = try document.value(at: document.index)
    defer { value.release() }
    guard other.type == Slot.documentType.object else {
      return try owned(PyObject_RichCompare(value, other, operation))
    }
    let document2 = DocumentObject(other)
    let value2 = try document2.value(at: document2.index)
    defer { value2.release() }
    return try owned(PyObject_RichCompare(value, value2, operation))
  }
}

/// Implements `Document.__repr__`.
@c @implementation
public func moltpy_document_describe(_ self: moltpy_object) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let document = DocumentObject(self)
    switch document.word.kind {
    case .map: return try owned(text("<Document: map of \(try document.count())>"))
    case .array: return try owned(text("<Document: array of \(try document.count())>"))
    default: return try owned(text("<Document: scalar>"))
    }
  }
}
