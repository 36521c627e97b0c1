internal import CMoltPython
internal import MoltBytes
internal import MoltTape

/// What MessagePack and CBOR have types of their own for.
extension ObjectWriter where Sink: ~Copyable {
  /// Writes bytes, extensions, tags and the like.
  ///
  /// - Returns: False, and nothing is written, for other objects.
  mutating func writeFormatsOwn(_ object: PythonObject) throws(PythonRaised) -> Bool {
    let type = object.type
    if type == moltpy_PyBytes_Type() || type == moltpy_PyByteArray_Type()
      || type == moltpy_PyMemoryView_Type()
      || !refusesTuples
        && (PyType_IsSubtype(type, moltpy_PyBytes_Type()) != 0
          || PyType_IsSubtype(type, moltpy_PyByteArray_Type()) != 0)
    {
      try writeBinary(object)
      return true
    }
    return Sink.format == .cbor ? try writeCBOR(object) : try writeMessagePack(object)
  }

  /// Writes points in time, UUIDs and decimals in the format's own types.
  ///
  /// - Returns: False, and nothing is written, for other objects.
  mutating func writeFormatsMoments(_ object: PythonObject) throws(PythonRaised) -> Bool {
    guard Sink.format == .cbor else { return try writeTimestamp(of: object) }
    if object.isInstance(of: Slot.datetimeType.object) {
      return try writeTaggedDateTime(object)
    }
    if object.type == Slot.uuidType.object {
      try writeTaggedUUID(object)
    } else if object.isInstance(of: Slot.decimalType.object) {
      try writeDecimalFraction(object)
    } else {
      return false
    }
    return true
  }

  /// Writes the bytes of an object.
  mutating func writeBinary(_ object: PythonObject) throws(PythonRaised) {
    let input = try InputBytes(object)
    defer { input.release() }
    // Safety: the object holds them until they are released.
    let bytes = unsafe Span(_unsafeElements: input.bytes)
    do { try sink.append(binary: bytes, rules) } catch { throw Sink.raised(error) }
  }

  // MARK: MessagePack

  private mutating func writeMessagePack(_ object: PythonObject) throws(PythonRaised) -> Bool {
    if object.isInstance(of: Slot.msgpack_ext.object) {
      try writeExtension(object)
    } else if object.isInstance(of: Slot.msgpack_timestamp.object) {
      let seconds = try integer(.seconds, of: object)
      let nanoseconds = try integer(.nanoseconds, of: object)
      try writeTimestamp(seconds: seconds, nanoseconds: nanoseconds)
    } else {
      return false
    }
    return true
  }

  /// Writes an aware datetime, if that is asked for.
  private mutating func writeTimestamp(of object: PythonObject) throws(PythonRaised) -> Bool {
    guard rules.rawValue & 4 != 0, object.isInstance(of: Slot.datetimeType.object) else {
      return false
    }
    let moment = try Moment(dateTime: object)
    guard let offset = try moment.offset(of: object) else { return false }
    let microseconds = moment.microsecondsSinceEpoch(offset: offset)
    let (seconds, rest) = microseconds.floorDivided(by: 1_000_000)
    try writeTimestamp(seconds: seconds, nanoseconds: rest * 1000)
    return true
  }

  private mutating func writeExtension(_ object: PythonObject) throws(PythonRaised) {
    let type = try integer(.code, of: object)
    guard let type = Int8(exactly: type) else {
      throw raise(moltpy_PyExc_ValueError(), "the code of an extension must be -128 to 127")
    }
    let data = try owned(PyObject_GetAttr(object, Slot.data.object))
    defer { data.release() }
    let input = try InputBytes(data)
    defer { input.release() }
    // Safety: the object holds them until they are released.
    let bytes = unsafe Span(_unsafeElements: input.bytes)
    do { try sink.append(extensionType: type, bytes) } catch { throw Sink.raised(error) }
  }

  /// Writes the timestamp extension in the shortest of its three forms.
  private mutating func writeTimestamp(
    seconds: Int64,
    nanoseconds: Int64
  ) throws(PythonRaised) {
    scratch.removeAll()
    if seconds >> 34 == 0 {
      let both = UInt64(nanoseconds) << 34 | UInt64(seconds)
      if both >> 32 == 0 {
        scratch.append(bigEndian: both, byteCount: 4)
      } else {
        scratch.append(bigEndian: both, byteCount: 8)
      }
    } else {
      scratch.append(bigEndian: UInt64(nanoseconds), byteCount: 4)
      scratch.append(bigEndian: UInt64(bitPattern: seconds), byteCount: 8)
    }
    try emitScratch { (sink, bytes) throws(Sink.Failure) in
      try sink.append(extensionType: -1, bytes)
    }
  }

  // MARK: CBOR

  private mutating func writeCBOR(_ object: PythonObject) throws(PythonRaised) -> Bool {
    if object == Slot.cbor_undefined.object {
      try emit { (sink) throws(Sink.Failure) in try sink.append(simple: 23) }
    } else if object.isInstance(of: Slot.cbor_tag.object) {
      try writeTag(object)
    } else if object.isInstance(of: Slot.cbor_simple.object) {
      let value = UInt8(truncatingIfNeeded: try integer(.value, of: object))
      try emit { (sink) throws(Sink.Failure) in try sink.append(simple: value) }
    } else {
      return false
    }
    return true
  }

  private mutating func writeTaggedUUID(_ object: PythonObject) throws(PythonRaised) {
    let (high, low) = try uuidBits(object)
    scratch.removeAll()
    scratch.append(bigEndian: high, byteCount: 8)
    scratch.append(bigEndian: low, byteCount: 8)
    try emit { (sink) throws(Sink.Failure) in try sink.append(tag: 37) }
    try emitScratch { (sink, bytes) throws(Sink.Failure) in try sink.append(binary: bytes) }
  }

  /// Writes a Decimal as tag 4, and the values that are no numbers as floats.
  private mutating func writeDecimalFraction(_ object: PythonObject) throws(PythonRaised) {
    let description = try owned(PyObject_Str(object))
    defer { description.release() }
    let text = string(from: description)
    guard let decimal = DecimalFraction(text) else {
      // Infinity, NaN, sNaN, with a sign and digits.
      if text.hasSuffix("Infinity") {
        return try writeFloat(text.hasPrefix("-") ? -.infinity : .infinity)
      }
      guard text.contains("NaN") else {
        throw raise(moltpy_PyExc_ValueError(), "a Decimal is the text '\(text)'")
      }
      return try writeFloat(.nan)
    }
    let mantissa = try owned(
      unsafe decimal.mantissa.withCString { unsafe PyLong_FromString($0, nil, 10) }
    )
    defer { mantissa.release() }
    try emit { (sink) throws(Sink.Failure) in
      try sink.append(tag: 4)
      try sink.beginArray(count: 2)
      try sink.append(decimal.exponent)
    }
    try write(mantissa)
    try emit { (sink) throws(Sink.Failure) in try sink.endArray() }
  }

  private mutating func writeTag(_ object: PythonObject) throws(PythonRaised) {
    let number = try owned(PyObject_GetAttr(object, Slot.tag.object))
    defer { number.release() }
    let tag = PyLong_AsUnsignedLongLong(number)
    if tag == .max, PyErr_Occurred().exists { throw PythonRaised() }
    let value = try owned(PyObject_GetAttr(object, Slot.value.object))
    defer { value.release() }
    try emit { (sink) throws(Sink.Failure) in try sink.append(tag: UInt64(tag)) }
    try enter(object)
    defer { leave(object) }
    try write(value)
  }

  /// Writes an aware datetime; a naive one is left to `default`.
  private mutating func writeTaggedDateTime(_ object: PythonObject) throws(PythonRaised) -> Bool {
    let moment = try Moment(dateTime: object)
    guard let offset = try moment.offset(of: object) else { return false }
    if rules.rawValue & 4 != 0 {
      // The float that Python rounds to, which is whole for some that have microseconds.
      let method = try owned(unsafe PyObject_GetAttrString(object, "timestamp"))
      defer { method.release() }
      let timestamp = try owned(moltpy_call0(method))
      defer { timestamp.release() }
      let seconds = PyFloat_AsDouble(timestamp)
      try emit { (sink) throws(Sink.Failure) in try sink.append(tag: 1) }
      guard let whole = Int64(exactly: seconds) else {
        try writeFloat(seconds)
        return true
      }
      try emit { (sink) throws(Sink.Failure) in try sink.append(whole) }
      return true
    }
    scratch.removeAll()
    scratch.appendDate(moment)
    scratch.append(0x54)
    scratch.appendClock(moment, isCut: false)
    scratch.appendOffset(offset, isShort: true)
    try emit { (sink) throws(Sink.Failure) in try sink.append(tag: 0) }
    try emitScratch { (sink, text) throws(Sink.Failure) in try sink.append(text: text) }
    return true
  }

  /// Writes an integer beyond 64 bits as CBOR's tag 2 or 3.
  @inline(never)
  mutating func writeBignum(_ object: PythonObject) throws(PythonRaised) {
    // -1 - n is what tag 3 means, and ~n in Python.
    let zero = try owned(PyLong_FromLongLong(0))
    defer { zero.release() }
    let isNegative = try checked(PyObject_RichCompareBool(object, zero, 0)) != 0
    let magnitude = isNegative ? try owned(PyNumber_Invert(object)) : object.retained()
    defer { magnitude.release() }
    let digits = try owned(PyNumber_ToBase(magnitude, 16))
    defer { digits.release() }
    scratch.removeAll()
    try scratch.appendBytes(ofHexadecimal: digits)
    try emitScratch { (sink, bytes) throws(Sink.Failure) in
      try sink.append(bigInteger: bytes, isNegative: isNegative)
    }
  }

  /// An attribute that is an integer of 64 bits.
  private func integer(_ name: Slot, of object: PythonObject) throws(PythonRaised) -> Int64 {
    let value = try owned(PyObject_GetAttr(object, name.object))
    defer { value.release() }
    var overflow: Int32 = 0
    let number = unsafe PyLong_AsLongLongAndOverflow(value, &overflow)
    if number == -1, PyErr_Occurred().exists { throw PythonRaised() }
    guard overflow == 0 else {
      throw raise(moltpy_PyExc_OverflowError(), "an integer does not fit 64 bits")
    }
    return number
  }
}

/// The parts of a Decimal's text: `-1.50E+3` is -150 times ten to the 1.
struct DecimalFraction {
  /// The digits with their sign.
  var mantissa = ""
  var exponent: Int64 = 0

  /// Takes a text apart; nil for NaN and the infinities.
  init?(_ text: String) {
    var isFraction = false
    var places: Int64 = 0
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case 0x30...0x39:
        mantissa.unicodeScalars.append(Unicode.Scalar(byte))
        places += isFraction ? 1 : 0
      case 0x2D where index == 0: mantissa = "-"
      case 0x2E: isFraction = true
      case 0x45:
        guard let power = Int64(text.utf8.dropFirst(index + 1).asText) else { return nil }
        exponent = power - places
        return
      default: return nil
      }
    }
    exponent = -places
  }
}

extension Substring.UTF8View {
  /// The bytes as a text again.
  fileprivate var asText: String { String(decoding: self, as: UTF8.self) }
}

extension Int64 {
  /// The quotient towards negative infinity, and a rest that is not negative.
  func floorDivided(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }
}

extension ByteWriter {
  /// Appends the lowest bytes of an integer, the most significant first.
  fileprivate mutating func append(bigEndian value: UInt64, byteCount: Int) {
    for index in 0..<byteCount {
      append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (byteCount - 1 - index))))
    }
  }

  /// Appends the bytes that a str such as `0x1ff` says.
  fileprivate mutating func appendBytes(
    ofHexadecimal digits: PythonObject
  ) throws(PythonRaised) {
    var count = 0
    guard let start = unsafe PyUnicode_AsUTF8AndSize(digits, &count) else {
      throw PythonRaised()
    }
    var byte: UInt8 = 0
    for index in 2..<max(count, 2) {
      let digit = UInt8(bitPattern: unsafe start[index])
      byte = byte << 4 | (digit < 0x3A ? digit - 0x30 : digit - 0x57)
      if (count - index) % 2 == 1 { append(byte) }
    }
  }
}
