internal import CMolt
internal import MoltErrors
internal import MoltMessagePack
internal import MoltPostgresSocket
internal import MoltRows
internal import MoltSQLite

/// Runs the body of a C function and reports what it throws.
///
/// - Returns: 0, or the error's code, with `error` filled in if the caller gave one.
func reporting(
  to error: UnsafeMutablePointer<molt_error>?,
  _ body: () throws(MoltError) -> Void
) -> Int32 {
  do {
    try body()
    return ErrorCode.ok.rawValue
  } catch let failure {
    if let error = unsafe error { unsafe write(failure, to: error) }
    return failure.code.rawValue
  }
}

private func write(_ failure: MoltError, to error: UnsafeMutablePointer<molt_error>) {
  unsafe error.pointee.code = failure.code.rawValue
  unsafe error.pointee.reserved = 0
  unsafe error.pointee.offset = Int64(failure.offset)
  // A message too long is cut in front of a character, never inside one.
  var bytes = Array(failure.message.utf8.prefix(Int(MOLT_MESSAGE_CAPACITY)))
  if bytes.count == Int(MOLT_MESSAGE_CAPACITY) {
    bytes.removeLast()
    while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
    if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
  }
  unsafe withUnsafeMutableBytes(of: &error.pointee.message) { message in
    unsafe message.copyBytes(from: bytes)
    unsafe message[bytes.count] = 0
  }
}

extension MoltError {
  init(_ error: SQLiteError) { self.init(error.code, error.message, offset: error.offset) }

  init(_ error: PostgresError) { self.init(error.code, error.message, offset: error.offset) }

  init(_ error: ShapeError) { self.init(.invalidInput, error.message, offset: error.offset) }

  init(_ error: MessagePackError, in what: StaticString) {
    self.init(.invalidInput, "\(what): \(error.message)", offset: error.offset)
  }
}
