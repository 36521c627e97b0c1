public import MoltBytes

/// Where the bytes of an answer go.
///
/// All calls come from the event loop of the connection, one after the other, and must not block.
/// After the last piece, or a failure, none follows.
public protocol PostgresAnswerReceiver: AnyObject, Sendable {
  /// A connection was found for the run; comes again where that one turns out to be dead.
  func begin()

  /// Gives memory for the next piece; what it holds already stays in front of the piece.
  func makePiece() -> ByteWriter

  /// Takes a piece of the answer.
  ///
  /// - Parameters:
  ///   - piece: The memory that ``makePiece()`` gave, with the piece in it.
  ///   - rowCount: How many rows were written so far.
  ///   - isLast: Whether the answer is complete.
  /// - Returns: Whether there is room for more. After false the server waits until
  ///   ``PostgresAnswerRun/resume()``; a few more pieces may still come.
  func take(_ piece: consuming ByteWriter, rowCount: UInt64, isLast: Bool) -> Bool

  /// Hears why there is no answer; the pieces so far are void.
  func fail(_ error: PostgresError)
}

/// How far one answer may go.
public struct PostgresAnswerLimits: Equatable, Sendable {
  /// How long the run may take once it has a connection; nil for the configuration's limit.
  public var timeout: Duration?
  /// How long to wait for a connection; nil for the pool's limit.
  public var wait: Duration?
  /// The most rows; 0 means any number.
  public var rowCount: UInt64 = 0
  /// The most bytes; 0 means any number.
  public var byteCount: UInt64 = 0
  /// After about how many bytes a piece is handed over.
  ///
  /// Default: 262,144 (256 KiB). A row is never cut, and MessagePack answers come in one piece.
  public var pieceByteCount = 256 * 1024

  /// Creates the default limits.
  public init() {}
}
