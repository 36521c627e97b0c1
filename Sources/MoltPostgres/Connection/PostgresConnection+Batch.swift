extension PostgresConnection {
  /// Runs queries that are sent together, with one synchronisation behind the last.
  ///
  /// The server answers them in one go, which costs both sides much less than as many queries of
  /// their own:
  ///
  ///     sent      Bind Execute  Bind Execute  Bind Execute  Sync
  ///     received  BindComplete DataRow CommandComplete  …  ReadyForQuery
  ///
  ///     let prices = try await connection.query(
  ///       batch: ids.map { "SELECT price FROM flight WHERE id = \($0)" }
  ///     )
  ///     for rows in prices { total += try rows.first(Int.self) ?? 0 }
  ///
  /// They are one transaction unless one is open already, or one of them begins or ends one: where a
  /// query fails, the server skips those behind it and undoes those before it, and the error tells
  /// which one it was. Where the task is cancelled or the time is over, the whole batch fails; the
  /// call returns when the server has stopped.
  ///
  /// All results together are held to the configuration's `resultByteCount`, and share their memory: a
  /// row of one keeps the rows of all. A batch has at most as many queries as the configuration's
  /// limits allow operations in flight. Queries of one text share one prepared statement, also in
  /// their first batch. Where one is stale because its table has changed, or gone because a pooler has
  /// changed servers, a batch of SELECT, INSERT, UPDATE, DELETE and MERGE is sent again, once.
  ///
  /// - Parameters:
  ///   - queries: The SQL with its parameters, in order. Without any, nothing is sent.
  ///   - timeout: How long all of them may take; nil for the configuration's limit.
  /// - Returns: The rows of each query, in order.
  /// - Throws: ``PostgresError``; ``PostgresError/batch(index:_:)`` for what a single query is to blame
  ///   for, whether the server says so or it cannot be sent. A `COPY FROM STDIN` that is not the last
  ///   one ends the connection, since the server takes what is behind it for data.
  @discardableResult
  public func query(
    batch queries: [PostgresQuery],
    timeout: Duration? = nil
  ) async throws(PostgresError) -> [PostgresRows] {
    guard !queries.isEmpty else { return [] }
    let limit = timeout ?? settings.configuration.statementTimeout
    let request = ConnectionRequest(.batch(queries), timeout: limit)
    let observation = settings.observer.begin(queries)
    let result = await withTaskCancellationHandler {
      unsafe await withUnsafeContinuation { continuation in
        request.sink = unsafe .batch(continuation)
        submit(.send(request))
      }
    } onCancel: {
      submit(.stop(request, .cancelled))
    }
    observation?.end(result)
    return try result.get()
  }
}

extension PostgresClient {
  /// Runs queries together on some connection, as ``PostgresConnection/query(batch:timeout:)`` does.
  ///
  /// - Parameters:
  ///   - queries: The SQL with its parameters, in order.
  ///   - timeout: How long all of them may take once there is a connection; nil for the
  ///     configuration's limit.
  /// - Returns: The rows of each query, in order.
  /// - Throws: ``PostgresError``; ``PostgresError/batch(index:_:)`` for what a single query is to blame
  ///   for.
  @discardableResult
  public func query(
    batch queries: [PostgresQuery],
    timeout: Duration? = nil
  ) async throws(PostgresError) -> [PostgresRows] {
    guard !queries.isEmpty else { return [] }
    let lease = try await pool.lease(wait: nil)
    do throws(PostgresError) {
      let results = try await lease.connection.query(batch: queries, timeout: timeout)
      // One of them may have opened a transaction, and so may one before the one that failed.
      await giveBack(lease)
      return results
    } catch {
      await giveBack(lease)
      throw error
    }
  }
}
