/// Why a text is not JSON, or more than the limits allow, and where.
///
///     [1,2,]        expected a value at byte 5 (line 1, column 6)
///
/// The first thing that is wrong is what is reported, whichever way the text was read.
public struct JSONError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Code: UInt8, Sendable, CaseIterable {
    /// There is nothing, or nothing but white space.
    case empty
    /// The text starts with a byte order mark, which RFC 8259 (section 8.1) lets a reader refuse.
    case byteOrderMark
    /// The text ends where more must follow.
    case unexpectedEnd
    /// A byte that cannot stand there.
    case unexpectedByte
    /// Something other than white space follows the value.
    case trailingData
    /// A number with a zero before its first digit.
    case leadingZero
    /// A text holds a character below U+0020 as it is.
    case controlCharacter
    /// A backslash, and nothing behind it that makes an escape.
    case invalidEscape
    /// An escape for half of a surrogate pair, without the other half.
    case loneSurrogate
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// The same key twice in an object, see ``JSONLimits/uniqueKeys``.
    case duplicateKey
    /// More arrays and objects inside each other than ``JSONLimits/depth``.
    case tooDeep
    /// A document longer than ``JSONLimits/byteCount``.
    case documentTooLong
    /// A text or number longer than ``JSONLimits/textByteCount``.
    case textTooLong
    /// What was looked for is not there: only where parts of a document are read.
    case notFound
    /// A value of another kind: only where parts of a document are read.
    case mismatch
    /// A number that the type asked for cannot hold: only where parts of a document are read.
    case outOfRange
  }

  /// What should have come instead.
  public enum Expectation: UInt8, Sendable, CaseIterable {
    case value, valueOrEndOfArray, keyOrEndOfObject, key, colon
    case commaOrEndOfArray, commaOrEndOfObject, endOfText
    case digit, literal, escape, hexadecimalDigit, lowSurrogate
    case null, boolean, integer, number, text, array, object
  }

  /// What is wrong.
  public let code: Code
  /// Where, in bytes from the start of the text.
  public let offset: Int
  /// What should have stood there, where one thing can be named.
  public let expected: Expectation?

  /// Creates an error.
  public init(_ code: Code, at offset: Int, expected: Expectation? = nil) {
    self.code = code
    self.offset = offset
    self.expected = expected
  }
}

extension JSONError: CustomStringConvertible {
  /// One sentence, with the offset.
  public var description: String { "\(reason) at byte \(offset)" }

  /// One sentence, with line and column.
  ///
  /// - Parameter input: The text that was read.
  /// - Returns: The sentence.
  /// - Complexity: O(``offset``)
  public func description(in input: Span<UInt8>) -> String {
    let place = position(in: input)
    return "\(reason) at byte \(offset) (line \(place.line), column \(place.column))"
  }

  /// The line and the column in it, both from 1; a column is a character (Unicode scalar).
  ///
  /// A line ends behind a line feed, a carriage return, or both in this order.
  ///
  /// - Parameter input: The text that was read.
  /// - Returns: The line and the column.
  /// - Complexity: O(``offset``)
  public func position(in input: Span<UInt8>) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for index in 0..<min(offset, input.count) {
      let byte = input[index]
      let isFirstOfTwo = byte == 0x0D && index + 1 < input.count && input[index + 1] == 0x0A
      if byte == 0x0A || (byte == 0x0D && !isFirstOfTwo) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }

  /// What is wrong, and what was expected, without the place.
  public var reason: String {
    guard let expected else { return code.phrase }
    switch code {
    case .unexpectedByte: return "expected \(expected.phrase)"
    case .unexpectedEnd: return "expected \(expected.phrase), found the end"
    default: return "\(code.phrase), expected \(expected.phrase)"
    }
  }
}

extension JSONError.Code {
  fileprivate var phrase: String {
    switch self {
    case .empty: "the document is empty"
    case .byteOrderMark: "the document starts with a byte order mark"
    case .unexpectedEnd: "the document ends too early"
    case .unexpectedByte: "unexpected character"
    case .trailingData: "the document goes on after its value"
    case .leadingZero: "a number starts with a zero too many"
    case .controlCharacter: "a control character in a text"
    case .invalidEscape: "invalid escape"
    case .loneSurrogate: "half a surrogate pair"
    case .invalidUTF8: "the document is not UTF-8"
    case .duplicateKey: "the same key twice in an object"
    case .tooDeep: "the document is nested too deep"
    case .documentTooLong: "the document is too long"
    case .textTooLong: "a text or number is too long"
    case .notFound: "there is no such value"
    case .mismatch: "a value of another kind"
    case .outOfRange: "the number does not fit"
    }
  }
}

extension JSONError.Expectation {
  fileprivate var phrase: String {
    switch self {
    case .value: "a value"
    case .valueOrEndOfArray: "a value or ']'"
    case .keyOrEndOfObject: "a key or '}'"
    case .key: "a key"
    case .colon: "':'"
    case .commaOrEndOfArray: "',' or ']'"
    case .commaOrEndOfObject: "',' or '}'"
    case .endOfText: "'\"'"
    case .digit: "a digit"
    case .literal: "true, false or null"
    case .escape: "one of \"\\/bfnrtu"
    case .hexadecimalDigit: "a hexadecimal digit"
    case .lowSurrogate: "the other half of the pair"
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .text: "a text"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
