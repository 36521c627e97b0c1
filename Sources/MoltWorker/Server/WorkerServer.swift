internal import Glibc
package import Logging
package import MoltErrors
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// A worker: answers the requests of `docs/formats/envelope.md` at a Unix socket.
package final class WorkerServer: Service {
  private let options: WorkerOptions
  private let databases: [(alias: String, database: any WorkerDatabase)]
  private let logger: Logger

  /// Creates a worker that does not listen yet.
  ///
  /// - Parameters:
  ///   - options: How it is set up.
  ///   - databases: What can be asked, by alias; the first of an alias counts.
  ///   - logger: Gets one line per request and a few about the worker itself.
  package init(
    _ options: WorkerOptions,
    databases: [(alias: String, database: any WorkerDatabase)],
    logger: Logger
  ) {
    self.options = options
    self.databases = databases
    self.logger = logger
  }

  /// Serves until a graceful shutdown is asked for, then finishes what was accepted.
  ///
  /// - Throws: `MoltError` when the socket cannot be created.
  package func run() async throws {
    let running = try await start()
    // Throws only when the task is cancelled, which stops the worker like a graceful shutdown.
    try? await gracefulShutdown()
    await running.stop()
  }

  /// Creates the socket and begins to accept connections.
  ///
  /// - Throws: `MoltError` when the socket cannot be created.
  package func start() async throws(MoltError) -> RunningWorker {
    let limits = fittedLimits()
    let socket = try SocketFile(path: options.socketPath)
    let state = WorkerState(options, limits: limits, databases: databases, logger: logger)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: options.loops)
    do {
      for (_, database) in databases { try database.open(on: group, logger: logger) }
      let channel = try await bootstrap(group, state).withBoundSocket(socket.descriptor).get()
      logger.notice(
        "listening",
        metadata: [
          "socket": .string(options.socketPath), "version": .string(moltVersion.description),
          "pid": .stringConvertible(getpid()), "threads": .stringConvertible(options.threads),
          "databases": .array(databases.map { .string($0.alias) }),
        ]
      )
      return RunningWorker(state, socket, group, channel)
    } catch {
      socket.removeSocket()
      socket.releaseLock()
      try? await group.shutdownGracefully()
      throw MoltError(.unavailable, "cannot listen at \(options.socketPath): \(error)")
    }
  }

  /// The limits, with no more connections than the process may open.
  private func fittedLimits() -> WorkerLimits {
    var limits = options.limits
    let descriptors = DescriptorLimit.raise()
    let possible = max(1, descriptors - 64)
    if limits.connections > possible {
      logger.warning(
        "fewer connections than configured: the system allows too few open files",
        metadata: [
          "connections": .stringConvertible(possible),
          "configured": .stringConvertible(limits.connections),
        ]
      )
      limits.connections = possible
    }
    return limits
  }

  private func bootstrap(
    _ group: MultiThreadedEventLoopGroup,
    _ state: WorkerState
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: SocketFile.backlog)
      // Room for a usual answer, so that one write hands it over.
      .childChannelOption(.socketOption(.so_sndbuf), value: 512 << 10)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ConnectionHandler(state, channel))
        }
      }
  }
}
