import ArgumentParser
import Glibc
import MoltPostgres
import MoltPostgresWire
import NIOCore
import NIOPosix

/// `molt bench postgres`: small selects by key, or a long result as a stream.
struct BenchPostgresCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postgres",
    abstract: "Measure the asynchronous client of PostgreSQL.",
    discussion: """
      Selects by key until the time is over, and prints one line of JSON. With --export it streams the \
      whole result of the SQL instead; with --waiting many tasks wait for a small pool.

      Example: molt bench postgres --sql 'SELECT abalance FROM pgbench_accounts WHERE aid = $1' \
      --connections 8
      """
  )

  @Option(help: "The environment variable with the server's URL.")
  var urlEnv = "DATABASE_URL"

  @Option(help: "The SQL; a select by key has the key, an integer, as $1.")
  var sql: String

  @Option(help: "How many connections there are.")
  var connections = 1

  @Option(help: "How many selects, or batches of them, are in flight on each connection.")
  var pipeline = 1

  @Option(help: "How many selects are sent together, with one synchronisation behind them.")
  var batch = 1

  @Option(help: "How many seconds to select.")
  var seconds = 5.0

  @Option(help: "The largest key; keys are random, from 1.")
  var keys: Int32 = 100_000

  @Option(help: "What the key times this is must be the first column; anything else is an error.")
  var multiple: Int?

  @Option(help: "Threads that serve the connections.")
  var loops = 2

  @Flag(help: "Run the tasks on Swift's own threads instead of the connections' event loops.")
  var ownThreads = false

  @Flag(help: "Stream the whole result and print rows, seconds and peak memory.")
  var export = false

  @Option(help: "Let so many tasks ask a pool of the connections for one select each, at once.")
  var waiting: Int?

  func validate() throws {
    let counts = [
      ("connections", connections), ("pipeline", pipeline), ("batch", batch), ("loops", loops),
    ]
    for (name, count) in counts where !(1...4096).contains(count) {
      throw ValidationError("--\(name) must be from 1 to 4096, not \(count)")
    }
    guard (1...1_000_000).contains(waiting ?? 1) else {
      throw ValidationError("--waiting must be from 1 to 1000000")
    }
    guard keys > 0 else { throw ValidationError("--keys must be 1 or more, not \(keys)") }
    guard seconds > 0, seconds <= 3600 else {
      throw ValidationError("--seconds must be more than 0 and at most 3600, not \(seconds)")
    }
  }

  func run() async throws {
    do {
      let configuration = try configuration()
      let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
      print(try await measure(configuration, on: group))
      try await group.shutdownGracefully()
    } catch let error as PostgresError {
      throw CommandFailure(error.error)
    }
  }

  private func measure(
    _ configuration: PostgresConfiguration,
    on group: MultiThreadedEventLoopGroup
  ) async throws -> String {
    if export { return try await PostgresExport(sql: sql).run(configuration, on: group) }
    let statement = PostgresStatement(sql)
    if let waiting {
      return try await PostgresWaiting(
        statement: statement,
        connectionCount: connections,
        taskCount: waiting
      ).run(configuration, on: group)
    }
    return try await PostgresSelects(
      statement: statement,
      connectionCount: connections,
      pipeline: pipeline,
      batch: batch,
      duration: .seconds(seconds),
      largestKey: keys,
      multiple: multiple,
      prefersEventLoop: !ownThreads
    ).run(configuration, on: group)
  }

  private func configuration() throws -> PostgresConfiguration {
    // Safety: nothing changes the environment while the program runs.
    guard let url = unsafe getenv(urlEnv).map({ unsafe String(cString: $0) }) else {
      throw ValidationError("the environment variable \(urlEnv) is not set")
    }
    do {
      return try PostgresConfiguration(url: url)
    } catch {
      // The URL may have a password, so it is not shown.
      throw ValidationError("\(urlEnv) is no URL of PostgreSQL: \(error)")
    }
  }
}
