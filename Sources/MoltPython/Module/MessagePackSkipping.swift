public import CMoltPython
internal import MoltMessagePack

/// Implements `msgpack_skip` of `_codecs.pyi`.
@c @implementation
public func moltpy_msgpack_skip(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(4)
    var skipped = Skipped(
      offset: try arguments.integer(1),
      pending: try arguments.integer(2),
      needed: 0
    )
    let data = try arguments.required(0)
    let limits = arguments[3].exists ? try SizeLimits(arguments[3]) : nil
    try skipped.advance(in: data, limits)
    let result = PyTuple_New(3)
    guard result.exists else { throw PythonRaised() }
    for (index, value) in [skipped.offset, skipped.pending, skipped.needed].enumerated() {
      try checked(PyTuple_SetItem(result, index, PyLong_FromLongLong(Int64(value))))
    }
    return result
  }
}

/// How far the values of a message have been passed over.
struct Skipped {
  /// Where the next value starts.
  var offset: Int
  /// How many values are left.
  var pending: Int
  /// How many bytes they have at least.
  var needed: Int

  /// Goes on as far as the data reach.
  ///
  /// Raises `msgpack_error` for a value that is larger than the limits, and for what is not MessagePack.
  mutating func advance(
    in data: PythonObject,
    _ limits: SizeLimits?
  ) throws(PythonRaised) {
    let input = try InputBytes(data)
    defer { input.release() }
    guard offset >= 0, offset <= input.count else {
      throw raise(moltpy_PyExc_ValueError(), "the offset is outside the data")
    }
    var (place, left) = (offset, pending)
    var refused: (kind: MessagePackKind, count: UInt64)?
    do {
      needed = try input.withoutLock { (span) throws(MessagePackError) in
        var reader = MessagePackReader(span, at: place)
        defer { place = reader.offset }
        return try reader.skip(&left) { kind, count in
          if limits?.allows(kind, count) ?? true { return true }
          refused = (kind, count)
          return false
        }
      }
    } catch {
      guard let refused, let limits else { throw raised(error, data) }
      throw limits.exceeded(refused.kind, refused.count, at: place, data)
    }
    (offset, pending) = (place, left)
  }
}
