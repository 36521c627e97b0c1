package import MoltBytes
package import MoltErrors

/// A query whose answers come by themselves.
package protocol LoopStatement: Sendable {
  /// Starts a run.
  ///
  /// - Parameters:
  ///   - arguments: Encoded as `docs/formats/shape.md` says.
  ///   - limits: How far the run may go.
  ///   - receiver: Gets the answer, or hears why there is none; perhaps before this returns.
  /// - Returns: The run.
  func startRun(
    arguments: [UInt8],
    _ limits: LoopRunLimits,
    into receiver: any LoopRunReceiver
  ) -> any LoopRun
}

/// How far a run may go.
package struct LoopRunLimits: Sendable {
  /// The most rows; 0 means any number.
  package var rowCount: UInt64
  /// The most bytes.
  package var byteCount: Int
  /// After about how many bytes to hand a piece over.
  package var pieceByteCount: Int
}

/// A run that was started.
///
/// Any thread may call its methods at any time.
package protocol LoopRun: AnyObject, Sendable {
  /// Ends the run soon, with `cancelled`.
  func cancel()

  /// Goes on after the receiver had no room.
  func resume()
}

/// Who gets an answer.
///
/// One thread at a time calls, an event loop's or the one that starts the run.
package protocol LoopRunReceiver: AnyObject, Sendable {
  /// The run has what it needs and goes to the database now; may come twice.
  func begin()

  /// Gives memory for the next piece; what it holds already stays in front of the piece.
  func makePiece() -> ByteWriter

  /// Takes the next piece.
  ///
  /// - Returns: Whether there is room for more.
  func take(_ piece: consuming ByteWriter, rowCount: UInt64, isLast: Bool) -> Bool

  /// Hears why there is no answer; the pieces so far are void.
  func fail(_ error: MoltError)
}
