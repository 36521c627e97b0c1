/// Why a value of a document is not what was asked for.
///
/// ``TapeDocument/offset(of:)`` finds the byte where the value starts.
public struct TapeError: Error, Equatable, Sendable {
  /// What went wrong.
  public enum Code: UInt8, Sendable {
    /// The value is of another kind.
    case mismatch
    /// The number does not fit the type.
    case outOfRange
  }

  /// What went wrong.
  public let code: Code
  /// What was asked for.
  public let expected: TapeValue.Kind
  /// What the value is.
  public let found: TapeValue.Kind
  /// Where the value's word stands on the tape.
  public let index: Int

  /// Creates an error from its parts.
  @inlinable
  public init(_ code: Code, expected: TapeValue.Kind, found: TapeValue.Kind, index: Int) {
    self.code = code
    self.expected = expected
    self.found = found
    self.index = index
  }
}

extension TapeError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch code {
    case .mismatch: "expected \(expected.phrase), found \(found.phrase)"
    case .outOfRange: "the number does not fit the type asked for"
    }
  }
}

extension TapeValue.Kind {
  /// The kind with its article.
  package var phrase: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .float: "a float"
    case .number: "a number beyond 64 bits"
    case .text: "a text"
    case .binary: "a binary"
    case .array: "an array"
    case .map: "a map"
    case .tag: "a tagged value"
    case .extension: "an extension"
    case .simple: "a simple value"
    }
  }
}
