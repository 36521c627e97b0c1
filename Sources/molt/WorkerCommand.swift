import ArgumentParser
import Logging
import MoltErrors
import MoltWorker
import MoltWorkerWire
import ServiceLifecycle
import UnixSignals

/// `molt worker`: serves until SIGTERM or SIGINT.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Serve databases to many processes over a Unix socket.",
    discussion: """
      The socket can be used by this user and root only. SIGTERM and SIGINT stop the worker after \
      the accepted requests are answered.

      Example: molt worker --socket /run/molt.sock --database default=sqlite:/srv/db.sqlite3

      A PostgreSQL database is named by its URL, which everybody on the machine can read in the list \
      of processes; so a URL with a password is better named by an environment variable:

      REPLICA=postgresql://app:secret@db.example/shop?sslmode=verify-full \
      molt worker --socket /run/molt.sock --database replica=env:REPLICA
      """
  )

  @Option(help: "Where to create the socket.")
  var socket: String

  @Option(
    help: ArgumentHelp(
      """
      A database to serve, as ALIAS=sqlite:PATH, ALIAS=postgresql://USER@HOST/NAME, or ALIAS=env:NAME \
      for the variable that holds what follows the sign; ALIAS is Django's. Repeatable.
      """,
      valueName: "alias=database"
    ),
    transform: DatabaseArgument.init(parsing:)
  )
  var database: [DatabaseArgument] = []

  @Option(help: "Threads that run SQL. (default: two per core)")
  var threads: Int?

  @Option(help: "The most connections to each PostgreSQL database.")
  var poolSize = 10

  @Option(help: "Threads that serve sockets. (default: one per two cores, 1 to 4)")
  var loops: Int?

  @Option(help: "Requests that may wait for a thread; one more is answered \"busy\".")
  var queue = 1024

  @Option(help: "Open connections; one more is answered \"busy\".")
  var connections = 4096

  @Option(help: "Seconds a request may take that names no deadline of its own.")
  var deadline = 30.0

  @Option(help: "Seconds a reader may take nothing before its connection is closed.")
  var readerTimeout = 30.0

  @Option(help: "Seconds accepted requests may go on after SIGTERM.")
  var drainTimeout = 30.0

  @Option(help: "The most rows of one answer; 0: any number.")
  var maxRows: UInt64 = 0

  @Option(help: "The most bytes of one answer.")
  var maxBytes = 1 << 30

  @Option(help: "Seconds to wait for another process's lock on a SQLite file.")
  var busyTimeout = 5.0

  @Option(help: "The least severe level logged: trace, debug, info, notice, warning, error.")
  var logLevel = LogLevel.info

  func validate() throws {
    guard !database.isEmpty else {
      throw ValidationError("name at least one database: --database default=sqlite:PATH")
    }
    let aliases = Set(database.map(\.alias))
    guard aliases.count == database.count else {
      throw ValidationError("every --database needs an alias of its own")
    }
    let counts = [
      ("--threads", threads ?? 1), ("--loops", loops ?? 1), ("--queue", queue),
      ("--connections", connections), ("--max-bytes", maxBytes), ("--pool-size", poolSize),
    ]
    for (name, count) in counts where !(1...(1 << 40)).contains(count) {
      throw ValidationError("\(name) must be 1 or more, not \(count)")
    }
    for (name, count) in [("--threads", threads ?? 1), ("--loops", loops ?? 1)] where count > 1024 {
      throw ValidationError("\(name) must be 1,024 or less, not \(count)")
    }
    let times = [
      ("--deadline", deadline), ("--reader-timeout", readerTimeout),
      ("--busy-timeout", busyTimeout), ("--drain-timeout", drainTimeout),
    ]
    for (name, seconds) in times where !(seconds >= 0 && seconds <= 86_400) {
      throw ValidationError("\(name) must lie between 0 and 86400 seconds, not \(seconds)")
    }
  }

  func run() async throws {
    let sink = LogSink()
    defer { sink.flush() }
    var logger = Logger(label: "molt") { _ in
      JSONLinesLogHandler(sink, level: logLevel.level)
    }
    logger.logLevel = logLevel.level
    do {
      let server = try WorkerServer(options, databases: open(), logger: logger)
      var quiet = logger
      quiet.logLevel = .warning
      let group = ServiceGroup(
        configuration: .init(
          services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
          gracefulShutdownSignals: [.sigterm, .sigint],
          logger: quiet
        )
      )
      try await group.run()
    } catch let error as MoltError {
      throw CommandFailure(error)
    }
  }

  private var options: WorkerOptions {
    var options = WorkerOptions(socketPath: socket)
    if let threads { options.threads = threads }
    if let loops { options.loops = loops }
    options.drainTimeout = .seconds(drainTimeout)
    options.limits.connections = connections
    options.limits.waitingRequests = queue
    options.limits.connection.defaultDeadline = .seconds(deadline)
    options.limits.readerTimeout = .seconds(readerTimeout)
    options.limits.answerRowCount = maxRows
    options.limits.answerByteCount = maxBytes
    return options
  }

  private func open() throws(MoltError) -> [(alias: String, database: any WorkerDatabase)] {
    var databases: [(alias: String, database: any WorkerDatabase)] = []
    for argument in database {
      databases.append((argument.alias, try open(argument.place)))
    }
    return databases
  }

  private func open(_ place: DatabaseArgument.Place) throws(MoltError) -> any WorkerDatabase {
    switch place {
    case .sqlite(let path):
      try SQLiteWorkerDatabase(
        path: path,
        busyTimeout: .seconds(busyTimeout),
        idleConnections: threads ?? options.threads
      )
    case .postgres(let url): try PostgresWorkerDatabase(url: url, connections: poolSize)
    }
  }
}
