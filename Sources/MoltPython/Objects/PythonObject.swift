internal import CMoltPython

/// A reference to an object of Python, or to none.
///
/// Whether one is owned or borrowed is said where it comes from, as in CPython's own documentation:
/// an owned one is given back with `release()` or given to somebody else.
typealias PythonObject = moltpy_object

extension moltpy_object {
  /// No object: not even None.
  static var missing: PythonObject { PythonObject(bits: 0) }
  /// Python's None, borrowed.
  static var none: PythonObject { moltpy__Py_NoneStruct() }

  /// Whether there is an object.
  @inline(__always) var exists: Bool { bits != 0 }
  /// The object's type, borrowed.
  @inline(__always) var type: PythonObject { moltpy_type(self) }
  /// Whether the object is None.
  @inline(__always) var isNone: Bool { self == .none }

  /// Whether both are the same object.
  @inline(__always)
  static func == (left: PythonObject, right: PythonObject) -> Bool { left.bits == right.bits }

  /// Takes one more reference.
  @inline(__always)
  @discardableResult
  func retained() -> PythonObject {
    moltpy_retain(self)
    return self
  }

  /// Gives an owned reference back.
  @inline(__always)
  func release() { moltpy_release(self) }

  /// Whether the object's type is `type` or derived from it; false where there is no such type.
  func isInstance(of type: PythonObject) -> Bool {
    type.exists && (self.type == type || PyType_IsSubtype(self.type, type) != 0)
  }
}

/// An exception is set in the interpreter.
struct PythonRaised: Error {}

/// The owned object that a function of CPython answered.
@inline(__always)
func owned(_ object: PythonObject) throws(PythonRaised) -> PythonObject {
  guard object.exists else { throw PythonRaised() }
  return object
}

/// The object that an optional argument holds: missing for None.
@inline(__always)
func argument(_ object: PythonObject) -> PythonObject { object.isNone ? .missing : object }

/// What a function of CPython answered that is negative after an exception.
@inline(__always)
@discardableResult
func checked<Number: SignedInteger>(_ result: Number) throws(PythonRaised) -> Number {
  guard result >= 0 else { throw PythonRaised() }
  return result
}

/// What an object of one of the module's types holds.
@unsafe
func payloadOf(_ object: PythonObject) -> UnsafeMutablePointer<moltpy_payload> {
  guard let payload = unsafe moltpy_payload_of(object) else {
    preconditionFailure("there is no object")
  }
  return unsafe payload
}
