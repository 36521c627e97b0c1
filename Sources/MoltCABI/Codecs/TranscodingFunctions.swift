public import CMolt
internal import MoltBytes
internal import MoltErrors
internal import MoltJSON
internal import MoltTape

/// Implements `molt_document_write`, documented in molt.h.
@c @implementation
public func molt_document_write(
  _ document: OpaquePointer!,
  _ number: UInt32,
  _ format: Int32,
  _ options: UnsafePointer<molt_write_options>!,
  _ answer: UnsafeMutablePointer<molt_answer>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let handle = unsafe borrowed(document, as: DocumentHandle.self)
    let format = try DocumentFormat(number: format)
    let options = try unsafe WriteOptions(options)
    try unsafe writeDocument(handle.value(number), as: format, options, to: answer)
  }
}

/// Implements `molt_validate`, documented in molt.h.
@c @implementation
public func molt_validate(
  _ format: Int32,
  _ bytes: UnsafePointer<UInt8>!,
  _ byte_count: Int,
  _ limits: UnsafePointer<molt_document_limits>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    var parsers = unsafe DocumentParsers(DocumentLimits(limits))
    try unsafe parsers.validate(DocumentFormat(number: format), borrowed(bytes, byte_count))
  }
}

/// Implements `molt_minify`, documented in molt.h.
@c @implementation
public func molt_minify(
  _ bytes: UnsafePointer<UInt8>!,
  _ byte_count: Int,
  _ answer: UnsafeMutablePointer<molt_answer>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let handle = unsafe answerHandle(of: answer)
    let input = unsafe borrowed(bytes, byte_count)
    var parser = JSONParser()
    handle.writer.removeAll()
    defer { unsafe write(handle, rowCount: 0, to: answer) }
    do throws(JSONError) { try parser.minify(input, into: &handle.writer) } catch {
      handle.writer.removeAll()
      throw MoltError(error, in: input)
    }
  }
}

/// Implements `molt_transcode`, documented in molt.h.
@c @implementation
public func molt_transcode(
  _ from: Int32,
  _ bytes: UnsafePointer<UInt8>!,
  _ byte_count: Int,
  _ limits: UnsafePointer<molt_document_limits>!,
  _ to: Int32,
  _ options: UnsafePointer<molt_write_options>!,
  _ answer: UnsafeMutablePointer<molt_answer>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let format = try DocumentFormat(number: to)
    let options = try unsafe WriteOptions(options)
    let handle = unsafe DocumentHandle(DocumentLimits(limits))
    let input = unsafe borrowed(bytes, byte_count)
    // Safety: the handle goes before the call ends, and the bytes stay until then.
    try unsafe handle.parse(DocumentFormat(number: from), input, isKept: false)
    try unsafe writeDocument(handle.value(MOLT_ROOT), as: format, options, to: answer)
  }
}
