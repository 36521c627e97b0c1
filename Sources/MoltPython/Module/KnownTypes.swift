internal import CMoltPython

/// The classes of the standard library that have a notation of their own.
enum KnownTypes {
  /// Imports what dates are made of, when the module is made: nothing has replaced it by then.
  static func loadMoments() throws(PythonRaised) {
    try Slot.keep(
      from: "datetime",
      [
        (.datetimeType, "datetime"), (.dateType, "date"), (.timeType, "time"),
        (.timedeltaType, "timedelta"), (.utc, "timezone"),
      ]
    )
    let utc = try owned(unsafe PyObject_GetAttrString(Slot.utc.object, "utc"))
    Slot.utc.keep(utc)
    try MomentLayout.prove()
  }

  /// Imports the other classes, once.
  static func load() throws(PythonRaised) {
    if Slot.enumType.object.exists { return }
    try Slot.keep(from: "decimal", [(.decimalType, "Decimal")])
    try Slot.keep(from: "uuid", [(.uuidType, "UUID")])
    try Slot.keep(from: "enum", [(.enumType, "Enum")])
  }

  /// Django's class of lazy strings, borrowed; missing until somebody has imported it.
  static func promise() throws(PythonRaised) -> PythonObject {
    let known = Slot.promise.object
    if known.exists { return known }
    let name = try owned(text("django.utils.functional"))
    defer { name.release() }
    let module = PyImport_GetModule(name)
    guard module.exists else {
      if PyErr_Occurred().exists { throw PythonRaised() }
      return .missing
    }
    defer { module.release() }
    let promise = unsafe PyObject_GetAttrString(module, "Promise")
    guard promise.exists else {
      // Another thread is still importing the module.
      PyErr_Clear()
      return .missing
    }
    Slot.promise.keep(promise)
    return promise
  }
}
