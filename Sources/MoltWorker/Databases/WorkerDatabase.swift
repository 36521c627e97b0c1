package import Logging
package import MoltErrors
package import NIOCore

/// A database as the worker sees it.
///
/// All calls come from the worker's database threads, any number at once, and may block; but for
/// ``open(on:logger:)``, which comes first, and ``close()``, which comes last.
package protocol WorkerDatabase: Sendable {
  /// Gets ready for work.
  ///
  /// - Parameters:
  ///   - group: The threads that serve sockets.
  ///   - logger: Gets what is worth knowing.
  /// - Throws: `MoltError` when it is set up in a way that cannot work.
  func open(on group: any EventLoopGroup, logger: Logger) throws(MoltError)

  /// Compiles SQL and an encoded output shape for any number of runs.
  ///
  /// - Throws: `MoltError` when either is refused, or the database cannot be reached.
  func prepare(sql: String, shape: [UInt8]) throws(MoltError) -> WorkerStatement

  /// What is wrong with the database, in one sentence; nil when it can be read.
  func fault() -> String?

  /// Gives everything back; every run has ended or been cancelled.
  func close() async
}

extension WorkerDatabase {
  package func open(on group: any EventLoopGroup, logger: Logger) throws(MoltError) {}
  package func close() async {}
}

/// A compiled query and its output shape, by who makes its answers.
package enum WorkerStatement: Sendable {
  /// A database thread, which reads the rows from memory or a file.
  case onThread(any ThreadStatement)
  /// An event loop, to which a server sends the rows.
  case onLoop(any LoopStatement)
}
