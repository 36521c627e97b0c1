package import MoltBytes
package import MoltErrors

/// A query whose answers are made by calls that take their time.
package protocol ThreadStatement: Sendable {
  /// Creates a run that has not started: it touches no database until its first piece is asked for.
  ///
  /// - Parameters:
  ///   - arguments: Encoded as `docs/formats/shape.md` says; checked with the first piece.
  ///   - deadline: When the run must be over, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - rowLimit: The most rows; 0 means any number.
  /// - Returns: A run that the worker closes.
  func makeRun(arguments: [UInt8], deadline: UInt64, rowLimit: UInt64) -> any ThreadRun
}

/// One run of a statement, made piece by piece.
///
/// ``cancel()`` may be called by any thread at any time; the rest by one thread at a time.
package protocol ThreadRun: AnyObject, Sendable {
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
