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
}
