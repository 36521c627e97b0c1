internal import MoltPostgresWire
public import MoltRows
internal import Synchronization

/// A statement and the shape in which its rows are written: from the wire to an answer's bytes,
/// without rows in between.
///
///     let query = try await client.prepare(sql: "SELECT id, name FROM airport", shape: shape)
///     let body = try await query.answer(RunArguments())
public final class PostgresAnswerQuery: Sendable {
  let statement: PostgresStatement
  let program: RowProgram
  let client: PostgresClient
  /// Nil until the statement was prepared, and after its columns have changed.
  private let plan = Mutex<PostgresPlan?>(nil)

  init(_ client: PostgresClient, sql: String, shape: Shape) {
    self.client = client
    statement = PostgresStatement(sql)
    program = RowProgram(shape)
  }

  var knownPlan: PostgresPlan? { plan.withLock { $0 } }

  /// Holds the statement's description against the shape.
  func learn(_ description: PostgresDescription) throws(PostgresAnswerError) -> PostgresPlan {
    let made = try PostgresPlan(description, for: program.shape)
    plan.withLock { $0 = made }
    return made
  }

  func forgetPlan() { plan.withLock { $0 = nil } }

  /// Starts a run.
  ///
  /// - Parameters:
  ///   - arguments: The statement's parameters and the envelope's values.
  ///   - limits: How far it may go.
  ///   - receiver: Where its bytes go; it also hears why there are none.
  /// - Returns: The run, which can be cancelled.
  @discardableResult
  public func start(
    _ arguments: RunArguments,
    _ limits: PostgresAnswerLimits = PostgresAnswerLimits(),
    into receiver: any PostgresAnswerReceiver
  ) -> PostgresAnswerRun {
    let run = PostgresAnswerRun(self, arguments, limits, receiver)
    run.start()
    return run
  }
}

extension PostgresClient {
  /// Prepares a statement and a shape for any number of answers.
  ///
  /// - Parameters:
  ///   - sql: One reading statement with `$1`, `$2`, … for its parameters.
  ///   - shape: How its rows are written, and the types of the parameters.
  /// - Returns: The query; it uses this client's connections.
  /// - Throws: ``PostgresError/badSQL(_:offset:)`` when the server refuses the SQL,
  ///   ``PostgresError/answer(_:)`` where the shape does not fit the columns.
  public func prepare(
    sql: String,
    shape: Shape
  ) async throws(PostgresError) -> PostgresAnswerQuery {
    let result = await withCheckedContinuation { continuation in
      prepare(sql: sql, shape: shape) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Prepares a statement and a shape, for callers without a task.
  ///
  /// - Parameters:
  ///   - sql: One reading statement with `$1`, `$2`, … for its parameters.
  ///   - shape: How its rows are written, and the types of the parameters.
  ///   - done: Hears of the query, or why there is none, on some thread.
  public func prepare(
    sql: String,
    shape: Shape,
    _ done: @escaping @Sendable (Result<PostgresAnswerQuery, PostgresError>) -> Void
  ) {
    let query = PostgresAnswerQuery(self, sql: sql, shape: shape)
    _ = pool.lease(wait: nil) { result in
      switch result {
      case .failure(let error): done(.failure(error))
      case .success(let lease):
        lease.connection.describe(query) { plan in
          self.pool.giveBack(lease, isReusable: lease.connection.isOpen)
          done(plan.map { _ in query })
        }
      }
    }
  }
}

extension PostgresClient {
  /// Asks the server over some connection whether it is there, for callers without a task.
  ///
  /// - Parameters:
  ///   - limit: How long to wait for a connection, and then for the answer.
  ///   - done: Hears what is wrong, or nil, on some thread.
  public func ping(
    within limit: Duration,
    _ done: @escaping @Sendable (PostgresError?) -> Void
  ) {
    _ = pool.lease(wait: limit) { result in
      switch result {
      case .failure(let error): done(error)
      case .success(let lease):
        lease.connection.ping(within: limit) { isAlive in
          self.pool.giveBack(lease, isReusable: isAlive)
          done(isAlive ? nil : .closed(.connectionLost))
        }
      }
    }
  }
}

extension PostgresConnection {
  /// Prepares a query's statement.
  func describe(
    _ query: PostgresAnswerQuery,
    _ done: @escaping @Sendable (Result<PostgresPlan, PostgresError>) -> Void
  ) {
    let work = ConnectionRequest.Work.describe(
      query.statement,
      parameterTypes: query.program.shape.parameterTypes
    )
    let request = ConnectionRequest(work, timeout: settings.configuration.connectTimeout)
    request.sink = .description { description in
      switch description {
      case .failure(let error): done(.failure(error))
      case .success(let description):
        do throws(PostgresAnswerError) {
          done(.success(try query.learn(description)))
        } catch {
          done(.failure(.answer(error)))
        }
      }
    }
    submit(.send(request))
  }
}
