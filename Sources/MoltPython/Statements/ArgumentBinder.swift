internal import CMoltPython
internal import MoltBytes
internal import MoltMessagePack

/// Encodes the arguments of a statement's run from the values of a call, for a builtin of Python.
///
/// Most of the bytes are the same for each call; the others are a str or a natural number each, by
/// the name that it has among the values:
///
///     92 92   "JFK"   14   90        [["JFK", 20], []]
///     part    place   place part
final class ArgumentBinder {
  /// A place that each call fills.
  struct Place {
    /// The name of its value, kept by the owner of this object.
    var name: PythonObject
    /// The least number that it takes; nil for a str.
    var minimum: Int64?
  }

  /// Bytes that are there already, or a place.
  enum Part {
    case bytes([UInt8])
    case place(Place)
  }

  /// No integer field of Django's excludes a natural number below it.
  private static let integerLimit: Int64 = 1 << 31

  private let parts: [Part]
  private var writer = ByteWriter(capacity: 64)

  init(_ parts: [Part]) { self.parts = parts }

  /// Encodes the values of a call.
  ///
  /// - Parameter values: A dict.
  /// - Returns: A new bytes object, or None where a value is missing or none that its place takes.
  /// - Throws: ``PythonRaised`` without memory.
  func arguments(_ values: PythonObject) throws(PythonRaised) -> PythonObject {
    writer.removeAll()
    for part in parts {
      switch part {
      case .bytes(let bytes): writer.append(bytes.span)
      case .place(let place):
        guard try append(place, from: values) else { return PythonObject.none.retained() }
      }
    }
    return try owned(unsafe binary(UnsafeBufferPointer(start: writer.start, count: writer.count)))
  }

  /// Appends a value; false where the place does not take it.
  private func append(_ place: Place, from values: PythonObject) throws(PythonRaised) -> Bool {
    let value = PyDict_GetItemWithError(values, place.name)
    guard value.exists else {
      if PyErr_Occurred().exists { throw PythonRaised() }
      return false
    }
    guard let minimum = place.minimum else { return appendText(value) }
    guard value.type == moltpy_PyLong_Type() else { return false }
    var overflow: Int32 = 0
    let number = unsafe PyLong_AsLongLongAndOverflow(value, &overflow)
    guard overflow == 0, number >= minimum, number < Self.integerLimit else { return false }
    writer.appendMessagePack(number)
    return true
  }

  private func appendText(_ value: PythonObject) -> Bool {
    guard value.type == moltpy_PyUnicode_Type() else { return false }
    var count = 0
    guard let start = unsafe PyUnicode_AsUTF8AndSize(value, &count) else {
      PyErr_Clear()  // a lone surrogate
      return false
    }
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
    writer.appendMessagePackTextHeader(count)
    unsafe writer.append(copying: bytes)
    return true
  }
}
