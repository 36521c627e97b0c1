public import CMolt
internal import MoltErrors
internal import MoltRows

/// Implements `molt_cursor_open`, documented in molt.h.
@c @implementation
public func molt_cursor_open(
  _ statement: OpaquePointer!,
  _ arguments: UnsafePointer<UInt8>!,
  _ arguments_count: Int,
  _ options: UnsafePointer<molt_run_options>!,
  _ cursor: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let statement = unsafe EngineStatement(behind: statement)
    let arguments = unsafe borrowed(arguments, arguments_count)
    let opened = try openCursor(statement, arguments, unsafe RunOptions(options))
    unsafe cursor.pointee = retained(opened.object)
  }
}

/// Implements `molt_cursor_next`, documented in molt.h.
@c @implementation
public func molt_cursor_next(
  _ cursor: OpaquePointer!,
  _ byte_count_hint: Int,
  _ piece: UnsafeMutablePointer<molt_answer>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let cursor = unsafe EngineCursor(behind: cursor)
    let byteCount = byte_count_hint > 0 ? byte_count_hint : 1 << 16
    unsafe try writeAnswer(cursor, byteCount: byteCount, to: piece)
  }
}

/// Implements `molt_cursor_close`, documented in molt.h.
@c @implementation
public func molt_cursor_close(_ cursor: OpaquePointer!) {
  guard let cursor = unsafe cursor else { return }
  unsafe EngineCursor(behind: cursor).close()
  unsafe release(cursor, as: AnyObject.self)
}

/// Implements `molt_cancellation_create`, documented in molt.h.
@c @implementation
public func molt_cancellation_create() -> OpaquePointer! { unsafe retained(Cancellation()) }

/// Implements `molt_cancellation_cancel`, documented in molt.h.
@c @implementation
public func molt_cancellation_cancel(_ cancellation: OpaquePointer!) {
  guard let cancellation = unsafe cancellation else { return }
  unsafe borrowed(cancellation, as: Cancellation.self).cancel()
}

/// Implements `molt_cancellation_release`, documented in molt.h.
@c @implementation
public func molt_cancellation_release(_ cancellation: OpaquePointer!) {
  unsafe release(cancellation, as: Cancellation.self)
}
