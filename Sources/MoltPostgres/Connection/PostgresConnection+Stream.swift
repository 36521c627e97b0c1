extension PostgresConnection {
  /// Runs a statement and lends its rows as they arrive.
  ///
  /// When `body` returns before the end, the server is told to stop; the call returns when it has.
  ///
  ///     try await connection.stream("SELECT id FROM flight") { rows in
  ///       for try await row in rows { sum += try row.decode(Int.self) }
  ///     }
  ///
  /// - Throws: ``PostgresError``, and what `body` throws.
  public func stream<Result>(
    _ query: PostgresQuery,
    timeout: Duration? = nil,
    _ body: (PostgresRowStream) async throws -> Result
  ) async throws -> Result {
    let buffer = PostgresBuffer<PostgresRowBatch> { self.submit(.resumeReading) }
    return try await consume(.query(query), .stream(buffer), buffer, timeout) {
      try await body(PostgresRowStream(buffer: buffer))
    }
  }

  /// Runs a request whose answer comes through a buffer, as long as `body` does.
  func consume<Element: Sendable, Result>(
    _ work: ConnectionRequest.Work,
    _ sink: ConnectionRequest.Sink,
    _ buffer: PostgresBuffer<Element>,
    _ timeout: Duration?,
    _ body: () async throws -> Result
  ) async throws -> Result {
    let limit = timeout ?? settings.configuration.statementTimeout
    let request = ConnectionRequest(work, timeout: limit)
    request.sink = sink
    let observation = request.statement.map(settings.observer.begin)
    submit(.send(request))
    do {
      let result = try await body()
      let error = await abandon(request, buffer)
      // Whoever has seen enough has what it wanted.
      observation?.end(error == .cancelled ? nil : error)
      return result
    } catch {
      observation?.end(await abandon(request, buffer))
      throw error
    }
  }

  private func abandon<Element: Sendable>(
    _ request: ConnectionRequest,
    _ buffer: PostgresBuffer<Element>
  ) async -> PostgresError? {
    if buffer.abandon() { submit(.stop(request, .abandoned)) }
    return await buffer.end()
  }
}
