public import MoltPostgresWire

extension PostgresConnection {
  /// Runs a statement and gives its whole result.
  ///
  /// Where the task is cancelled, the server is told to stop, and the call returns when it has.
  ///
  /// - Parameters:
  ///   - query: The SQL with its parameters.
  ///   - timeout: How long it may take; nil for the configuration's limit.
  /// - Returns: The rows.
  /// - Throws: ``PostgresError``.
  @discardableResult
  public func query(
    _ query: PostgresQuery,
    timeout: Duration? = nil
  ) async throws(PostgresError) -> PostgresRows {
    try await run(.query(query), timeout: timeout).get()
  }

  /// Runs a statement whose rows, if any, are of no interest.
  ///
  /// - Returns: What the server says that it did; it has the number of rows.
  /// - Throws: ``PostgresError``.
  @discardableResult
  public func execute(
    _ query: PostgresQuery,
    timeout: Duration? = nil
  ) async throws(PostgresError) -> CommandComplete {
    try await run(.query(query), timeout: timeout).get().command
  }

  /// Runs any number of statements without parameters, separated by semicolons.
  ///
  /// They are one transaction unless they say otherwise. Their rows are not kept.
  ///
  /// - Parameter sql: The SQL as it is; input must have had no part in it.
  /// - Throws: ``PostgresError``.
  public func execute(script sql: String) async throws(PostgresError) {
    _ = try await run(.statements(PostgresStatement(sql)), timeout: nil).get()
  }

  /// Asks the server whether it is there.
  ///
  /// - Throws: ``PostgresError``.
  public func ping(timeout: Duration? = nil) async throws(PostgresError) {
    _ = try await run(.ping, timeout: timeout).get()
  }

  /// Runs something whatever becomes of the task.
  func runUncancelled(
    _ work: ConnectionRequest.Work,
    timeout: Duration?
  ) async -> Result<PostgresRows, PostgresError> {
    let request = ConnectionRequest(work, timeout: timeout)
    let observation = request.statement.map(settings.observer.begin)
    let result = unsafe await withUnsafeContinuation { continuation in
      request.sink = unsafe .rows(continuation)
      submit(.send(request))
    }
    observation?.end(result)
    return result
  }

  private func run(
    _ work: ConnectionRequest.Work,
    timeout: Duration?
  ) async -> Result<PostgresRows, PostgresError> {
    let limit = timeout ?? settings.configuration.statementTimeout
    let request = ConnectionRequest(work, timeout: limit)
    let observation = request.statement.map(settings.observer.begin)
    let result = await withTaskCancellationHandler {
      unsafe await withUnsafeContinuation { continuation in
        request.sink = unsafe .rows(continuation)
        submit(.send(request))
      }
    } onCancel: {
      submit(.stop(request, .cancelled))
    }
    observation?.end(result)
    return result
  }
}
