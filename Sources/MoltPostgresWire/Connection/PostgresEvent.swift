/// What a connection has to tell its shell.
///
/// `rows` and `copyData` lie in the input until the machine's next call; everything else is a value
/// of its own.
public enum PostgresEvent: Equatable, Sendable {
  /// Nothing more can be said now: send the output, then receive more.
  case waiting
  /// The server agreed to encrypt: send the output, shake hands, then call
  /// ``PostgresConnectionMachine/encryptionEstablished(_:)``.
  case startEncryption
  /// The login is complete; requests are taken from here on.
  case connected

  /// A prepare succeeded.
  case prepared(PostgresOperation, PostgresDescription)
  /// An execution begins; its rows, if any, have these columns.
  case columns(PostgresOperation, [PostgresColumn])
  /// Rows of an execution.
  case rows(RowRun)
  /// The row limit is reached, and more may follow: resume the operation or close its portal.
  case suspended(PostgresOperation)
  /// A command is complete. Its effects last only when the batch's `ready` comes without a failure
  /// before it. A simple query has one of these for each of its commands.
  case completed(PostgresOperation, CommandComplete)
  /// An operation has no result, or the commit at the batch's end failed. In the second case it has
  /// been `completed` before.
  case failed(PostgresOperation, PostgresFailure)
  /// A batch is over: the answer to one `sync`, or to one simple query.
  case ready(PostgresTransactionStatus)

  /// The server waits for a `COPY`'s data: send it, then finish or fail it.
  case copyIn(PostgresOperation, CopyResponse)
  /// Data of a `COPY` follows.
  case copyOut(PostgresOperation, CopyResponse)
  /// The next piece of a `COPY`'s data.
  case copyData(CopyRun)
  /// All data of a `COPY` was there; `completed` follows.
  case copyDone(PostgresOperation)

  /// Somebody notified a channel that the session listens to.
  case notification(NotificationResponse)
  /// The server has something to say that is no error.
  case notice(PostgresServerError)
  /// A setting of the session has this value now.
  case parameter(ParameterStatus)

  /// The connection is over, and every operation was told: close the socket. Comes again for every
  /// further call.
  case closed(PostgresClosure)
}

/// A piece of a `COPY`'s data in a connection's input.
public struct CopyRun: Equatable, Sendable {
  /// Whose data it is.
  public let operation: PostgresOperation
  /// Where it lies in the input's unread bytes.
  public let range: Range<Int>

  /// Creates a run; the machine does, and tests may.
  public init(operation: PostgresOperation, range: Range<Int>) {
    self.operation = operation
    self.range = range
  }
}
