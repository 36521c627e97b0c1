internal import CMoltPython
internal import MoltBytes
internal import MoltTape

/// Bits of a type's flags (`PyType_GetFlags`) that say what it is derived from.
private enum TypeFlag {
  static let long: UInt = 1 << 24
  static let list: UInt = 1 << 25
  static let tuple: UInt = 1 << 26
  static let bytes: UInt = 1 << 27
  static let unicode: UInt = 1 << 28
  static let dict: UInt = 1 << 29
}

extension ObjectWriter where Sink: ~Copyable {
  /// Whether tuples and instances of derived types are left to `default`, as msgpack's
  /// `strict_types` does it.
  var refusesTuples: Bool { Sink.format == .messagePack && rules.rawValue & 8 != 0 }

  /// Writes what is none of the exact types of documents.
  @inline(never)
  mutating func writeOther(_ object: PythonObject) throws(PythonRaised) {
    object.retained()
    defer { object.release() }
    if rules.hasAny(of: .textTypes), try writeKnownText(object) { return }
    // Extensions may be tuples and tags anything: they come before what they are derived from.
    if Sink.format != .json, try writeFormatsOwn(object) { return }
    if try writeDerived(object) { return }
    if rules.hasAny(of: .textTypes), try writeKnownDerivedText(object) { return }
    if Sink.format != .json, try writeFormatsMoments(object) { return }
    try writeByFallback(object)
  }

  /// Writes an instance of a type that is derived from one of JSON's.
  ///
  /// - Returns: False, and nothing is written, for other objects.
  private mutating func writeDerived(_ object: PythonObject) throws(PythonRaised) -> Bool {
    if refusesTuples { return false }
    let flags = PyType_GetFlags(object.type)
    if flags & TypeFlag.unicode != 0 {
      try writeText(object)
    } else if flags & TypeFlag.long != 0 {
      try writeInteger(object)
    } else if flags & TypeFlag.dict != 0 {
      try writeItems(of: object)
    } else if flags & TypeFlag.list != 0 {
      try writeList(object)
    } else if flags & TypeFlag.tuple != 0 {
      try writeTuple(object)
    } else if PyType_IsSubtype(object.type, moltpy_PyFloat_Type()) != 0 {
      try writeFloat(PyFloat_AsDouble(object))
    } else {
      return false
    }
    return true
  }

  /// Writes what `default` answers for an object.
  private mutating func writeByFallback(_ object: PythonObject) throws(PythonRaised) {
    guard fallback.exists else {
      let name = typeName(of: object)
      if Sink.format == .messagePack, rules.rawValue & 4 != 0,
        object.type == Slot.datetimeType.object
      {
        throw raise(
          moltpy_PyExc_ValueError(),
          "can not serialize '\(fullTypeName(of: object))' object where tzinfo=None"
        )
      }
      let format =
        switch Sink.format {
        case .json: "JSON"
        case .messagePack: "MessagePack"
        case .cbor: "CBOR"
        }
      throw raise(
        moltpy_PyExc_TypeError(),
        "Object of type \(name) is not \(format) serializable"
      )
    }
    if depth >= Self.deepest { throw tooDeep() }
    let answer = try owned(moltpy_call1(fallback, object))
    defer { answer.release() }
    depth += 1
    try write(answer)
    depth -= 1
  }

  /// Writes an integer that needs more than 64 bits with sign.
  @inline(never)
  mutating func writeBigInteger(_ object: PythonObject) throws(PythonRaised) {
    let unsigned = PyLong_AsUnsignedLongLong(object)
    if !PyErr_Occurred().exists {
      return try emit { (sink) throws(Sink.Failure) in try sink.append(UInt64(unsigned)) }
    }
    PyErr_Clear()
    switch Sink.format {
    case .json:
      let digits = try owned(PyNumber_ToBase(object, 10))
      defer { digits.release() }
      try writeNotated(digits)
    case .messagePack:
      if fallback.exists { return try writeByFallback(object) }
      throw raise(moltpy_PyExc_OverflowError(), "Integer value out of range")
    case .cbor:
      try writeBignum(object)
    }
  }

  /// Writes a str in the format's own notation.
  mutating func writeNotated(_ object: PythonObject) throws(PythonRaised) {
    var count = 0
    guard let start = unsafe PyUnicode_AsUTF8AndSize(object, &count) else {
      throw PythonRaised()
    }
    // Safety: the object holds the bytes.
    let text = unsafe Span<UInt8>(
      _unsafeStart: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
      count: count
    )
    do { try sink.append(notated: text) } catch { throw Sink.raised(error) }
  }

  /// Writes the text that `str(object)` is.
  mutating func writeDescription(of object: PythonObject) throws(PythonRaised) {
    let text = try owned(PyObject_Str(object))
    defer { text.release() }
    try writeText(text)
  }
}
