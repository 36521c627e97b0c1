package import MoltErrors
package import MoltMessagePack

/// Why a frame is not a message of the envelope.
///
/// The stream goes on after it: the next frame can be read.
package enum MessageError: Error, Equatable, Sendable {
  /// The bytes are no MessagePack, or not of the kinds that the message asks for.
  case malformed(MessagePackError)
  /// The map that starts at `offset` lacks a key it must have.
  case missing(key: MessageKey, offset: Int)
  /// The request's id is 0, which means "no request".
  case zeroID
  /// The header names an operation that this worker does not know.
  case unknownOperation(String)
  /// Bytes follow the message.
  case trailingBytes(offset: Int)
  /// The `trace` is longer than any `traceparent`.
  case traceTooLong(byteCount: Int)

  /// The error as the peer gets to see it; offsets count from the first byte of the header.
  package var error: MoltError {
    switch self {
    case .malformed(let error): MoltError(.invalidInput, error.message, offset: error.offset)
    case .missing(let key, let offset):
      MoltError(
        .invalidInput,
        "the map at byte \(offset) lacks \"\(key.rawValue)\"",
        offset: offset
      )
    case .zeroID: MoltError(.invalidInput, "a request's id must be 1 or more")
    case .unknownOperation(let name):
      MoltError(
        .invalidInput,
        "the operation \"\(name.prefix(40))\" is unknown; this worker knows "
          + Operation.allCases.map(\.rawValue).joined(separator: ", ")
      )
    case .trailingBytes(let offset):
      MoltError(.invalidInput, "bytes follow the message at byte \(offset)", offset: offset)
    case .traceTooLong(let byteCount):
      MoltError(
        .invalidInput,
        "the trace has \(byteCount) bytes; a traceparent has at most \(RequestHeader.traceLimit)"
      )
    }
  }
}
