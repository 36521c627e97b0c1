internal import MoltPostgresWire

/// How a transaction sees the others, and what it may do.
public struct PostgresTransactionOptions: Equatable, Sendable {
  /// How a transaction sees the others.
  public enum Isolation: String, Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other.
    case serializable = "SERIALIZABLE"
  }

  /// How it sees the others; nil for the server's default.
  public var isolation: Isolation?
  /// Whether it may only read.
  ///
  /// Default: false.
  public var isReadOnly = false
  /// Whether it waits until it can run without ever failing; for serializable read-only ones.
  ///
  /// Default: false.
  public var isDeferrable = false
  /// How often it is run again after a serialisation failure or a deadlock.
  ///
  /// Default: 3. The body then runs again, so it must have no effect outside the database.
  public var retries = 3

  /// Creates the default options.
  public init(isolation: Isolation? = nil, isReadOnly: Bool = false) {
    self.isolation = isolation
    self.isReadOnly = isReadOnly
  }

  /// The statement that begins such a transaction.
  var beginning: PostgresQuery {
    var sql = "BEGIN"
    if let isolation { sql += " ISOLATION LEVEL \(isolation.rawValue)" }
    if isReadOnly { sql += " READ ONLY" }
    if isDeferrable { sql += " DEFERRABLE" }
    return PostgresQuery(unescaped: sql)
  }
}

extension PostgresConnection {
  /// Runs `body` inside a transaction: commits when it returns, rolls back when it throws.
  ///
  /// After a serialisation failure or a deadlock it is run again, as often as the options say.
  ///
  /// - Throws: ``PostgresError``, and what `body` throws.
  @discardableResult
  public func transaction<Result>(
    _ options: PostgresTransactionOptions = PostgresTransactionOptions(),
    _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    var attempt = 0
    while true {
      do {
        return try await transactionOnce(options, body)
      } catch let error as PostgresError where error.isRetriable && attempt < options.retries {
        attempt += 1
        // Those who collided should not meet again at once.
        try await Task.sleep(for: .milliseconds(Int64.random(in: 1...(10 << min(attempt, 6)))))
      }
    }
  }

  private func transactionOnce<Result>(
    _ options: PostgresTransactionOptions,
    _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await execute(options.beginning)
    let result: Result
    do {
      result = try await body(self)
    } catch {
      await rollBack("ROLLBACK")
      throw error
    }
    let command = try await execute("COMMIT")
    // The server answers a commit of a failed transaction so, and reports no error.
    if command.tag == "ROLLBACK" { throw PostgresError.rolledBack }
    return result
  }

  /// Runs `body` between a savepoint of the open transaction and its release: what it has done is
  /// undone when it throws, and the transaction goes on.
  ///
  /// - Throws: ``PostgresError``, and what `body` throws.
  @discardableResult
  public func savepoint<Result>(
    _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await execute("SAVEPOINT molt")
    let result: Result
    do {
      result = try await body(self)
    } catch {
      // Savepoints of one name are a stack.
      await rollBack("ROLLBACK TO SAVEPOINT molt")
      await rollBack("RELEASE SAVEPOINT molt")
      throw error
    }
    try await execute("RELEASE SAVEPOINT molt")
    return result
  }

  /// Undoes something also when the task is cancelled; what cannot be undone ends the connection.
  private func rollBack(_ query: PostgresQuery) async {
    let rows = await runUncancelled(.query(query), timeout: settings.cancelGrace)
    if case .failure(let error) = rows, isOpen, error.sqlState == nil { submit(.close) }
  }
}

extension PostgresClient {
  /// Runs `body` inside a transaction on a connection of its own.
  ///
  ///     try await client.transaction { connection in
  ///       try await connection.execute("UPDATE account SET sum = sum - \(sum) WHERE id = \(from)")
  ///       try await connection.execute("UPDATE account SET sum = sum + \(sum) WHERE id = \(to)")
  ///     }
  ///
  /// After a serialisation failure or a deadlock it is run again, as often as the options say.
  ///
  /// - Throws: ``PostgresError``, and what `body` throws.
  @discardableResult
  public func transaction<Result>(
    _ options: PostgresTransactionOptions = PostgresTransactionOptions(),
    _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    try await withConnection { connection in try await connection.transaction(options, body) }
  }
}
