internal import CMoltPython
internal import MoltBytes

/// Raises an exception with a sentence.
func raise(_ type: PythonObject, _ message: String) -> PythonRaised {
  unsafe message.withCString { unsafe PyErr_SetString(type, $0) }
  return PythonRaised()
}

/// Raises what a function that Python has bound answers.
///
/// - Parameters:
///   - slot: Where the function is.
///   - arguments: Owned; given back.
/// - Returns: What to throw; `ValueError` with the first argument's text when nothing is bound.
func raise(by slot: Slot, _ arguments: PythonObject...) -> PythonRaised {
  raise(by: slot.object, arguments)
}

/// Raises what a function of Python answers.
///
/// - Parameters:
///   - function: Borrowed; missing for none.
///   - arguments: Owned; given back.
/// - Returns: What to throw; `ValueError` with the first argument's text where there is no function.
func raise(by function: PythonObject, _ arguments: [PythonObject]) -> PythonRaised {
  defer { for argument in arguments where argument.exists { argument.release() } }
  guard arguments.allSatisfy(\.exists) else { return PythonRaised() }
  guard function.exists else {
    PyErr_SetObject(moltpy_PyExc_ValueError(), arguments[0])
    return PythonRaised()
  }
  var all = [PythonObject.missing]
  all.append(contentsOf: arguments)
  let exception = unsafe all.withUnsafeBufferPointer { all in
    guard let start = all.baseAddress else { return PythonObject.missing }
    return unsafe moltpy_call(function, start + 1, arguments.count)
  }
  guard exception.exists else { return PythonRaised() }
  PyErr_SetObject(exception.type, exception)
  exception.release()
  return PythonRaised()
}

/// Takes the exception that is set back, and answers what it says.
func takeMessage() -> String {
  var type = PythonObject.missing
  var value = PythonObject.missing
  var trace = PythonObject.missing
  unsafe PyErr_Fetch(&type, &value, &trace)
  defer { for object in [type, value, trace] where object.exists { object.release() } }
  guard value.exists else { return "" }
  let text = PyObject_Str(value)
  guard text.exists else {
    PyErr_Clear()
    return ""
  }
  defer { text.release() }
  return string(from: text)
}

/// The name of an object's type, for sentences.
func typeName(of object: PythonObject) -> String {
  let name = unsafe PyObject_GetAttrString(object.type, "__name__")
  defer { if name.exists { name.release() } }
  guard name.exists else {
    PyErr_Clear()
    return "object"
  }
  return string(from: name)
}

/// The name of an object's type with its module, where CPython's C code would say it with it.
func fullTypeName(of object: PythonObject) -> String {
  let name = typeName(of: object)
  let flags = PyType_GetFlags(object.type)
  // Made by a class statement: on the heap, and open to changes.
  if flags & 1 << 9 != 0, flags & 1 << 8 == 0 { return name }
  let module = unsafe PyObject_GetAttrString(object.type, "__module__")
  guard module.exists else {
    PyErr_Clear()
    return name
  }
  defer { module.release() }
  let prefix = string(from: module)
  return prefix == "builtins" ? name : "\(prefix).\(name)"
}

/// A Swift string of a str, for sentences.
func string(from object: PythonObject) -> String {
  var count = 0
  guard let start = unsafe PyUnicode_AsUTF8AndSize(object, &count) else {
    PyErr_Clear()
    return "?"
  }
  let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
  return unsafe String(decoding: bytes, as: UTF8.self)
}

/// A new str.
func text(_ string: String) -> PythonObject {
  var string = string
  return string.withUTF8 { unsafe text($0) }
}

/// A new str of valid UTF-8; missing after an exception.
@inline(__always)
func text(_ bytes: UnsafeBufferPointer<UInt8>) -> PythonObject {
  guard let start = bytes.baseAddress else {
    return PyUnicode_FromStringAndSize(nil, 0)
  }
  return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
    unsafe PyUnicode_FromStringAndSize($0, bytes.count)
  }
}

/// A new str of UTF-8, with what Python calls a handler of errors.
func text(_ bytes: UnsafeBufferPointer<UInt8>, errors: String) -> PythonObject {
  let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
  return unsafe PyUnicode_DecodeUTF8(start, bytes.count, errors)
}

/// A new bytes object; missing after an exception.
@inline(__always)
func binary(_ bytes: UnsafeBufferPointer<UInt8>) -> PythonObject {
  guard let start = bytes.baseAddress else {
    return PyBytes_FromStringAndSize(nil, 0)
  }
  return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
    unsafe PyBytes_FromStringAndSize($0, bytes.count)
  }
}
