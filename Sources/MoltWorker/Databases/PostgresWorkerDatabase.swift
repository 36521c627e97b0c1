package import Logging
package import MoltErrors
internal import MoltPool
internal import MoltPostgres
internal import MoltRows
package import NIOCore
internal import Synchronization

/// A PostgreSQL database behind the worker: one pool of connections for all its clients.
///
/// The server may be away when the worker starts, or restart later; connections open when they are
/// needed.
package final class PostgresWorkerDatabase: WorkerDatabase {
  private let configuration: PostgresConfiguration
  private let limits: PoolLimits
  private let opened = Mutex<Opened?>(nil)

  private struct Opened {
    var client: PostgresClient
    var loop: any EventLoop
  }

  /// How long a request waits for a connection: longer than a server takes to restart quickly, and
  /// shorter than a user's patience.
  private static let wait = Duration.seconds(5)

  /// Reads a URL; connects to nothing.
  ///
  /// - Parameters:
  ///   - url: The server, and who logs in.
  ///   - connections: The most connections.
  /// - Throws: `MoltError` `invalid_input` for a URL that makes no sense.
  package init(url: String, connections: Int) throws(MoltError) {
    do {
      var configuration = try PostgresConfiguration(url: url)
      configuration.isReadOnly = true
      self.configuration = configuration
    } catch {
      throw MoltError(.invalidInput, error.message)
    }
    var limits = PoolLimits()
    limits.maximum = connections
    limits.wait = Self.wait
    self.limits = limits
  }

  /// Makes the pool.
  ///
  /// - Throws: `MoltError` `unavailable` for certificates that cannot be read.
  package func open(on group: any EventLoopGroup, logger: Logger) throws(MoltError) {
    do {
      let made = try PostgresClient(configuration, limits: limits, group: group, logger: logger)
      opened.withLock { $0 = Opened(client: made, loop: group.next()) }
    } catch {
      throw error.error
    }
  }

  /// Waits for what an event loop will say.
  private func ask<Value: Sendable>(
    _ question: (PostgresClient, @escaping @Sendable (Value) -> Void) -> Void
  ) throws(MoltError) -> Value {
    guard let opened = opened.withLock({ $0 }) else {
      throw MoltError(.unavailable, "the PostgreSQL database is closed")
    }
    let promise = opened.loop.makePromise(of: Value.self)
    question(opened.client) { promise.succeed($0) }
    do { return try promise.futureResult.wait() } catch {
      throw MoltError(.unavailable, "PostgreSQL gave no answer: \(error)")
    }
  }

  /// Compiles SQL and shape.
  package func prepare(sql: String, shape: [UInt8]) throws(MoltError) -> WorkerStatement {
    let decoded = try Shape(sent: shape)
    let result: Result<PostgresAnswerQuery, PostgresError> = try ask { client, done in
      client.prepare(sql: sql, shape: decoded, done)
    }
    do { return .onLoop(PostgresWorkerStatement(try result.get())) } catch { throw error.error }
  }

  /// Asks the server over a connection of the pool.
  package func fault() -> String? {
    do {
      let error: PostgresError? = try ask { client, done in
        client.ping(within: .seconds(2), done)
      }
      return error?.error.message
    } catch {
      return error.message
    }
  }

  /// Closes the pool's connections.
  package func close() async {
    let last = opened.withLock { opened in
      defer { opened = nil }
      return opened
    }
    await last?.client.shutdown()
  }
}
