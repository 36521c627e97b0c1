internal import CMoltPython

/// What the module keeps for as long as the process runs.
///
/// Names of attributes and methods are interned when the module is made; classes of the standard
/// library are imported when they are first needed; what Python binds is there from then on.
enum Slot: Int, CaseIterable {
  // Names: the case is the name.
  case year, month, day, hour, minute, second, microsecond, tzinfo, utcoffset, isoformat
  case days, seconds, microseconds, nanoseconds, int, code, data, tag, value, items
  case total_seconds, as_tuple, to_bytes, fromisoformat, from_bytes, __post_init__, __new__
  case fromtimestamp, replace

  // Classes and objects of the standard library.
  case datetimeType, dateType, timeType, timedeltaType, utc
  case decimalType, uuidType, enumType

  // A class of Django, once it is there.
  case promise

  // The module's own types.
  case documentType, planType, tokenKeyType, keptType

  // What the package has for tags of CBOR.
  case ownTags

  // What Python binds.
  case json_error, msgpack_error, cbor_error, decode_error, token_error
  case json_fallback
  case msgpack_ext, msgpack_timestamp
  case cbor_tag, cbor_simple, cbor_undefined, cbor_decode_tag

  /// The object, borrowed; missing before it is there.
  @inline(__always) var object: PythonObject { moltpy_slot(rawValue) }

  /// The cases that are names.
  static let names = Slot.year.rawValue...Slot.replace.rawValue
  /// The cases that Python binds.
  static let bindings = Slot.json_error.rawValue...Slot.cbor_decode_tag.rawValue

  /// Keeps an object in place of the one before.
  ///
  /// - Parameter object: Owned.
  func keep(_ object: PythonObject) {
    let before = self.object
    moltpy_set_slot(rawValue, object)
    if before.exists { before.release() }
  }

  /// The slot that Python binds by a name.
  init?(binding name: String) {
    for index in Self.bindings {
      guard let slot = Slot(rawValue: index), "\(slot)" == name else { continue }
      self = slot
      return
    }
    return nil
  }

  /// Interns all names.
  static func keepNames() throws(PythonRaised) {
    for index in names {
      guard let slot = Slot(rawValue: index) else { continue }
      let name = unsafe "\(slot)".withCString { unsafe PyUnicode_InternFromString($0) }
      slot.keep(try owned(name))
    }
  }

  /// Imports a module and keeps what it has under some names.
  static func keep(from module: String, _ attributes: [(Slot, String)]) throws(PythonRaised) {
    let module = unsafe try owned(module.withCString { unsafe PyImport_ImportModule($0) })
    defer { module.release() }
    for (slot, name) in attributes {
      let object = unsafe name.withCString { unsafe PyObject_GetAttrString(module, $0) }
      slot.keep(try owned(object))
    }
  }
}
