/// What is told on a channel, as it arrives.
public struct PostgresNotifications: AsyncSequence, Sendable {
  /// A notification.
  public typealias Element = PostgresNotification
  /// Why no more notifications come.
  public typealias Failure = PostgresError

  let buffer: PostgresBuffer<PostgresNotification>

  /// Walks the notifications.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let buffer: PostgresBuffer<PostgresNotification>

    /// The next notification; never nil, since a connection's end is an error.
    public mutating func next() async throws(PostgresError) -> PostgresNotification? {
      try await buffer.next()
    }

    /// The next notification; never nil, since a connection's end is an error.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(PostgresError) -> PostgresNotification? { try await buffer.next() }
  }

  /// Begins at the next notification that was not consumed.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
}

extension PostgresConnection {
  /// Listens to a channel as long as `body` runs.
  ///
  /// The server has agreed to listen before `body` begins, so nothing told after that is missed.
  ///
  /// - Throws: ``PostgresError``, and what `body` throws.
  public func listen<Result>(
    to channel: String,
    _ body: (PostgresNotifications) async throws -> Result
  ) async throws -> Result {
    let buffer = PostgresBuffer<PostgresNotification> {}
    submit(.listen(channel, buffer))
    do {
      try await execute("LISTEN \(identifier: channel)")
      let result = try await body(PostgresNotifications(buffer: buffer))
      await ignore(channel, buffer)
      return result
    } catch {
      await ignore(channel, buffer)
      throw error
    }
  }

  private func ignore(_ channel: String, _ buffer: PostgresBuffer<PostgresNotification>) async {
    submit(.ignore(channel, buffer))
    let query: PostgresQuery = "UNLISTEN \(identifier: channel)"
    _ = await runUncancelled(.query(query), timeout: settings.cancelGrace)
  }
}
