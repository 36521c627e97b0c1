public import CMoltPython
internal import MoltBytes
internal import MoltCBOR
internal import MoltMessagePack

/// Implements `msgpack_dumps` of `_codecs.pyi`.
@c @implementation
public func moltpy_msgpack_dumps(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(3)
    let object = try arguments.required(0)
    let rules = WritingRules(rawValue: try arguments.integer(1))
    if rules.hasAny(of: .textTypes) { try KnownTypes.load() }
    let sink = MessagePackSink(appendingTo: Pools.takeWriter())
    var writer = ObjectWriter(sink, rules, fallback: arguments[2])
    try writer.write(object)
    let written = writer.takeSink()
    let finished: ByteWriter
    do throws(MessagePackWriteError) { finished = try written.takeWriter() } catch {
      throw MessagePackSink.raised(error)
    }
    return try bytes(finished)
  }
}

/// Implements `cbor_dumps` of `_codecs.pyi`.
@c @implementation
public func moltpy_cbor_dumps(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(3)
    let object = try arguments.required(0)
    let rules = WritingRules(rawValue: try arguments.integer(1))
    try KnownTypes.load()
    let sink = CBORSink(CBOROptions(rules), appendingTo: Pools.takeWriter())
    var writer = ObjectWriter(sink, rules, fallback: arguments[2])
    try writer.write(object)
    let written = writer.takeSink()
    let finished: ByteWriter
    do throws(CBORWriteError) { finished = try written.takeWriter() } catch {
      throw CBORSink.raised(error)
    }
    return try bytes(finished)
  }
}

/// A new bytes object with what a writer holds; the writer goes back.
private func bytes(_ writer: consuming ByteWriter) throws(PythonRaised) -> PythonObject {
  let object = unsafe writer.span.withUnsafeBufferPointer { unsafe binary($0) }
  Pools.give(writer)
  return try owned(object)
}

extension CBOROptions {
  init(_ rules: WritingRules) {
    self.init()
    shortensFloats = rules.rawValue & 3 != 0
    if rules.rawValue & 1 != 0 { keyOrder = .lengthFirst }
    if rules.rawValue & 2 != 0 { keyOrder = .bytewise }
  }
}
