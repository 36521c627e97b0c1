public import CMoltPython
internal import MoltCBOR
internal import MoltJSON
internal import MoltMessagePack
internal import MoltTape

/// Implements `json_document` of `_codecs.pyi`.
@c @implementation
public func moltpy_json_document(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  unsafe document(arguments, count, of: .json)
}

/// Implements `msgpack_document` of `_codecs.pyi`.
@c @implementation
public func moltpy_msgpack_document(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  unsafe document(arguments, count, of: .messagePack)
}

/// Implements `cbor_document` of `_codecs.pyi`.
@c @implementation
public func moltpy_cbor_document(
  _ module: moltpy_object,
  _ arguments: UnsafePointer<moltpy_object>!,
  _ count: Int
) -> moltpy_object {
  unsafe document(arguments, count, of: .cbor)
}

/// A document with a parser of its own.
private func document(
  _ arguments: UnsafePointer<moltpy_object>?,
  _ count: Int,
  of format: DocumentFormat
) -> moltpy_object {
  answer { () throws(PythonRaised) in
    let arguments = unsafe Arguments(arguments, count: count)
    try arguments.atMost(2)
    let data = try arguments.required(0)
    let rules = BuildingRules(rawValue: try arguments.integer(1))
    let input: InputBytes
    do { input = try InputBytes(keeping: data) } catch { throw refusedSurrogates(data) }
    let parsed: ParsedInput
    do throws(PythonRaised) {
      parsed = try ParsedInput(input, format, rules, data, isKept: true)
    } catch {
      input.release()
      throw error
    }
    let kept = KeptDocument(parsed.memory, parsed.parser, input, data)
    return try DocumentObject.make(kept, at: 0)
  }
}

/// The tape of an input in any of the formats.
struct ParsedInput {
  let memory: TapeMemory
  /// Owns the tape.
  let parser: AnyObject

  /// Parses an input.
  ///
  /// `input`: the bytes.
  /// `format`: what they are.
  /// `rules`: whether keys may come twice.
  /// `data`: the object that they belong to, for errors.
  /// `isKept`: whether the parser is to be a new one.
  init(
    _ input: InputBytes,
    _ format: DocumentFormat,
    _ rules: BuildingRules,
    _ data: PythonObject,
    isKept: Bool
  ) throws(PythonRaised) {
    switch format {
    case .json:
      let isNew = isKept || rules.contains(.uniqueKeys)
      let parser =
        isNew ? KeptJSONParser(uniqueKeys: rules.contains(.uniqueKeys)) : Pools.takeJSON()
      self.parser = parser
      do {
        memory = try input.withoutLock { (span) throws(JSONError) in try parser.parse(span) }
      } catch { throw raised(error, data) }
    case .messagePack:
      let parser = isKept ? KeptMessagePackParser() : Pools.takeMessagePack()
      self.parser = parser
      var limits = MessagePackLimits()
      limits.uniqueKeys = rules.contains(.uniqueKeys)
      do {
        memory = try input.withoutLock { (span) throws(MessagePackError) in
          var offset = 0
          return try parser.parse(span, limits, at: &offset, isWhole: true).0
        }
      } catch { throw raised(error, data) }
    case .cbor:
      try KnownTypes.load()
      let parser = isKept ? KeptCBORParser() : Pools.takeCBOR()
      self.parser = parser
      var limits = CBORLimits()
      limits.uniqueKeys = rules.contains(.uniqueKeys)
      do {
        memory = try input.withoutLock { (span) throws(CBORError) in
          var offset = 0
          return try parser.parse(span, limits, at: &offset, isWhole: true)
        }
      } catch { throw raised(error, data) }
    }
  }

  /// Gives a parser that is not kept back to the next call.
  func giveBack(after byteCount: Int) {
    switch parser {
    case let parser as KeptJSONParser:
      if !parser.refusesDuplicates { Pools.give(parser, after: byteCount) }
    case let parser as KeptMessagePackParser: Pools.give(parser, after: byteCount)
    case let parser as KeptCBORParser: Pools.give(parser, after: byteCount)
    default: break
    }
  }
}
