public import CMolt
internal import MoltErrors
internal import MoltTape

/// Implements `molt_document_create`, documented in molt.h.
@c @implementation
public func molt_document_create(
  _ limits: UnsafePointer<molt_document_limits>!
) -> OpaquePointer! {
  unsafe retained(DocumentHandle(DocumentLimits(limits)))
}

/// Implements `molt_document_release`, documented in molt.h.
@c @implementation
public func molt_document_release(_ document: OpaquePointer!) {
  unsafe release(document, as: DocumentHandle.self)
}

/// Implements `molt_document_parse`, documented in molt.h.
@c @implementation
public func molt_document_parse(
  _ document: OpaquePointer!,
  _ format: Int32,
  _ bytes: UnsafePointer<UInt8>!,
  _ byte_count: Int,
  _ keep: Int32,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let handle = unsafe borrowed(document, as: DocumentHandle.self)
    let input = unsafe borrowed(bytes, byte_count)
    // Safety: molt.h asks the caller to leave the bytes alone.
    try unsafe handle.parse(DocumentFormat(number: format), input, isKept: keep != 0)
  }
}

/// Implements `molt_document_value`, documented in molt.h.
@c @implementation
public func molt_document_value(
  _ document: OpaquePointer!,
  _ number: UInt32,
  _ value: UnsafeMutablePointer<molt_value>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let handle = unsafe borrowed(document, as: DocumentHandle.self)
    let description = try ValueDescription(unsafe handle.value(number))
    unsafe value.pointee = description.value
  }
}

/// Implements `molt_document_find`, documented in molt.h.
@c @implementation
public func molt_document_find(
  _ document: OpaquePointer!,
  _ number: UInt32,
  _ pointer: UnsafePointer<CChar>!,
  _ pointer_count: Int,
  _ found: UnsafeMutablePointer<UInt32>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let handle = unsafe borrowed(document, as: DocumentHandle.self)
    let value = try unsafe handle.value(number)
    let bytes = unsafe UnsafeBufferPointer(start: pointer, count: pointer_count)
    guard let text = unsafe String(validating: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self)
    else { throw MoltError(.invalidInput, "the JSON pointer is not UTF-8") }
    unsafe found.pointee = try place(of: text, from: value)
  }
}

/// The number of the value that a pointer leads to.
private func place(of pointer: String, from value: TapeValue) throws(MoltError) -> UInt32 {
  do throws(JSONPointerError) {
    let pointer = try JSONPointer(pointer)
    return UInt32(truncatingIfNeeded: try value.resolve(pointer).index)
  } catch {
    guard error.code == .syntax else { return UInt32.max }
    throw MoltError(.invalidInput, error.description, offset: error.place)
  }
}
