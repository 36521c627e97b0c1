public import CMoltPython
internal import MoltTape

/// Implements `compile_plan` of `_codecs.pyi`.
@c @implementation
public func moltpy_compile_plan(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(1)
    try KnownTypes.load()
    let (plan, holder) = try PlanCompiler.compile(try arguments.required(0))
    let object = PyType_GenericAlloc(Slot.planType.object, 0)
    guard object.exists else {
      holder.release()
      throw PythonRaised()
    }
    let payload = unsafe payloadOf(object)
    unsafe payload.pointee.owner = holder
    unsafe payload.pointee.swift = Unmanaged.passRetained(plan).toOpaque()
    return object
  }
}

/// Implements `json_decode` of `_codecs.pyi`.
@c @implementation
public func moltpy_json_decode(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  unsafe decode(arguments, count, .json)
}

/// Implements `msgpack_decode` of `_codecs.pyi`.
@c @implementation
public func moltpy_msgpack_decode(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  unsafe decode(arguments, count, .messagePack)
}

/// Implements `cbor_decode` of `_codecs.pyi`.
@c @implementation
public func moltpy_cbor_decode(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  unsafe decode(arguments, count, .cbor)
}

private func decode(
  _ arguments: UnsafePointer<moltpy_object>?,
  _ count: Int,
  _ format: DocumentFormat
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(3)
    let data = try arguments.required(0)
    let plan = try arguments.required(1)
    guard plan.type == Slot.planType.object else {
      throw raise(moltpy_PyExc_TypeError(), "a Plan is needed, not \(typeName(of: plan))")
    }
    let rules = BuildingRules(rawValue: try arguments.integer(2))
    let payload = unsafe payloadOf(plan)
    let compiled = unsafe Unmanaged<Plan>.fromOpaque(payload.pointee.swift).takeUnretainedValue()
    // The caller's reference may go while Python's functions run.
    plan.retained()
    defer { plan.release() }
    let input: InputBytes
    do { input = try InputBytes(data) } catch { throw refusedSurrogates(data) }
    defer { input.release() }
    let parsed = try ParsedInput(input, format, rules, data, isKept: false)
    defer { parsed.giveBack(after: input.count) }
    var decoder = PlanDecoder(parsed.memory, compiled, Pools.keys)
    return try decoder.decode(0, at: 0)
  }
}
