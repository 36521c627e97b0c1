internal import CMoltPython

/// Whether date and time objects have in this Python the memory that molt_python.h reads.
///
/// The structs of CPython's datetime.h are public and have not changed since 3.6, but they are not
/// in
/// the limited API. So nothing is taken on trust: when the classes are first needed, sample objects
/// are made whose every field differs, and what their memory says is compared with what their
/// attributes say. If any of it differs, fields are asked for by name from then on.
enum MomentLayout {
  /// Whether memory may be read.
  static var isProved: Bool { unsafe wasProved }
  /// Written once, under the GIL.
  nonisolated(unsafe) private static var wasProved = false

  /// Compares memory and attributes of sample objects.
  static func prove() throws(PythonRaised) {
    unsafe wasProved = false
    for shift: Int32 in 0..<3 {
      for isAware in [false, true] {
        guard try isRight(shift, isAware: isAware) else { return }
      }
    }
    unsafe wasProved = true
  }

  private static func isRight(_ shift: Int32, isAware: Bool) throws(PythonRaised) -> Bool {
    let zone: [PythonObject] = isAware ? [Slot.utc.object] : []
    let date: [Int32] = [2047 - 300 * shift, 11 - shift, 29 - shift]
    let clock: [Int32] = [13 + shift, 58 - shift, 37 + shift, 123_456 + 300_001 * shift]
    let samples: [(Slot, [Int32], [PythonObject], Int)] = [
      (.datetimeType, date + clock, zone, isAware ? 48 : 36),
      (.dateType, date, [], 29),
      (.timeType, clock, zone, isAware ? 40 : 32),
      (.timedeltaType, [shift * 70_001 - 7, 4_003 + shift, 999_983 - shift], [], 36),
    ]
    for (type, numbers, zone, size) in samples {
      guard try size <= basicSize(of: type.object) else { return false }
      let object = try make(type.object, numbers, zone)
      defer { object.release() }
      let named = try Moment(
        named: object,
        hasDate: type == .datetimeType || type == .dateType,
        hasClock: type == .datetimeType || type == .timeType
      )
      guard isSame(read(object, type), named.fields) else { return false }
    }
    return true
  }

  /// Reads an object's memory.
  private static func read(_ object: PythonObject, _ type: Slot) -> moltpy_moment {
    var fields = moltpy_moment()
    switch type {
    case .datetimeType: unsafe moltpy_read_datetime(object, &fields)
    case .dateType: unsafe moltpy_read_date(object, &fields)
    case .timeType: unsafe moltpy_read_time(object, &fields)
    default: unsafe moltpy_read_timedelta(object, &fields)
    }
    return fields
  }

  private static func isSame(_ left: moltpy_moment, _ right: moltpy_moment) -> Bool {
    left.year == right.year && left.month == right.month && left.day == right.day
      && left.hour == right.hour && left.minute == right.minute && left.second == right.second
      && left.microsecond == right.microsecond && left.days == right.days
      && left.seconds == right.seconds && left.tzinfo == right.tzinfo
  }

  /// How many bytes an instance has, by `__basicsize__`; those of a class in Python have fewer.
  private static func basicSize(of type: PythonObject) throws(PythonRaised) -> Int64 {
    let size = unsafe try owned(PyObject_GetAttrString(type, "__basicsize__"))
    defer { size.release() }
    var overflow: Int32 = 0
    return unsafe PyLong_AsLongLongAndOverflow(size, &overflow)
  }

  /// Calls a class with numbers, and objects after them.
  private static func make(
    _ type: PythonObject,
    _ numbers: [Int32],
    _ objects: [PythonObject]
  ) throws(PythonRaised) -> PythonObject {
    let arguments = try owned(PyTuple_New(numbers.count + objects.count))
    defer { arguments.release() }
    for (index, number) in numbers.enumerated() {
      try checked(PyTuple_SetItem(arguments, index, PyLong_FromLongLong(Int64(number))))
    }
    for (index, object) in objects.enumerated() {
      try checked(PyTuple_SetItem(arguments, numbers.count + index, object.retained()))
    }
    return try owned(PyObject_CallObject(type, arguments))
  }
}
