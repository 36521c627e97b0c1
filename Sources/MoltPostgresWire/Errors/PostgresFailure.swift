public import MoltErrors

/// Why one operation has no result.
public enum PostgresFailure: Error, Equatable, Sendable {
  /// The server reported an error for it.
  case server(PostgresServerError)
  /// Another operation before the same synchronisation failed, so the server skipped this one.
  case skipped(after: PostgresOperation)
  /// The statement is a `COPY FROM STDIN`, which has to be sent as a simple query.
  case copyNeedsSimpleQuery
  /// The connection ended first. Whether the server ran the operation is unknown.
  case closed(PostgresClosure)

  /// The error as the edges report it.
  public var error: MoltError {
    switch self {
    case .server(let error): error.error
    case .skipped:
      MoltError(.cancelled, "an earlier statement of the same pipeline failed")
    case .copyNeedsSimpleQuery:
      MoltError(.invalidInput, "COPY FROM STDIN has to be sent as a simple query")
    case .closed(let closure): closure.error
    }
  }
}
