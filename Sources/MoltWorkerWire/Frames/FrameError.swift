package import MoltErrors

/// Why a byte stream is not a sequence of frames.
///
/// The stream cannot be resynchronised after any of them: answer and close.
package enum FrameError: Error, Equatable, Sendable {
  /// The frame that starts at `offset` of the stream announces more bytes than the limit allows.
  case tooLarge(offset: Int, byteCount: Int, limit: Int)
  /// The frame that starts at `offset` of the stream announces no bytes at all.
  case empty(offset: Int)

  /// The error as the peer gets to see it.
  package var error: MoltError {
    switch self {
    case .tooLarge(let offset, let byteCount, let limit):
      MoltError(
        .tooLarge,
        "the frame at byte \(offset) has \(byteCount) bytes, and the limit is \(limit)",
        offset: offset
      )
    case .empty(let offset):
      MoltError(
        .invalidInput,
        "the frame at byte \(offset) is empty; it must hold at least a header",
        offset: offset
      )
    }
  }
}
