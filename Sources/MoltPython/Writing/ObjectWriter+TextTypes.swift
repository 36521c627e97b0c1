internal import CMoltPython
internal import MoltBytes
internal import MoltScalars
internal import MoltTape

extension ObjectWriter where Sink: ~Copyable {
  /// Writes an instance of exactly one of the types that Django's and DRF's encoders know.
  ///
  /// - Returns: False, and nothing is written, for other objects.
  mutating func writeKnownText(_ object: PythonObject) throws(PythonRaised) -> Bool {
    let type = object.type
    if type == Slot.datetimeType.object {
      try writeDateTime(object)
    } else if type == Slot.decimalType.object {
      try writeDecimal(object)
    } else if type == Slot.uuidType.object {
      try writeUUID(object)
    } else if type == Slot.dateType.object {
      try writeDate(object)
    } else if type == Slot.timeType.object {
      try writeTime(object)
    } else if type == Slot.timedeltaType.object {
      return try writeDuration(object)
    } else {
      return false
    }
    return true
  }

  /// Writes an instance of a type that is derived from one of those, and lazy strings.
  ///
  /// - Returns: False, and nothing is written, for other objects.
  mutating func writeKnownDerivedText(_ object: PythonObject) throws(PythonRaised) -> Bool {
    // By isinstance(), so that a proxy is taken for what it stands for.
    if try isInstance(object, .datetimeType) {
      try writeDateTime(object)
    } else if try isInstance(object, .dateType) {
      try writeDate(object)
    } else if try isInstance(object, .timeType) {
      try writeTime(object)
    } else if try isInstance(object, .timedeltaType) {
      return try writeDuration(object)
    } else if try isInstance(object, .decimalType) {
      try writeDecimal(object)
    } else if try isInstance(object, .uuidType) {
      try writeDescription(of: object)
    } else if try isInstance(object, of: KnownTypes.promise()) {
      try writeDescription(of: object)
    } else if rules.contains(.isoTypes), try isInstance(object, .enumType) {
      let value = try owned(PyObject_GetAttr(object, Slot.value.object))
      defer { value.release() }
      if depth >= Self.deepest { throw tooDeep() }
      depth += 1
      try write(value)
      depth -= 1
    } else {
      return false
    }
    return true
  }

  private func isInstance(_ object: PythonObject, _ type: Slot) throws(PythonRaised) -> Bool {
    try isInstance(object, of: type.object)
  }

  private func isInstance(
    _ object: PythonObject,
    of type: PythonObject
  ) throws(PythonRaised) -> Bool {
    guard type.exists else { return false }
    return try checked(PyObject_IsInstance(object, type)) != 0
  }

  /// Writes a Decimal: DRF's encoder makes a float of it.
  private mutating func writeDecimal(_ object: PythonObject) throws(PythonRaised) {
    guard rules.contains(.drfTypes) else { return try writeDescription(of: object) }
    let float = try owned(moltpy_call1(moltpy_PyFloat_Type(), object))
    defer { float.release() }
    try writeFloat(PyFloat_AsDouble(float))
  }

  private mutating func writeDateTime(_ object: PythonObject) throws(PythonRaised) {
    let moment = try Moment(dateTime: object)
    let offset = try moment.offset(of: object)
    beginScratch()
    scratch.appendDate(moment)
    scratch.append(0x54)
    scratch.appendClock(moment, isCut: rules.contains(.djangoTypes))
    if let offset {
      scratch.appendOffset(offset, isShort: !rules.contains(.isoTypes))
    }
    try endScratch()
  }

  private mutating func writeDate(_ object: PythonObject) throws(PythonRaised) {
    let moment = try Moment(date: object)
    beginScratch()
    scratch.appendDate(moment)
    try endScratch()
  }

  private mutating func writeTime(_ object: PythonObject) throws(PythonRaised) {
    let moment = try Moment(time: object)
    let offset = try moment.offset(of: object)
    if offset != nil, !rules.contains(.isoTypes) {
      throw raise(
        moltpy_PyExc_ValueError(),
        "JSON can't represent timezone-aware times."
      )
    }
    beginScratch()
    scratch.appendClock(moment, isCut: rules.contains(.djangoTypes))
    if let offset { scratch.appendOffset(offset, isShort: false) }
    try endScratch()
  }

  private mutating func writeDuration(_ object: PythonObject) throws(PythonRaised) -> Bool {
    if rules.contains(.djangoTypes) {
      let moment = try Moment(timedelta: object)
      beginScratch()
      scratch.appendISODuration(moment)
      try endScratch()
      return true
    }
    guard rules.contains(.drfTypes) else { return false }
    // str(timedelta.total_seconds())
    let method = try owned(PyObject_GetAttr(object, Slot.total_seconds.object))
    defer { method.release() }
    let seconds = try owned(moltpy_call0(method))
    defer { seconds.release() }
    try writeDescription(of: seconds)
    return true
  }

  private mutating func writeUUID(_ object: PythonObject) throws(PythonRaised) {
    let (high, low) = try uuidBits(object)
    beginScratch()
    scratch.appendUUID(high: high, low: low)
    try endScratch()
  }

  /// Begins a text that is made in `scratch`: no character of it needs an escape.
  private mutating func beginScratch() {
    scratch.removeAll()
    if Sink.format == .json { scratch.append(0x22) }
  }

  private mutating func endScratch() throws(PythonRaised) {
    if Sink.format == .json {
      scratch.append(0x22)
      try emitScratch { (sink, text) throws(Sink.Failure) in try sink.append(notated: text) }
    } else {
      try emitScratch { (sink, text) throws(Sink.Failure) in try sink.append(text: text) }
    }
  }
}

/// The two halves of a UUID's number.
func uuidBits(_ object: PythonObject) throws(PythonRaised) -> (high: UInt64, low: UInt64) {
  let number = try owned(PyObject_GetAttr(object, Slot.int.object))
  defer { number.release() }
  let low = PyLong_AsUnsignedLongLongMask(number)
  let count = PyLong_FromLongLong(64)
  defer { count.release() }
  let shifted = try owned(PyNumber_Rshift(number, count))
  defer { shifted.release() }
  let high = PyLong_AsUnsignedLongLongMask(shifted)
  if high == .max, PyErr_Occurred().exists { throw PythonRaised() }
  return (UInt64(high), UInt64(low))
}
