internal import MoltPostgresWire
public import MoltRows
internal import Synchronization

/// A database of a PostgreSQL server, read through a pool of connections.
///
/// Any number of threads may use it. A connection is opened when one is needed and none is idle.
/// After a fork the child opens its own and leaves the parent's alone.
public final class PostgresDatabase: Sendable {
  let options: PostgresOptions
  private let idle = Mutex<[PostgresConnection]>([])
  /// Whether sessions can be asked to refuse writing; a pooler may turn the setting down.
  private let takesReadOnly = Atomic<Bool>(true)

  /// Connects and logs in, to see whether the options are right.
  ///
  /// - Parameter options: Where and who.
  /// - Throws: ``PostgresError/cannotConnect(place:reason:)``,
  ///   ``PostgresError/cannotLogIn(place:_:)``, ``PostgresError/encryptionUnavailable``, or
  ///   ``PostgresError/timeout`` after the connect timeout.
  public init(_ options: PostgresOptions) throws(PostgresError) {
    guard options.encryption.allowsPlain else { throw .encryptionUnavailable }
    self.options = options
    release(try connect(Watch(RunOptions())))
  }

  /// Prepares SQL and a shape for any number of runs.
  ///
  /// - Parameters:
  ///   - sql: One reading statement with `$1`, `$2`, … for its parameters.
  ///   - shape: How its rows are written, and the types of the parameters.
  /// - Returns: The query; it keeps the database open.
  /// - Throws: ``PostgresError`` when the server refuses the SQL, or the shape does not fit its
  ///   columns; ``PostgresError/timeout`` after the connect timeout.
  public func prepare(sql: String, shape: Shape) throws(PostgresError) -> PostgresQuery {
    let query = PostgresQuery(self, sql: sql, shape: shape)
    try query.prepare()
    return query
  }

  /// Takes an idle connection, or opens one.
  ///
  /// - Parameters:
  ///   - isNew: Whether idle ones are of no use, and are closed.
  ///   - watch: When to give up.
  /// - Returns: A connection that nobody else has.
  /// - Throws: Why none can be opened.
  func takeConnection(isNew: Bool, _ watch: Watch) throws(PostgresError) -> PostgresConnection {
    while let connection = takeIdle() {
      guard !isNew, !connection.isOfParent else { continue }
      return connection
    }
    return try connect(watch)
  }

  /// Lets `body` use a connection, and another one when that turns out to be dead.
  ///
  /// - Parameters:
  ///   - watch: When to give up.
  ///   - body: Keeps the connection, or releases it, unless it throws.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws, and why there is no connection.
  func onConnection<Result>(
    _ watch: Watch,
    _ body: (PostgresConnection) throws(PostgresError) -> Result
  ) throws(PostgresError) -> Result {
    var isRetry = false
    while true {
      let connection = try takeConnection(isNew: isRetry, watch)
      do throws(PostgresError) {
        return try body(connection)
      } catch {
        release(connection)
        guard error.isDeadConnection, connection.wasIdle, !isRetry else { throw error }
        isRetry = true
      }
    }
  }

  private func takeIdle() -> PostgresConnection? { idle.withLock { $0.popLast() } }

  private func connect(_ watch: Watch) throws(PostgresError) -> PostgresConnection {
    let watch = watch.within(options.connectTimeout)
    guard takesReadOnly.load(ordering: .relaxed) else {
      return try PostgresConnection(options, isReadOnly: false, watch)
    }
    do throws(PostgresError) {
      return try PostgresConnection(options, isReadOnly: true, watch)
    } catch {
      // A protocol violation is what a pooler calls a setting that it does not know.
      guard case .cannotLogIn(_, .server(let reason)) = error, reason.sqlState == "08P01" else {
        throw error
      }
      let connection = try PostgresConnection(options, isReadOnly: false, watch)
      takesReadOnly.store(false, ordering: .relaxed)
      return connection
    }
  }

  /// Takes a connection back, or closes it when enough are idle or it is of no use.
  func release(_ connection: PostgresConnection) {
    guard connection.settle() else { return }
    connection.wasIdle = true
    idle.withLock { idle in
      if idle.count < options.idleConnections { idle.append(connection) }
    }
  }
}
