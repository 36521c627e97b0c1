public import CMolt
internal import CSQLite
internal import MoltErrors

/// Implements `molt_abi_version`, documented in molt.h.
@c @implementation
public func molt_abi_version() -> UInt32 { UInt32(MOLT_ABI_VERSION) }

/// Implements `molt_version`, documented in molt.h.
@c @implementation
public func molt_version() -> UnsafePointer<CChar>! {
  // Safety: a static string lives forever and ends with a NUL.
  unsafe UnsafeRawPointer(moltVersion.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// Implements `molt_sqlite_address`, documented in molt.h.
@c @implementation
public func molt_sqlite_address() -> UnsafeRawPointer! {
  typealias Version = @convention(c) () -> UnsafePointer<CChar>?
  let function: Version = unsafe sqlite3_libversion
  return unsafe unsafeBitCast(function, to: UnsafeRawPointer.self)
}

/// Implements `molt_database_open`, documented in molt.h.
@c @implementation
public func molt_database_open(
  _ options: UnsafePointer<UInt8>!,
  _ options_count: Int,
  _ database: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let bytes = unsafe borrowed(options, options_count)
    let opened = try EngineDatabase(try DatabaseOptions(decoding: bytes))
    unsafe database.pointee = retained(opened.object)
  }
}

/// Implements `molt_database_close`, documented in molt.h.
@c @implementation
public func molt_database_close(_ database: OpaquePointer!) {
  unsafe release(database, as: AnyObject.self)
}

// MARK: Handles

/// Gives the caller one reference.
func retained(_ handle: some AnyObject) -> OpaquePointer {
  unsafe OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
}

/// Looks at bytes that the caller lends for the length of the call; NULL is no bytes.
@_lifetime(immortal)
func borrowed(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Span<UInt8> {
  // Safety: molt.h asks for `count` readable bytes, and no function keeps the span.
  let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
  return unsafe _overrideLifetime(span, copying: ())
}

/// Looks behind a handle without changing who owns it.
func borrowed<Handle: AnyObject>(_ pointer: OpaquePointer, as type: Handle.Type) -> Handle {
  // Safety: molt.h asks for a handle of this kind that was not released yet.
  unsafe Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
}

/// Takes the caller's reference back; nothing for NULL.
func release<Handle: AnyObject>(_ pointer: OpaquePointer?, as type: Handle.Type) {
  guard let pointer = unsafe pointer else { return }
  unsafe Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).release()
}
