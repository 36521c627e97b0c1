public import CMoltPython
internal import MoltAuth

/// Implements `token_key` of `_codecs.pyi`.
@c @implementation
public func moltpy_token_key(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(2)
    let form = try arguments.integer(0)
    let input = try InputBytes(keeping: try arguments.required(1))
    defer { input.release() }
    // Safety: the argument's object, or a copy, holds the bytes.
    let bytes = unsafe Span(_unsafeElements: input.bytes)
    let keys = try raising { () throws(TokenError) in
      try unlocked(true) { () throws(TokenError) in try KeptKeys(form, bytes) }
    }
    let facts = try owned(PyTuple_New(3))
    defer { facts.release() }
    try checked(PyTuple_SetItem(facts, 0, try keys.object()))
    try checked(PyTuple_SetItem(facts, 1, PyLong_FromLongLong(keys.algorithmBits)))
    try checked(PyTuple_SetItem(facts, 2, PyLong_FromLongLong(keys.isPrivate ? 1 : 0)))
    return facts.retained()
  }
}

/// Implements `token_sign` of `_codecs.pyi`.
@c @implementation
public func moltpy_token_sign(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(5)
    let keys = try KeptKeys.of(try arguments.required(0))
    let algorithm = try algorithm(try arguments.integer(1))
    let header = try InputBytes(keeping: try arguments.required(2))
    defer { header.release() }
    let payload = try InputBytes(keeping: try arguments.required(3))
    defer { payload.release() }
    let flags = TokenFlags(rawValue: try arguments.integer(4))
    // Safety: the arguments' objects, or copies, hold the bytes.
    let headerBytes = unsafe Span(_unsafeElements: header.bytes)
    let payloadBytes = unsafe Span(_unsafeElements: payload.bytes)
    let token = try raising { () throws(TokenError) in
      try unlocked(keys.isSlow(payload.count)) { () throws(TokenError) in
        try JWS.sign(
          payloadBytes,
          headerJSON: headerBytes,
          algorithm,
          isPayloadEncoded: !flags.contains(.unencoded),
          try keys.only,
          payload: flags.contains(.detached) ? .detached : .inToken
        )
      }
    }
    return try owned(unsafe token.withUnsafeBufferPointer { unsafe text($0) })
  }
}

/// Implements `token_verify` of `_codecs.pyi`.
@c @implementation
public func moltpy_token_verify(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(4)
    let keys = try KeptKeys.of(try arguments.required(0))
    let token = try InputBytes(keeping: try arguments.required(1))
    defer { token.release() }
    let verifier = keys.verifier(allowing: try arguments.integer(2))
    let detached = arguments[3].exists ? try copy(arguments[3]) : nil
    // Safety: the argument's object, or a copy, holds the bytes.
    let bytes = unsafe Span(_unsafeElements: token.bytes)
    let size = token.count + (detached?.count ?? 0)
    // Other threads may use these keys meanwhile, so this call has a header of its own.
    var header = keys.header
    let payload = try raising { () throws(TokenError) in
      try unlocked(keys.isSlow(size)) { () throws(TokenError) in
        try verifier.payload(bytes, detached, &header)
      }
    }
    keys.header = header
    return try owned(unsafe payload.withUnsafeBufferPointer { unsafe binary($0) })
  }
}

/// The bits of `token_sign`.
private struct TokenFlags: OptionSet {
  let rawValue: Int

  static let unencoded = TokenFlags(rawValue: 1)
  static let detached = TokenFlags(rawValue: 2)
}

extension JWSVerifier {
  /// The payload of a token, which stands in it encoded, or apart as it is.
  fileprivate func payload(
    _ token: Span<UInt8>,
    _ detached: [UInt8]?,
    _ known: inout KnownHeader?
  ) throws(TokenError) -> [UInt8] {
    let verified = try verify(token, detachedPayload: detached, &known)
    guard verified.header.isPayloadEncoded == (detached == nil) else { throw .detachment }
    return verified.payload
  }
}

/// The algorithm at a place of the contract's list.
private func algorithm(_ index: Int) throws(PythonRaised) -> JWSAlgorithm {
  guard JWSAlgorithm.allCases.indices.contains(index) else {
    throw raise(moltpy_PyExc_ValueError(), "there is no algorithm \(index)")
  }
  return JWSAlgorithm.allCases[index]
}

/// A copy of an argument's bytes.
private func copy(_ object: PythonObject) throws(PythonRaised) -> [UInt8] {
  let input = try InputBytes(object)
  defer { input.release() }
  return unsafe Array(input.bytes)
}

/// Runs what touches no object, without the GIL where that pays.
private func unlocked<Result>(
  _ isSlow: Bool,
  _ body: () throws(TokenError) -> Result
) throws(TokenError) -> Result {
  guard isSlow else { return try body() }
  let thread = unsafe PyEval_SaveThread()
  defer { unsafe PyEval_RestoreThread(thread) }
  return try body()
}

/// Raises what a body throws as the exception that Python has bound.
private func raising<Result>(
  _ body: () throws(TokenError) -> Result
) throws(PythonRaised) -> Result {
  do throws(TokenError) {
    return try body()
  } catch {
    throw raise(
      by: .token_error,
      text(error.message),
      PyLong_FromLongLong(Int64(error.reason.rawValue)),
      PyLong_FromLongLong(Int64(error.offset ?? -1))
    )
  }
}
