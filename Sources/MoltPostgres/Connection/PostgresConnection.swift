public import Logging
internal import MoltPostgresWire
public import NIOCore
public import NIOPosix
internal import Synchronization

/// One connection to a server.
///
/// Any number of tasks may use it at once: their statements are pipelined, which means that each is
/// sent without waiting for the answers to those before it. Each statement is its own transaction
/// unless one is open; a task that opens one should have the connection for itself, as inside
/// ``PostgresClient/withConnection(_:)``.
///
///     let connection = try await PostgresConnection.connect(to: configuration)
///     let rows = try await connection.query("SELECT name FROM airport WHERE id = \(id)")
///     await connection.close()
public final class PostgresConnection: Sendable {
  /// The event loop that serves the connection.
  public let eventLoop: any EventLoop
  /// The event loop as an executor, for tasks that do little between their statements.
  ///
  /// A task that prefers it sends statements and takes their rows without changing threads, which
  /// spares each statement the waking of two threads:
  ///
  ///     try await withTaskExecutorPreference(connection.executor) {
  ///       for id in ids { total += try await connection.query(price(of: id)).first(Int.self) ?? 0 }
  ///     }
  ///
  /// While such a task computes, every connection of the loop waits; it must never block.
  public var executor: any TaskExecutor { handler.executor }
  let channel: any Channel
  let settings: ConnectionSettings
  let handler: ConnectionHandler
  /// What the event loop has to do, in order.
  private let orders = Mutex<[ConnectionOrder]>([])

  init(_ channel: any Channel, _ handler: ConnectionHandler) {
    self.channel = channel
    self.handler = handler
    settings = handler.settings
    eventLoop = channel.eventLoop
  }

  /// Connects and logs in.
  ///
  /// - Parameters:
  ///   - configuration: The server, and who logs in.
  ///   - group: The threads that serve the connection.
  ///   - logger: Hears the server's notices.
  ///   - tracer: Hears of statements.
  /// - Returns: The open connection.
  /// - Throws: ``PostgresError``.
  public static func connect(
    to configuration: PostgresConfiguration,
    on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger = Logger(label: "molt.postgres"),
    tracer: (any PostgresTracer)? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let observer = StatementObserver(tracer: tracer)
    let settings = try ConnectionSettings(configuration, logger, observer)
    do {
      return try await connect(settings, on: group.next()).get()
    } catch {
      throw PostgresError(connecting: error)
    }
  }

  /// Connects and logs in, without a task.
  static func connect(
    _ settings: ConnectionSettings,
    on eventLoop: any EventLoop
  ) -> EventLoopFuture<PostgresConnection> {
    guard settings.takesReadOnly.load(ordering: .relaxed) else {
      return open(settings, asksReadOnly: false, on: eventLoop)
    }
    return open(settings, asksReadOnly: true, on: eventLoop).flatMapError { error in
      guard PostgresError(connecting: error).isUnknownSetting else {
        return eventLoop.makeFailedFuture(error)
      }
      return open(settings, asksReadOnly: false, on: eventLoop).map { connection in
        settings.takesReadOnly.store(false, ordering: .relaxed)
        return connection
      }
    }
  }

  private static func open(
    _ settings: ConnectionSettings,
    asksReadOnly: Bool,
    on eventLoop: any EventLoop
  ) -> EventLoopFuture<PostgresConnection> {
    let connected = eventLoop.makePromise(of: Void.self)
    let handler = ConnectionHandler(
      settings,
      on: eventLoop,
      asksReadOnly: asksReadOnly,
      connected: connected
    )
    let opening = settings.bootstrap(on: eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls = settings.tls, tls.isDirect {
            try channel.pipeline.syncOperations.addHandler(try tls.makeHandler())
          }
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .connect(to: settings.address)
    opening.whenFailure { connected.fail($0) }
    let limit = eventLoop.scheduleTask(in: TimeAmount(settings.configuration.connectTimeout)) {
      handler.failure = .timeout
      handler.context?.close(promise: nil)
    }
    return opening.flatMap { channel in
      connected.futureResult.map { PostgresConnection(channel, handler) }
    }.always { _ in limit.cancel() }
  }

  /// Whether the connection is there, as far as is known.
  public var isOpen: Bool { channel.isActive && !handler.isOver }

  /// Says goodbye and closes the connection; statements in flight fail.
  public func close() async {
    submit(.close)
    try? await channel.closeFuture.get()
  }

  /// Asks the event loop for something.
  ///
  /// Orders of many tasks reach it together, and leave it in one write.
  func submit(_ order: ConnectionOrder) {
    if eventLoop.inEventLoop, !handler.isBusy, orders.withLock({ $0.isEmpty }) {
      return handler.performSoon(order)
    }
    let isFirst = orders.withLock { orders in
      orders.append(order)
      return orders.count == 1
    }
    guard isFirst else { return }
    eventLoop.execute {
      let orders = self.orders.withLock { orders in
        defer { orders = [] }
        return orders
      }
      self.handler.perform(orders)
    }
  }
}

extension PostgresError {
  /// Whether a login failed as it does at a pooler that does not know a setting: it calls that a
  /// violation of the protocol.
  fileprivate var isUnknownSetting: Bool {
    if case .closed(.server(let reason)) = self { return reason.sqlState == "08P01" }
    return false
  }

  /// The error of an attempt to connect.
  init(connecting error: any Error) {
    if let error = error as? PostgresError {
      self = error
    } else {
      self = .unreachable(String(describing: error))
    }
  }
}
