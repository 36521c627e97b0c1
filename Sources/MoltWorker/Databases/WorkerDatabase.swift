package import MoltBytes
package import MoltErrors

/// A database as the worker sees it.
///
/// All calls come from the worker's database threads, any number at once.
package protocol WorkerDatabase: Sendable {
  /// Compiles SQL and an encoded output shape for any number of runs.
  ///
  /// - Throws: `MoltError` when either is refused, or the database cannot be reached.
  func prepare(sql: String, shape: [UInt8]) throws(MoltError) -> any WorkerStatement

  /// What is wrong with the database, in one sentence; nil when it can be read.
  func fault() -> String?
}

/// A compiled query and its output shape.
package protocol WorkerStatement: Sendable {
  /// Creates a run that has not started: it touches no database until its first piece is asked for.
  ///
  /// - Parameters:
  ///   - arguments: Encoded as `docs/formats/shape.md` says; checked with the first piece.
  ///   - deadline: When the run must be over, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - rowLimit: The most rows; 0 means any number.
  /// - Returns: A run that the worker closes.
  func makeRun(arguments: [UInt8], deadline: UInt64, rowLimit: UInt64) -> any WorkerRun
}

/// One run of a statement, made piece by piece.
///
/// ``cancel()`` may be called by any thread at any time; the rest by one thread at a time.
package protocol WorkerRun: AnyObject, Sendable {
  /// How many rows were written so far.
  var rowCount: UInt64 { get }

  /// Ends the run soon, with `cancelled`.
  func cancel()

  /// Writes the next piece of the answer.
  ///
  /// - Parameters:
  ///   - writer: Gets the piece behind what it already holds.
  ///   - byteCount: After about how many bytes to pause.
  /// - Returns: Whether there is more.
  /// - Throws: `MoltError`; the pieces so far are then void.
  func next(into writer: inout ByteWriter, byteCount: Int) throws(MoltError) -> Bool

  /// Gives everything back. Calling it again changes nothing.
  func close()
}
