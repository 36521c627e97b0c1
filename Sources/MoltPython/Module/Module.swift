public import CMoltPython

/// Makes the module of `_codecs.pyi` in the Python of this process.
///
/// - Returns: The address of the module, a new reference; 0 where there is no Python, and with
///   `ImportError` set where it is one that this code does not know how to use.
public func makePythonModule() -> UInt {
  if let missing = unsafe moltpy_load() {
    return refuse("this Python has no \(unsafe String(cString: missing))")
  }
  guard moltpy_knows_objects() else {
    return refuse("this Python is free-threaded, or a debug build with other objects")
  }
  // Objects that the module keeps would be seen by several interpreters.
  guard unsafe PyInterpreterState_GetID(PyInterpreterState_Get()) == 0 else {
    return refuse("the codecs are native in the main interpreter only")
  }
  return answer { () throws(PythonRaised) in try make() }.bits
}

/// Sets an `ImportError`, if there is a Python that could raise it.
private func refuse(_ reason: String) -> UInt {
  unsafe reason.withCString { unsafe moltpy_refuse($0) }
  return 0
}

private func make() throws(PythonRaised) -> PythonObject {
  try Slot.keepNames()
  try KnownTypes.loadMoments()
  Slot.documentType.keep(try owned(moltpy_create_document_type()))
  Slot.planType.keep(try owned(moltpy_create_plan_type()))
  Slot.tokenKeyType.keep(try owned(moltpy_create_token_key_type()))
  Slot.keptType.keep(try owned(moltpy_create_kept_type()))
  let module = try owned(moltpy_create_module())
  var isComplete = unsafe PyModule_AddStringConstant(module, "IMPLEMENTATION", "native") == 0
  let types = [
    ("Document", Slot.documentType), ("Plan", Slot.planType), ("TokenKey", Slot.tokenKeyType),
  ]
  for (name, type) in types where isComplete {
    isComplete = unsafe name.withCString {
      unsafe PyModule_AddObjectRef(module, $0, type.object) == 0
    }
  }
  for (name, value) in constants where isComplete {
    isComplete = unsafe name.withCString { unsafe PyModule_AddIntConstant(module, $0, value) == 0 }
  }
  guard isComplete else {
    module.release()
    throw PythonRaised()
  }
  return module
}

/// Implements `shortcut` of `_codecs.pyi`.
@c @implementation
public func moltpy_shortcut(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let given = unsafe Arguments(arguments, count: count)
    let name = string(from: try given.required(0))
    let function = try given.required(1)
    let doc = string(from: try given.required(2))
    return try owned(
      unsafe moltpy_create_shortcut(name, function, doc, arguments + 3, count - 3)
    )
  }
}

/// The bits of `_codecs.pyi`.
private let constants: [(String, Int)] = [
  ("DEPTH", 1024),
  ("JSON_COMPATIBLE", 1), ("KEEP_COLLECTING", 2), ("UNIQUE_KEYS", 4),
  ("ESCAPE_ASCII", 0), ("ESCAPE_UTF8", 1), ("ESCAPE_DRF", 2),
  ("SPACED", 4), ("SORT_KEYS", 8), ("SKIP_KEYS", 16), ("NAN_NULL", 32), ("NAN_LITERAL", 64),
  ("RESULT_BYTES", 128), ("NEW_LINE", 256),
  ("DJANGO_TYPES", 512), ("DRF_TYPES", 1024), ("ISO_TYPES", 2048), ("INDENT_SHIFT", 16),
  ("MSGPACK_RAW", 256), ("MSGPACK_TUPLES", 512), ("MSGPACK_STRICT_MAP_KEY", 1024),
  ("MSGPACK_TIMESTAMP_SHIFT", 16),
  ("PACK_OLD", 1), ("PACK_SINGLE", 2), ("PACK_DATETIME", 4), ("PACK_STRICT", 8),
  ("CBOR_CANONICAL", 1), ("CBOR_SORTED", 2), ("CBOR_DATETIME_NUMBERS", 4),
  ("TOKEN_SECRET", 0), ("TOKEN_PEM", 1), ("TOKEN_JWK", 2), ("TOKEN_JWKS", 3),
  ("TOKEN_UNENCODED", 1), ("TOKEN_DETACHED", 2),
]

/// Implements `bind` of `_codecs.pyi`.
@c @implementation
public func moltpy_bind(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    let name = string(from: try arguments.required(0))
    let object = try arguments.required(1)
    guard let slot = Slot(binding: name) else {
      throw raise(moltpy_PyExc_ValueError(), "there is nothing to bind as \(name)")
    }
    slot.keep(object.isNone ? .missing : object.retained())
    return PythonObject.none.retained()
  }
}
