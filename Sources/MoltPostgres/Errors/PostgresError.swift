public import MoltErrors
public import MoltPool
public import MoltPostgresWire

/// Why something that was asked of PostgreSQL has no result.
public enum PostgresError: Error, Equatable, Sendable {
  /// The server reported an error.
  case server(PostgresServerError)
  /// The connection ended first. Whether the server ran the statement is unknown.
  case closed(PostgresClosure)
  /// The request cannot be sent; nothing was.
  case refused(PostgresRefusal)
  /// The statement is a `COPY FROM STDIN`, which needs ``PostgresConnection/copyIn(_:_:)``.
  case copyNeedsItsOwnMethod
  /// The statement is not the `COPY` that was expected.
  case notACopy
  /// The task was cancelled. The server has stopped the statement, or the connection is closed.
  case cancelled
  /// The time limit passed. The server has stopped the statement, or the connection is closed.
  case timeout
  /// The server could not be reached; the text says why.
  case unreachable(String)
  /// TLS could not be set up; the text says why.
  case tls(String)
  /// The pool gave no connection.
  case pool(PoolRefusal)
  /// The result is larger than the limit; stream it instead.
  case resultTooLarge(limit: Int)
  /// The transaction was rolled back instead of committed: one of its statements had failed.
  case rolledBack
  /// A value is not what was asked for.
  case decoding(PostgresDecodingError)
  /// The server refuses to prepare a statement. `offset` is the byte in its text, or -1.
  case badSQL(PostgresServerError, offset: Int)
  /// The rows do not become the bytes of an answer.
  case answer(PostgresAnswerError)
  /// The query of this index in a batch failed, so that none of the batch took effect.
  indirect case batch(index: Int, PostgresError)

  /// The five characters that classify a server's error; nil for other errors.
  public var sqlState: String? {
    switch self {
    case .server(let error): error.sqlState
    case .batch(_, let error): error.sqlState
    default: nil
    }
  }

  /// Whether the same transaction may succeed when it is run again: a serialisation failure or a
  /// deadlock.
  public var isRetriable: Bool { sqlState == "40001" || sqlState == "40P01" }

  /// The error as the edges report it.
  public var error: MoltError {
    switch self {
    case .server(let error): error.error
    case .closed(let closure): closure.error
    case .refused(let refusal): refusal.error
    case .copyNeedsItsOwnMethod: MoltError(.invalidInput, "COPY FROM STDIN needs copyIn")
    case .notACopy: MoltError(.invalidInput, "the statement is not the COPY that was expected")
    case .cancelled: MoltError(.cancelled, "the PostgreSQL statement was cancelled")
    case .timeout: MoltError(.timeout, "the PostgreSQL statement took longer than its limit")
    case .unreachable(let reason): MoltError(.unavailable, "no PostgreSQL connection: \(reason)")
    case .tls(let reason): MoltError(.unavailable, "TLS to PostgreSQL failed: \(reason)")
    case .pool(.closed): MoltError(.unavailable, "the PostgreSQL pool is closed")
    case .pool(.tooManyWaiters(let limit)):
      MoltError(.busy, "\(limit) tasks are waiting for a PostgreSQL connection already")
    case .pool(.waitedTooLong): MoltError(.busy, "no PostgreSQL connection became free in time")
    case .pool(.unreachable): MoltError(.unavailable, "PostgreSQL connections cannot be opened")
    case .resultTooLarge(let limit):
      MoltError(.tooLarge, "the result has more than \(limit) bytes; stream it")
    case .rolledBack:
      MoltError(.invalidInput, "the PostgreSQL transaction had failed and was rolled back")
    case .decoding(let error): MoltError(.invalidInput, error.message)
    case .badSQL(let error, let offset): error.errorOfPreparing(offset: offset)
    case .answer(let error): error.error
    case .batch(let index, let error): error.error.ofQuery(index)
    }
  }
}

extension MoltError {
  /// The error with its query's index in the batch.
  fileprivate func ofQuery(_ index: Int) -> MoltError {
    MoltError(code, "query \(index) of the batch: \(message)", offset: offset)
  }
}
