public import MoltErrors

/// Why the machine does not take a request.
///
/// Nothing was written, and nothing has changed.
public enum PostgresRefusal: Error, Equatable, Sendable {
  /// The login is not complete.
  case notConnected
  /// The connection is over.
  case closed
  /// A result is being fetched in portions; read it to its end or close it first.
  case portalOpen
  /// A `COPY FROM STDIN` is running; finish it first.
  case copying
  /// No `COPY FROM STDIN` is running.
  case notCopying
  /// The operation's result is not suspended.
  case notSuspended
  /// SQL, or a name, contains a zero byte, which the protocol cannot carry.
  case zeroByte
  /// There are more parameters, or result formats, than the protocol can count.
  case tooManyParameters(Int)
  /// A message would be larger than the limit.
  case tooLarge(byteCount: Int, limit: Int)
  /// Too many operations have no complete result yet.
  case tooManyOperations(limit: Int)

  /// The error as the edges report it.
  public var error: MoltError {
    switch self {
    case .notConnected: MoltError(.unavailable, "the PostgreSQL login is not complete")
    case .closed: MoltError(.unavailable, "the PostgreSQL connection is closed")
    case .portalOpen:
      MoltError(.busy, "a result is being fetched in portions on this PostgreSQL connection")
    case .copying: MoltError(.busy, "a COPY is running on this PostgreSQL connection")
    case .notCopying: MoltError(.invalidInput, "no COPY is running on this PostgreSQL connection")
    case .notSuspended: MoltError(.invalidInput, "the result is not waiting to be fetched")
    case .zeroByte: MoltError(.invalidInput, "SQL must not contain a zero byte")
    case .tooManyParameters(let count):
      MoltError(.invalidInput, "\(count) parameters are more than PostgreSQL's 65535")
    case .tooLarge(let byteCount, let limit):
      MoltError(.tooLarge, "the message would have \(byteCount) bytes, and the limit is \(limit)")
    case .tooManyOperations(let limit):
      MoltError(.busy, "the PostgreSQL connection has \(limit) operations in flight")
    }
  }
}
