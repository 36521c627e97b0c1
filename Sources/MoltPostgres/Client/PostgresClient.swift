public import Logging
public import MoltPool
public import MoltPostgresWire
public import NIOCore
public import NIOPosix
public import ServiceLifecycle

/// A pool of connections to one database.
///
///     let client = try PostgresClient(PostgresConfiguration(url: url))
///     try await withThrowingTaskGroup(of: Void.self) { group in
///       group.addTask { try await client.run() }
///       let rows = try await client.query("SELECT name FROM airport WHERE id = \(id)")
///       group.cancelAll()
///     }
///
/// As a `Service`, ``run()`` goes into a service group. Waiting tasks are served in the order in which
/// they came.
public final class PostgresClient: Sendable {
  let pool: PostgresPool
  /// Hears of statements; nil for none.
  public let tracer: (any PostgresTracer)?

  /// Creates a client; connections open when they are needed, or with ``run()``.
  ///
  /// - Parameters:
  ///   - configuration: The server, and who logs in.
  ///   - limits: How large the pool may become.
  ///   - group: The threads that serve the connections.
  ///   - logger: Hears the servers' notices, and why connections fail.
  ///   - tracer: Hears of statements.
  /// - Throws: ``PostgresError/tls(_:)`` for certificates that cannot be read.
  public init(
    _ configuration: PostgresConfiguration,
    limits: PoolLimits = PoolLimits(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger = Logger(label: "molt.postgres"),
    tracer: (any PostgresTracer)? = nil
  ) throws(PostgresError) {
    let metrics = PostgresMetrics(database: configuration.database ?? configuration.user)
    let observer = StatementObserver(tracer: tracer, metrics: metrics)
    let settings = try ConnectionSettings(configuration, logger, observer)
    pool = PostgresPool(settings, limits, group, metrics)
    self.tracer = tracer
  }

  /// How many connections there are, how many of them are idle, and how many tasks wait for one.
  public var counts: (connections: Int, idle: Int, waiters: Int) { pool.counts }

  /// Lends a connection to `body`, which has it for itself.
  ///
  /// A connection that comes back inside a transaction, or broken, is closed.
  ///
  /// - Parameters:
  ///   - wait: How long to wait for a connection; nil for the pool's limit.
  ///   - body: Uses the connection, and nothing else does; it must not keep it.
  /// - Returns: What `body` returned.
  /// - Throws: ``PostgresError``, and what `body` throws.
  @discardableResult
  public func withConnection<Result>(
    wait: Duration? = nil,
    _ body: (PostgresConnection) async throws -> Result
  ) async throws -> Result {
    let lease = try await pool.lease(wait: wait)
    do {
      let result = try await body(lease.connection)
      await giveBack(lease)
      return result
    } catch {
      await giveBack(lease)
      throw error
    }
  }

  func giveBack(_ lease: PostgresLease) async {
    // What is in flight, such as a statement of a forgotten task, must not meet the next user.
    let isReusable = await lease.connection.isClean()
    pool.giveBack(lease, isReusable: isReusable)
  }

  /// Runs a statement on some connection and gives its whole result.
  ///
  /// - Parameters:
  ///   - query: The SQL with its parameters.
  ///   - timeout: How long it may take once it has a connection; nil for the configuration's limit.
  /// - Returns: The rows.
  /// - Throws: ``PostgresError``.
  @discardableResult
  public func query(
    _ query: PostgresQuery,
    timeout: Duration? = nil
  ) async throws(PostgresError) -> PostgresRows {
    let lease = try await pool.lease(wait: nil)
    do throws(PostgresError) {
      let rows = try await lease.connection.query(query, timeout: timeout)
      // A single statement may still have opened a transaction.
      pool.giveBack(lease, isReusable: !rows.command.opensTransaction)
      return rows
    } catch {
      pool.giveBack(lease, isReusable: lease.connection.isOpen)
      throw error
    }
  }

  /// Runs a statement on some connection whose rows, if any, are of no interest.
  ///
  /// - Returns: What the server says that it did; it has the number of rows.
  /// - Throws: ``PostgresError``.
  @discardableResult
  public func execute(
    _ query: PostgresQuery,
    timeout: Duration? = nil
  ) async throws(PostgresError) -> CommandComplete {
    try await self.query(query, timeout: timeout).command
  }

  /// Runs a statement on some connection and lends its rows as they arrive.
  ///
  /// - Throws: ``PostgresError``, and what `body` throws.
  @discardableResult
  public func stream<Result>(
    _ query: PostgresQuery,
    timeout: Duration? = nil,
    _ body: (PostgresRowStream) async throws -> Result
  ) async throws -> Result {
    try await withConnection { connection in
      try await connection.stream(query, timeout: timeout, body)
    }
  }

  /// Refuses new work, waits for connections in use, and closes them all.
  public func shutdown() async { await pool.close() }
}

extension PostgresClient: Service {
  /// Opens the pool's minimum of connections and waits; closes the pool when the task is cancelled or
  /// its service group shuts down.
  public func run() async throws {
    pool.open()
    try? await gracefulShutdown()
    await pool.close()
  }
}

extension CommandComplete {
  /// Whether the command begins a transaction that outlives it.
  var opensTransaction: Bool { tag == "BEGIN" || tag == "START TRANSACTION" }
}
