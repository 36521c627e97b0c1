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
