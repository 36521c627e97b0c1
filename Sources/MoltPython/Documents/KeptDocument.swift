internal import CMoltPython
internal import MoltTape

/// A parsed document with its input: what the `Document` objects of Python share.
///
/// It has a parser of its own, whose tape stays as it is, and holds the object that was parsed.
final class KeptDocument {
  let memory: TapeMemory
  private let parser: AnyObject
  private let input: InputBytes
  private let data: PythonObject

  /// Keeps a tape and what it stands on.
  ///
  /// - Parameters:
  ///   - memory: The tape.
  ///   - parser: Owns the tape.
  ///   - input: What was parsed; released with the document.
  ///   - data: The object that the input was borrowed from.
  init(_ memory: TapeMemory, _ parser: AnyObject, _ input: InputBytes, _ data: PythonObject) {
    self.memory = memory
    self.parser = parser
    self.input = input
    self.data = data.retained()
  }

  // Objects of Python own documents, so this happens under the GIL.
  deinit {
    input.release()
    data.release()
  }
}

/// Gives the Swift object of a document or a plan back.
@c @implementation
public func moltpy_release_swift(_ object: UnsafeMutableRawPointer!) {
  unsafe Unmanaged<AnyObject>.fromOpaque(object).release()
}

/// An object of Python for a map or an array of a document, or for the whole of it.
@safe struct DocumentObject {
  let object: PythonObject
  let kept: KeptDocument
  let index: Int

  /// What an object of the type `Document` holds.
  init(_ object: PythonObject) {
    self.object = object
    let payload = unsafe payloadOf(object)
    kept = unsafe Unmanaged<KeptDocument>.fromOpaque(payload.pointee.swift).takeUnretainedValue()
    index = unsafe Int(payload.pointee.index)
  }

  var memory: TapeMemory { kept.memory }
  var word: TapeWord { memory.word(index) }

  /// A new object; owned.
  static func make(_ kept: KeptDocument, at index: Int) throws(PythonRaised) -> PythonObject {
    let object = try owned(PyType_GenericAlloc(Slot.documentType.object, 0))
    let payload = unsafe payloadOf(object)
    unsafe payload.pointee.swift = Unmanaged.passRetained(kept).toOpaque()
    unsafe payload.pointee.index = Int64(index)
    return object
  }

  /// The value at an index of the tape: a container as a document, a scalar as Python's.
  ///
  /// - Returns: Owned.
  func lend(_ index: Int) throws(PythonRaised) -> PythonObject {
    switch memory.word(index).kind {
    case .array, .map: return try Self.make(kept, at: index)
    default: return try value(at: index)
    }
  }

  /// Everything at an index of the tape as Python's objects; owned.
  func value(at index: Int) throws(PythonRaised) -> PythonObject {
    var builder = ObjectBuilder(memory, [], Hooks(), Pools.keys)
    return try withoutCollecting(memory.format == .json) { () throws(PythonRaised) in
      try builder.build(at: index)
    }
  }

  /// How many elements or pairs there are.
  func count() throws(PythonRaised) -> Int {
    guard word.kind == .array || word.kind == .map else { throw noContainer() }
    return unsafe TapeValue(memory, at: index).childCount
  }

  func noContainer() -> PythonRaised {
    raise(moltpy_PyExc_TypeError(), "the document is a single value")
  }

  // MARK: Looking up

  /// Where the value of a key stands, the last of several; nil where there is none.
  func find(key: PythonObject) throws(PythonRaised) -> Int? {
    if PyType_IsSubtype(key.type, moltpy_PyUnicode_Type()) != 0 {
      var count = 0
      guard let start = unsafe PyUnicode_AsUTF8AndSize(key, &count) else {
        // No text of a document has surrogates alone.
        PyErr_Clear()
        return nil
      }
      // Safety: the key holds the bytes.
      let text = unsafe Span<UInt8>(
        _unsafeStart: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
        count: count
      )
      let found = memory.indexOfValue(text, in: index)
      return found == 0 ? nil : found
    }
    if memory.format == .json {
      // As a dict would say of it.
      return PyObject_Hash(key) == -1 ? try failed() : nil
    }
    return try findByComparing(key)
  }

  private func failed() throws(PythonRaised) -> Int? { throw PythonRaised() }

  private func findByComparing(_ key: PythonObject) throws(PythonRaised) -> Int? {
    var found: Int?
    var index = index + 1
    while index < word.offset {
      let value = memory.end(of: index)
      let other = try self.value(at: index)
      defer { other.release() }
      if try checked(PyObject_RichCompareBool(other, key, 2)) != 0 { found = value }
      index = memory.end(of: value)
    }
    return found
  }

  /// Where an element stands; nil beyond the end.
  ///
  /// The element that was asked for last is remembered, so that a loop over all takes O(n).
  func find(element: Int) -> Int? {
    let payload = unsafe payloadOf(object)
    var ordinal = 0
    var place = index + 1
    if unsafe payload.pointee.place != 0, unsafe payload.pointee.ordinal <= element {
      ordinal = unsafe Int(payload.pointee.ordinal)
      place = unsafe Int(payload.pointee.place)
    }
    while ordinal < element, place < word.offset {
      place = memory.end(of: place)
      ordinal += 1
    }
    guard place < word.offset else { return nil }
    unsafe payload.pointee.ordinal = Int64(ordinal)
    unsafe payload.pointee.place = Int64(place)
    return place
  }
}
