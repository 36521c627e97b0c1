public import MoltPostgresWire
internal import NIOCore

/// Takes the data of a `COPY FROM STDIN`.
public struct PostgresCopyWriter: Sendable {
  let connection: PostgresConnection
  let state: CopyInState

  /// Sends some bytes, and waits until the socket has taken them.
  ///
  /// - Throws: ``PostgresError``; after the server has refused the data, what it said.
  public func write(_ bytes: [UInt8]) async throws(PostgresError) {
    let promise = connection.eventLoop.makePromise(of: Void.self)
    connection.eventLoop.execute {
      let isRefused = connection.handler.sendCopyData(bytes) { promise.completeWith($0) }
      if isRefused { promise.fail(PostgresError.closed(.connectionLost)) }
    }
    do {
      try await promise.futureResult.get()
    } catch {
      // The server's own words are better than the socket's.
      _ = try await state.end().get()
      throw PostgresError(connecting: error)
    }
  }
}

extension PostgresConnection {
  /// Runs a `COPY … TO STDOUT` and lends its data as it arrives.
  ///
  /// - Throws: ``PostgresError``, and what `body` throws.
  public func copyOut<Result>(
    _ query: PostgresQuery,
    timeout: Duration? = nil,
    _ body: (PostgresByteStream) async throws -> Result
  ) async throws -> Result {
    let buffer = PostgresBuffer<[UInt8]> { self.submit(.resumeReading) }
    return try await consume(.query(query), .copyOut(buffer), buffer, timeout) {
      try await body(PostgresByteStream(buffer: buffer))
    }
  }

  /// Runs a `COPY … FROM STDIN` with the data that `body` writes.
  ///
  /// When `body` throws, nothing was copied. Other tasks' statements wait for the end. Where the task is
  /// cancelled, the server is told to stop, which it does with the next data or the end.
  ///
  /// - Parameters:
  ///   - query: The statement; it can have no parameters.
  ///   - body: Writes the data.
  /// - Returns: What the server says that it did; it has the number of rows.
  /// - Throws: ``PostgresError``, and what `body` throws.
  @discardableResult
  public func copyIn(
    _ query: PostgresQuery,
    _ body: (PostgresCopyWriter) async throws -> Void
  ) async throws -> CommandComplete {
    let state = CopyInState()
    let request = ConnectionRequest(.copyIn(query.statement))
    request.sink = .copyIn(state)
    let observation = settings.observer.begin(query.statement)
    return try await withTaskCancellationHandler {
      submit(.send(request))
      if let ending = await state.start() {
        observation.end(ending)
        _ = try ending.get()
        throw PostgresError.notACopy
      }
      do {
        try await body(PostgresCopyWriter(connection: self, state: state))
      } catch {
        endCopy("the client gave up")
        observation.end(await state.end())
        throw error
      }
      endCopy(nil)
      let ending = await state.end()
      observation.end(ending)
      return try ending.get()
    } onCancel: {
      submit(.stop(request, .cancelled))
    }
  }

  private func endCopy(_ reason: String?) { eventLoop.execute { self.handler.endCopy(reason) } }
}
