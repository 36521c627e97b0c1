/// A failure as the edges report it: a code, a sentence and a place.
///
/// Modules below the edges throw small typed errors of their own and compose this one only when it
/// leaves Molt, through C, the worker's replies or the command line.
public struct MoltError: Error, Equatable, Sendable {
  /// What kind of failure.
  public var code: ErrorCode
  /// One sentence: what happened, where, what to do.
  public var message: String
  /// A byte offset for malformed input, a row number for unsupported values, or -1.
  public var offset: Int

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - code: What kind of failure.
  ///   - message: One sentence for the person who has to act.
  ///   - offset: Byte offset or row number; -1 where neither applies.
  public init(_ code: ErrorCode, _ message: String, offset: Int = -1) {
    self.code = code
    self.message = message
    self.offset = offset
  }
}
