internal import CMoltPython
internal import MoltTape

extension PlanDecoder {
  func null(at index: Int) throws(PythonRaised) -> PythonObject {
    guard memory.word(index).kind == .null else { throw refused("null", at: index) }
    return PythonObject.none.retained()
  }

  func boolean(at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .boolean else { throw refused("bool", at: index) }
    let value = word.payload != 0 ? moltpy__Py_TrueStruct() : moltpy__Py_FalseStruct()
    return value.retained()
  }

  mutating func integer(at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    switch word.kind {
    case .integer: return try owned(PyLong_FromLongLong(word.integer))
    case .int64, .uint64: return try builder.build(at: index)
    case .number, .tag: return try built("int", moltpy_PyLong_Type(), at: index)
    default: throw refused("int", at: index)
    }
  }

  func text(at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .text || word.kind == .arenaText else { throw refused("str", at: index) }
    return try owned(unsafe MoltPython.text(memory.bytes(of: word)))
  }

  func binary(at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .binary || word.kind == .arenaBinary else {
      throw refused("bytes", at: index)
    }
    return try owned(unsafe MoltPython.binary(memory.bytes(of: word)))
  }

  mutating func float(at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    switch word.kind {
    case .double:
      return try owned(PyFloat_FromDouble(Double(bitPattern: memory.operand(index))))
    case .integer: return try owned(PyFloat_FromDouble(Double(word.integer)))
    case .int64, .uint64, .number, .tag:
      let number = try builder.build(at: index)
      defer { number.release() }
      let isNumber =
        number.type == moltpy_PyLong_Type() || number.type == moltpy_PyFloat_Type()
      guard isNumber else { throw refused("float", at: index) }
      return try owned(moltpy_call1(moltpy_PyFloat_Type(), number))
    default: throw refused("float", at: index)
    }
  }

  mutating func decimal(at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    let digits: PythonObject
    switch word.kind {
    case .text, .arenaText, .number:
      digits = try owned(unsafe MoltPython.text(memory.bytes(of: word)))
    case .double where memory.format == .json:
      digits = try owned(unsafe MoltPython.text(memory.bytes(of: word)))
    case .double:
      let value = try builder.build(at: index)
      defer { value.release() }
      digits = try owned(PyObject_Repr(value))
    case .integer, .int64, .uint64: digits = try builder.build(at: index)
    case .tag:
      let value = try builder.build(at: index)
      if value.type == Slot.decimalType.object { return value }
      guard value.type == moltpy_PyLong_Type() else {
        value.release()
        throw refused("decimal", at: index)
      }
      digits = value
    default: throw refused("decimal", at: index)
    }
    defer { digits.release() }
    return try converted(by: Slot.decimalType.object, digits, "decimal number", at: index)
  }

  mutating func uuid(at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    switch word.kind {
    case .text, .arenaText:
      let text = try owned(unsafe MoltPython.text(memory.bytes(of: word)))
      defer { text.release() }
      return try converted(by: Slot.uuidType.object, text, "uuid", at: index)
    case .tag: return try built("uuid", Slot.uuidType.object, at: index)
    default: throw refused("uuid", at: index)
    }
  }

  mutating func moment(
    _ name: String,
    _ type: Slot,
    _ method: PythonObject,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    switch word.kind {
    case .text, .arenaText:
      let text = try isoText(word)
      defer { text.release() }
      return try converted(by: method, text, name, at: index)
    case .tag, .extension: return try built(name, type.object, at: index)
    default: throw refused(name, at: index)
    }
  }

  /// A text in ISO 8601 whose Z, which Python reads since 3.11 alone, is an offset.
  private func isoText(_ word: TapeWord) throws(PythonRaised) -> PythonObject {
    let bytes = unsafe memory.bytes(of: word)
    guard let last = unsafe bytes.last, last | 0x20 == 0x7A else {
      return try owned(unsafe MoltPython.text(bytes))
    }
    let text = unsafe String(decoding: bytes.dropLast(), as: UTF8.self)
    return try owned(MoltPython.text(text + "+00:00"))
  }

  /// What a function makes of a text; its ValueError and ArithmeticError mean that it does not fit.
  private func converted(
    by function: PythonObject,
    _ text: PythonObject,
    _ name: String,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    let result = moltpy_call1(function, text)
    if result.exists { return result }
    let isUnfit =
      PyErr_ExceptionMatches(moltpy_PyExc_ValueError()) != 0
      || PyErr_ExceptionMatches(moltpy_PyExc_ArithmeticError()) != 0
    guard isUnfit else { throw PythonRaised() }
    PyErr_Clear()
    throw failed("the text is no \(name)", at: index)
  }

  /// The value that a tag, an extension or a long number stands for, if it is of a type.
  private mutating func built(
    _ name: String,
    _ type: PythonObject,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    let value = try builder.build(at: index)
    guard value.type == type else {
      value.release()
      throw refused(name, at: index)
    }
    return value
  }
}
