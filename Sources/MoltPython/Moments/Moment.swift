internal import CMoltPython
internal import MoltScalars

/// The fields of a date, a time, both, or a timedelta.
///
/// They are read from the object's memory where that has been proved to be right for this Python
/// (``MomentLayout``) and the object's type is exactly the standard library's; otherwise they are
/// asked for by name.
struct Moment {
  var fields = moltpy_moment()

  /// The fields of a datetime.
  init(dateTime object: PythonObject) throws(PythonRaised) {
    if MomentLayout.isProved, object.type == Slot.datetimeType.object {
      unsafe moltpy_read_datetime(object, &fields)
    } else {
      try readDate(object)
      try readClock(object)
    }
  }

  /// The fields of a date.
  init(date object: PythonObject) throws(PythonRaised) {
    if MomentLayout.isProved, object.type == Slot.dateType.object {
      unsafe moltpy_read_date(object, &fields)
    } else {
      try readDate(object)
    }
  }

  /// The fields of a time.
  init(time object: PythonObject) throws(PythonRaised) {
    if MomentLayout.isProved, object.type == Slot.timeType.object {
      unsafe moltpy_read_time(object, &fields)
    } else {
      try readClock(object)
    }
  }

  /// The fields of a timedelta, normalised as Python does: only the days can be negative.
  init(timedelta object: PythonObject) throws(PythonRaised) {
    if MomentLayout.isProved, object.type == Slot.timedeltaType.object {
      unsafe moltpy_read_timedelta(object, &fields)
    } else {
      try readDuration(object)
    }
  }

  /// The fields by name alone, for the proof.
  init(named object: PythonObject, hasDate: Bool, hasClock: Bool) throws(PythonRaised) {
    if hasDate { try readDate(object) }
    if hasClock { try readClock(object) }
    if !hasDate && !hasClock { try readDuration(object) }
  }

  private mutating func readDate(_ object: PythonObject) throws(PythonRaised) {
    fields.year = try field(.year, of: object)
    fields.month = try field(.month, of: object)
    fields.day = try field(.day, of: object)
  }

  private mutating func readClock(_ object: PythonObject) throws(PythonRaised) {
    fields.hour = try field(.hour, of: object)
    fields.minute = try field(.minute, of: object)
    fields.second = try field(.second, of: object)
    fields.microsecond = try field(.microsecond, of: object)
    let zone = try owned(PyObject_GetAttr(object, Slot.tzinfo.object))
    // The object holds it.
    zone.release()
    fields.tzinfo = argument(zone)
  }

  private mutating func readDuration(_ object: PythonObject) throws(PythonRaised) {
    fields.days = try field(.days, of: object)
    fields.seconds = try field(.seconds, of: object)
    fields.microsecond = try field(.microseconds, of: object)
  }

  private func field(_ name: Slot, of object: PythonObject) throws(PythonRaised) -> Int32 {
    let value = try owned(PyObject_GetAttr(object, name.object))
    defer { value.release() }
    var overflow: Int32 = 0
    let number = unsafe PyLong_AsLongLongAndOverflow(value, &overflow)
    if number == -1, PyErr_Occurred().exists { throw PythonRaised() }
    return Int32(truncatingIfNeeded: number)
  }

  /// The offset from UTC of an aware datetime or time, as `utcoffset()` answers it.
  ///
  /// - Returns: Its days, seconds and microseconds; nil for a naive one.
  func offset(of object: PythonObject) throws(PythonRaised) -> Moment? {
    guard fields.tzinfo.exists else { return nil }
    if fields.tzinfo == Slot.utc.object { return Moment() }
    let method = try owned(PyObject_GetAttr(object, Slot.utcoffset.object))
    defer { method.release() }
    let offset = try owned(moltpy_call0(method))
    defer { offset.release() }
    return offset.isNone ? nil : try Moment(timedelta: offset)
  }

  /// A datetime's microseconds since 1970-01-01T00:00:00Z.
  func microsecondsSinceEpoch(offset: Moment) -> Int64 {
    let date = CivilDate(year: Int(fields.year), month: Int(fields.month), day: Int(fields.day))
    let minutes = Int64(fields.hour) * 60 + Int64(fields.minute)
    let local =
      (Int64(date.dayNumber) * 86_400 + minutes * 60 + Int64(fields.second)) * 1_000_000
      + Int64(fields.microsecond)
    return local - offset.microseconds
  }

  /// A timedelta's microseconds, for one that is an offset.
  var microseconds: Int64 {
    (Int64(fields.days) * 86_400 + Int64(fields.seconds)) * 1_000_000 + Int64(fields.microsecond)
  }

  /// Nothing but zeros.
  private init() {}
}
