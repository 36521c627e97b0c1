/// Why a stream of documents cannot be read on, or one of its lines.
public struct JSONStreamError: Error, Equatable, Sendable {
  /// What is wrong; its offset counts from the first byte of the stream.
  public let error: JSONError
  /// The line of the stream where it is wrong, from 1.
  public let line: Int

  /// Creates an error.
  public init(_ error: JSONError, line: Int) {
    self.error = error
    self.line = line
  }
}

extension JSONStreamError: CustomStringConvertible {
  /// One sentence, with offset and line.
  public var description: String { "\(error) (line \(line))" }
}

extension JSONError {
  /// The same error in a document that starts at an offset of something larger.
  func moved(by byteCount: Int) -> JSONError {
    JSONError(code, at: offset + byteCount, expected: expected)
  }
}
