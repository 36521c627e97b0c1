package import MoltErrors

/// Why a connection does not do, or ends, what was asked.
package enum ConnectionRefusal: Equatable, Sendable {
  case tooManyRequests(limit: Int)
  case tooManyStatements(limit: Int)
  case statementUnknown(UInt64)
  case statementInUse(UInt64)
  case protocolUnknown(UInt64)
  case duplicateID(UInt64)
  case draining
  case cancelled
  case timedOut

  /// The error as the peer gets to see it.
  package var error: MoltError {
    switch self {
    case .tooManyRequests(let limit):
      MoltError(.busy, "the connection has \(limit) unanswered requests; wait for answers first")
    case .tooManyStatements(let limit):
      MoltError(.tooLarge, "the connection has \(limit) statements; release some first")
    case .statementUnknown(let number):
      MoltError(.invalidInput, "statement \(number) is not prepared")
    case .statementInUse(let number):
      MoltError(.invalidInput, "statement \(number) is already prepared; release it first")
    case .protocolUnknown(let version):
      MoltError(
        .invalidInput,
        "the client speaks protocol \(version), this worker \(HelloRequest.currentProtocol); "
          + "install the same version on both sides"
      )
    case .duplicateID(let id):
      MoltError(.invalidInput, "request \(id) is sent again before its answer; use a new id")
    case .draining:
      MoltError(.unavailable, "the worker is stopping; try again on a new connection")
    case .cancelled: MoltError(.cancelled, "the request was cancelled")
    case .timedOut: MoltError(.timeout, "the deadline passed before the answer was complete")
    }
  }
}
