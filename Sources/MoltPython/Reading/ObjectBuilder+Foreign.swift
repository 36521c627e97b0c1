internal import CMoltPython
internal import MoltScalars
internal import MoltTape

/// What JSON has no counterpart for: tags and simple values of CBOR, extensions of MessagePack.
extension ObjectBuilder {
  /// The object for a tag and its value.
  ///
  /// `number`: the tag.
  /// `value`: owned; given away.
  /// `index`: where the tag stands on the tape, for errors.
  func tagged(
    _ number: UInt64,
    _ value: PythonObject,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    if hooks.tag.exists {
      return try call(hooks.tag, PyLong_FromUnsignedLongLong(number), value)
    }
    switch number {
    case 2, 3: return try bignum(value, isNegative: number == 3, at: index)
    case 0, 1, 4, 37: return try ownTag(number, value, at: index)
    default:
      let decode = Slot.cbor_decode_tag.object
      return try call(
        decode.exists ? decode : Slot.cbor_tag.object,
        PyLong_FromUnsignedLongLong(number),
        value
      )
    }
  }

  /// The integer whose bytes a tag 2 or 3 holds.
  private func bignum(
    _ value: PythonObject,
    isNegative: Bool,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    defer { value.release() }
    guard value.type == moltpy_PyBytes_Type() else {
      throw refused("a big integer is a byte string", at: index)
    }
    let count = PyBytes_Size(value)
    guard let bytes = unsafe PyBytes_AsString(value), count > 0 else {
      return try owned(PyLong_FromLongLong(isNegative ? -1 : 0))
    }
    // Digits to the base 16 are read in linear time, and Python's limit on digits is for others.
    let magnitude = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2 * count + 1) {
      digits in
      for index in 0..<count {
        let byte = unsafe UInt8(bitPattern: bytes[index])
        unsafe digits[2 * index] = hexadecimal(byte >> 4)
        unsafe digits[2 * index + 1] = hexadecimal(byte & 0xF)
      }
      unsafe digits[2 * count] = 0
      return unsafe PyLong_FromString(digits.baseAddress, nil, 16)
    }
    guard isNegative else { return try owned(magnitude) }
    let number = try owned(magnitude)
    defer { number.release() }
    return try owned(PyNumber_Invert(number))
  }

  /// A point in time, a decimal or a UUID, which functions of Python's make.
  private func ownTag(
    _ number: UInt64,
    _ value: PythonObject,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    if number == 37, value.type == moltpy_PyBytes_Type(), PyBytes_Size(value) == 16 {
      return try call(Slot.uuidType.object, PythonObject.none.retained(), value)
    }
    if !Slot.ownTags.object.exists {
      try Slot.keep(from: "molt_accel._codecs_pure.cbor_tags", [(.ownTags, "OWN_TAGS")])
    }
    let key = try owned(PyLong_FromUnsignedLongLong(number))
    defer { key.release() }
    let function = try owned(PyObject_GetItem(Slot.ownTags.object, key))
    defer { function.release() }
    do {
      return try call(function, with: value)
    } catch {
      // What the value is wrong in becomes an error of the format; all else comes out as it is.
      for type in [moltpy_PyExc_ValueError(), moltpy_PyExc_OverflowError(), moltpy_PyExc_OSError()]
      where PyErr_ExceptionMatches(type) != 0 {
        throw refused(takeMessage(), at: index)
      }
      throw error
    }
  }

  /// Raises the format's error for a value.
  private func refused(_ message: String, at index: Int) -> PythonRaised {
    raise(
      by: memory.format == .cbor ? .cbor_error : .msgpack_error,
      text(message),
      PythonObject.none.retained(),
      PyLong_FromLongLong(Int64(memory.offset(ofValueAt: index))),
      text("invalid")
    )
  }

  /// The object for an extension.
  ///
  /// `type`: what it is; -1 is a timestamp.
  /// `word`: its bytes.
  /// `index`: where the extension stands on the tape, for errors.
  func ext(_ type: Int8, _ word: TapeWord, at index: Int) throws(PythonRaised) -> PythonObject {
    let bytes = unsafe memory.bytes(of: word)
    if type == -1 { return unsafe try timestamp(bytes, at: index) }
    let function = hooks.ext.exists ? hooks.ext : Slot.msgpack_ext.object
    return unsafe try call(function, PyLong_FromLongLong(Int64(type)), binary(bytes))
  }

  /// The object for a point in time.
  private func timestamp(
    _ bytes: UnsafeBufferPointer<UInt8>,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    let first = unsafe bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let seconds: Int64
    let nanoseconds: UInt64
    switch bytes.count {
    case 4: (seconds, nanoseconds) = (Int64(first), 0)
    case 8: (seconds, nanoseconds) = (Int64(first & (1 << 34 - 1)), first >> 34)
    case 12:
      let last = unsafe bytes.suffix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      (seconds, nanoseconds) = (Int64(bitPattern: last), first >> 32)
    default: throw refused("a timestamp has 4, 8 or 12 bytes", at: index)
    }
    guard nanoseconds <= 999_999_999 else {
      throw refused("a timestamp has more than 999999999 nanoseconds", at: index)
    }
    switch rules.timestamp {
    case 0:
      return try call(
        Slot.msgpack_timestamp.object,
        PyLong_FromLongLong(seconds),
        PyLong_FromLongLong(Int64(nanoseconds))
      )
    case 1: return try owned(PyFloat_FromDouble(Double(seconds) + Double(nanoseconds) / 1e9))
    case 2:
      let total = Int128(seconds) * 1_000_000_000 + Int128(nanoseconds)
      if let small = Int64(exactly: total) { return try owned(PyLong_FromLongLong(small)) }
      return try owned(unsafe String(total).withCString { unsafe PyLong_FromString($0, nil, 10) })
    default: return try dateTime(seconds, microseconds: Int64(nanoseconds / 1000), at: index)
    }
  }

  /// A datetime in UTC.
  private func dateTime(
    _ seconds: Int64,
    microseconds: Int64,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    // The years 1 to 9999.
    guard -62_135_596_800...253_402_300_799 ~= seconds else {
      throw refused("the timestamp is outside the years 1 to 9999", at: index)
    }
    let (day, rest) = seconds.floorDivided(by: 86_400)
    let date = CivilDate(dayNumber: Int(day))
    let fields = [
      Int64(date.year), Int64(date.month), Int64(date.day),
      rest / 3600, rest / 60 % 60, rest % 60, microseconds,
    ]
    let arguments = try owned(PyTuple_New(8))
    defer { arguments.release() }
    for (index, field) in fields.enumerated() {
      try checked(PyTuple_SetItem(arguments, index, PyLong_FromLongLong(field)))
    }
    try checked(PyTuple_SetItem(arguments, 7, Slot.utc.object.retained()))
    return try owned(PyObject_CallObject(Slot.datetimeType.object, arguments))
  }

  /// The object for a simple value.
  func simple(_ value: UInt8) throws(PythonRaised) -> PythonObject {
    if value == 23, Slot.cbor_undefined.object.exists {
      return Slot.cbor_undefined.object.retained()
    }
    let number = try owned(PyLong_FromLongLong(Int64(value)))
    guard Slot.cbor_simple.object.exists else { return number }
    return try call(Slot.cbor_simple.object, with: number)
  }

  /// Calls with two objects; a tuple of both where there is nothing to call.
  ///
  /// `first`: owned, or missing after an exception; given away.
  /// `second`: likewise.
  private func call(
    _ function: PythonObject,
    _ first: PythonObject,
    _ second: PythonObject
  ) throws(PythonRaised) -> PythonObject {
    defer {
      if first.exists { first.release() }
      if second.exists { second.release() }
    }
    guard first.exists, second.exists else { throw PythonRaised() }
    guard function.exists else {
      let pair = try owned(PyTuple_New(2))
      try checked(PyTuple_SetItem(pair, 0, first.retained()))
      try checked(PyTuple_SetItem(pair, 1, second.retained()))
      return pair
    }
    return try owned(moltpy_call2(function, first, second))
  }
}

/// The digit for four bits.
private func hexadecimal(_ bits: UInt8) -> CChar {
  CChar(bitPattern: bits < 10 ? bits + 0x30 : bits + 0x57)
}

extension TapeMemory {
  /// Where the value at an index of the tape starts in the input; for errors.
  ///
  /// - Complexity: O(`index`)
  func offset(ofValueAt index: Int) -> Int {
    // Safety: the caller holds the memory.
    let document = unsafe TapeDocument(
      self,
      wordCount: index + 1,
      byteCount: .max,
      arenaByteCount: .max
    )
    return unsafe document.offset(of: TapeValue(self, at: index))
  }
}
