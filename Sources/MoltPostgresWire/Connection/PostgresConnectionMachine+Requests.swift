public import MoltBytes

// A request that throws has written nothing and changed nothing. None throws for what a server
// sent.

extension PostgresConnectionMachine {
  /// Sends an execution of a statement, which becomes a part of the open batch.
  ///
  /// A statement that the connection has prepared is only bound and executed; another one is parsed
  /// and described on the way, without waiting. While its first execution is in flight, executions
  /// in later batches parse it for themselves, since the first could still fail.
  ///
  /// With a row limit the result comes in portions: each ends in ``PostgresEvent/suspended(_:)``,
  /// and no other request is taken before ``resume(_:rowLimit:into:)`` has fetched the last one or
  /// ``closePortal(_:into:)`` has given it up. Its batch ends by itself then.
  ///
  /// - Parameters:
  ///   - statement: The SQL.
  ///   - parameters: The values; they are copied.
  ///   - resultFormats: How the columns are to be written.
  ///   - rowLimit: The most rows of a portion; 0 for the whole result at once.
  ///   - output: Gets the messages.
  /// - Returns: The operation that the events name.
  /// - Throws: ``PostgresRefusal``.
  /// - Complexity: O(bytes of the parameters), and of the SQL when it is not prepared
  public mutating func execute(
    _ statement: PostgresStatement,
    _ parameters: borrowing BindParameters,
    resultFormats: PostgresResultFormats = .binary,
    rowLimit: Int = 0,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) -> PostgresOperation {
    try request { (session) throws(PostgresRefusal) in
      try session.execute(
        statement,
        parameters,
        resultFormats,
        rowLimit: rowLimit,
        into: &output
      )
    }
  }

  /// Throws what ``execute(_:_:resultFormats:rowLimit:into:)`` would throw, and sends nothing.
  ///
  /// A shell that checks all executions of a batch first can send them all or none.
  ///
  /// - Parameters:
  ///   - statement: The SQL.
  ///   - parameters: The values.
  ///   - resultFormats: How the columns are to be written.
  ///   - count: How many others of the batch will have been sent before it.
  /// - Throws: ``PostgresRefusal``.
  /// - Complexity: O(1)
  public mutating func check(
    _ statement: PostgresStatement,
    _ parameters: borrowing BindParameters,
    resultFormats: PostgresResultFormats = .binary,
    behind count: Int = 0
  ) throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in
      try session.check(statement, parameters, resultFormats, behind: count)
    }
  }

  /// Parses every statement anew from now on, and closes those that are prepared with the next batch.
  ///
  /// For a shell that sends a batch again because one of its statements was stale.
  ///
  /// - Throws: ``PostgresRefusal`` where the connection is not open.
  public mutating func dropStatements() throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in session.dropStatements() }
  }

  /// Sends a prepare, which becomes a part of the open batch.
  ///
  /// The answer, ``PostgresEvent/prepared(_:_:)``, tells the types and columns of a statement
  /// before its first execution.
  ///
  /// - Parameters:
  ///   - statement: The SQL.
  ///   - parameterTypes: The types as executions will give them; 0 where the server infers one.
  ///   - output: Gets the messages.
  /// - Returns: The operation that the events name.
  /// - Throws: ``PostgresRefusal``.
  public mutating func prepare(
    _ statement: PostgresStatement,
    parameterTypes: [UInt32] = [],
    into output: inout ByteWriter
  ) throws(PostgresRefusal) -> PostgresOperation {
    try request { (session) throws(PostgresRefusal) in
      try session.prepare(statement, parameterTypes: parameterTypes, into: &output)
    }
  }

  /// Ends the open batch: the server commits what is not in a transaction of its own.
  ///
  /// Each call is answered by one ``PostgresEvent/ready(_:)``, also for an empty batch, which makes
  /// it a cheap way to ask whether the server is there.
  ///
  /// - Throws: ``PostgresRefusal``.
  public mutating func sync(into output: inout ByteWriter) throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in
      try session.checkIsFree()
      session.endBatch(into: &output)
    }
  }

  /// Sends a simple query: any number of statements without parameters, with results as text.
  ///
  /// It ends the open batch, if there is one, and is a batch of its own. `COPY FROM STDIN` works in
  /// this form only, and only while nothing is sent behind it.
  ///
  /// - Throws: ``PostgresRefusal``.
  public mutating func query(
    _ statement: PostgresStatement,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) -> PostgresOperation {
    try request { (session) throws(PostgresRefusal) in try session.query(statement, into: &output) }
  }

  /// Fetches the next portion of a suspended result.
  ///
  /// - Parameters:
  ///   - operation: The suspended one.
  ///   - rowLimit: The most rows of the portion; 0 for all the rest.
  ///   - output: Gets the messages.
  /// - Throws: ``PostgresRefusal/notSuspended`` when it is not.
  public mutating func resume(
    _ operation: PostgresOperation,
    rowLimit: Int,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in
      try session.resume(operation, rowLimit: rowLimit, into: &output)
    }
  }

  /// Gives up the rest of a suspended result; `completed` with an empty tag answers.
  ///
  /// - Throws: ``PostgresRefusal/notSuspended`` when it is not suspended.
  public mutating func closePortal(
    _ operation: PostgresOperation,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in
      try session.closePortal(operation, into: &output)
    }
  }

  /// Sends a piece of a `COPY FROM STDIN`'s data, after ``PostgresEvent/copyIn(_:_:)``.
  ///
  /// - Throws: ``PostgresRefusal/notCopying``, also after the server has ended the copy with an
  ///   error.
  public mutating func copyData(
    _ data: Span<UInt8>,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in
      try session.copyData(data, into: &output)
    }
  }

  /// Says that a copy's data is complete.
  ///
  /// - Throws: ``PostgresRefusal/notCopying``.
  public mutating func copyDone(into output: inout ByteWriter) throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in try session.copyDone(into: &output) }
  }

  /// Says that a copy's data will not be complete; the operation then fails.
  ///
  /// - Throws: ``PostgresRefusal/notCopying``.
  public mutating func copyFail(
    _ reason: String,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) {
    try request { (session) throws(PostgresRefusal) in try session.copyFail(reason, into: &output) }
  }
}
