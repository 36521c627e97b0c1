internal import Logging
internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// What all connections of a worker share.
final class WorkerState: Sendable {
  let options: WorkerOptions
  let limits: WorkerLimits
  /// The databases in the order in which they were given.
  let databases: [(alias: String, database: any WorkerDatabase)]
  let pool: NIOThreadPool
  let metrics = WorkerMetrics()
  let logger: Logger
  /// Answer bytes of all connections that wait for their readers.
  let unread = UnreadBytes()
  private let draining = Gauge()
  /// Connections that owe an answer, or have one that is not written yet.
  let busyConnections = Gauge()
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
  private let connectionNumber = Gauge()

  init(
    _ options: WorkerOptions,
    limits: WorkerLimits,
    databases: [(alias: String, database: any WorkerDatabase)],
    logger: Logger
  ) {
    self.options = options
    self.limits = limits
    self.databases = databases
    self.logger = logger
    pool = NIOThreadPool(numberOfThreads: options.threads)
    pool.start()
  }

  /// The database of an alias.
  func database(_ alias: String) throws(MoltError) -> any WorkerDatabase {
    if let found = databases.first(where: { $0.alias == alias }) { return found.database }
    let known = databases.map(\.alias).joined(separator: ", ")
    throw MoltError(
      .invalidInput,
      "the worker has no database \"\(alias.prefix(100))\", only \(known); "
        + "start it with --database \(alias.prefix(100))=sqlite:FILE"
    )
  }

  /// Asks every database how it is.
  ///
  /// Blocks, so call it on a database thread.
  func health() -> HealthReply {
    HealthReply(
      isDraining: isDraining,
      version: moltVersion.description,
      databases: databases.map { ($0.alias, $0.database.fault()) }
    )
  }

  /// Takes note of a new connection and numbers it.
  func open(_ channel: any Channel) -> Int {
    channels.withLock { $0[ObjectIdentifier(channel)] = channel }
    metrics.connections.add(1)
    metrics.recordConnection()
    return connectionNumber.add(1)
  }

  /// Takes note that a connection is gone.
  func close(_ channel: any Channel) {
    _ = channels.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    metrics.connections.add(-1)
  }

  /// Whether no new work is taken.
  var isDraining: Bool { draining.value > 0 }

  /// Takes no new work from here on.
  func beginDraining() { draining.add(1) }

  /// The open connections.
  var openChannels: [any Channel] { channels.withLock { Array($0.values) } }
}
