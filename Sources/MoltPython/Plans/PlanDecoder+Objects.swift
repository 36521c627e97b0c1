internal import CMoltPython
internal import MoltTape

extension PlanDecoder {
  /// An object of a class from a map; owned.
  mutating func object(_ shape: ObjectShape, at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .map else { throw refused("map", at: index) }
    // What the attributes go into: the object itself, or the arguments of its class.
    let target =
      shape.callsClass ? try owned(PyDict_New()) : try owned(moltpy_new(shape.type))
    do throws(PythonRaised) {
      try fill(target, shape, at: index, to: word.offset)
      if shape.callsPostInit { try callPostInit(of: target) }
      guard shape.callsClass else { return target }
      let nothing = try owned(PyTuple_New(0))
      defer { nothing.release() }
      let object = try owned(PyObject_Call(shape.type, nothing, target))
      target.release()
      return object
    } catch {
      target.release()
      throw error
    }
  }

  private mutating func fill(
    _ target: PythonObject,
    _ shape: ObjectShape,
    at index: Int,
    to end: Int
  ) throws(PythonRaised) {
    // A bit for each of the first 64 fields; classes with more have an array.
    var seen: UInt64 = 0
    var seenLater: Set<Int> = []
    var next = 0
    var place = index &+ 1
    while place < end {
      let valuePlace = memory.end(of: place)
      let following = memory.end(of: valuePlace)
      if let field = field(of: shape, at: place, from: next) {
        let value = try decode(shape.fields[field].node, at: valuePlace)
        defer { value.release() }
        try set(shape.fields[field].attribute, of: target, to: value, shape)
        if field < 64 { seen |= 1 << UInt64(field) } else { seenLater.insert(field) }
        next = field &+ 1
      } else if shape.refusesUnknown {
        let name = try builder.build(at: place)
        defer { name.release() }
        let repr = try owned(PyObject_Repr(name))
        defer { repr.release() }
        throw failed("the key \(string(from: repr)) is unknown", at: index)
      }
      place = following
    }
    for field in shape.fields.indices {
      let isThere = field < 64 ? seen & 1 << UInt64(field) != 0 : seenLater.contains(field)
      if !isThere { try setPreset(of: shape.fields[field], in: target, shape, at: index) }
    }
  }

  @inline(__always)
  private func field(of shape: ObjectShape, at index: Int, from first: Int) -> Int? {
    let word = memory.word(index)
    guard word.kind == .text || word.kind == .arenaText else { return nil }
    return unsafe shape.field(of: memory.bytes(of: word), from: first)
  }

  private func set(
    _ attribute: PythonObject,
    of target: PythonObject,
    to value: PythonObject,
    _ shape: ObjectShape
  ) throws(PythonRaised) {
    if shape.callsClass {
      try checked(PyDict_SetItem(target, attribute, value))
    } else {
      // Past `__setattr__`, which frozen classes refuse with.
      try checked(PyObject_GenericSetAttr(target, attribute, value))
    }
  }

  private func setPreset(
    of field: ObjectShape.Field,
    in target: PythonObject,
    _ shape: ObjectShape,
    at index: Int
  ) throws(PythonRaised) {
    switch field.requirement {
    case .required:
      let name = String(decoding: field.key, as: UTF8.self)
      throw failed("the key '\(name)' is missing", at: index)
    case .preset: try set(field.attribute, of: target, to: field.preset, shape)
    case .factory:
      let value = try owned(moltpy_call0(field.preset))
      defer { value.release() }
      try set(field.attribute, of: target, to: value, shape)
    }
  }

  private func callPostInit(of object: PythonObject) throws(PythonRaised) {
    let method = try owned(PyObject_GetAttr(object, Slot.__post_init__.object))
    defer { method.release() }
    try owned(moltpy_call0(method)).release()
  }
}
