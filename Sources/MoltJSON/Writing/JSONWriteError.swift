/// Why a document cannot be written as JSON.
///
/// Offsets count the bytes that had been written before the value in question.
public enum JSONWriteError: Error, Equatable, Sendable {
  /// A float is NaN or infinite, see ``JSONWriteOptions/nonFinite``.
  case notFinite(offset: Int)
  /// The value is bytes, see ``JSONWriteOptions/binary``.
  case binary(offset: Int)
  /// A key is no text, see ``JSONWriteOptions/otherKeys``.
  case otherKey(offset: Int)
  /// A key stands in its object twice, see ``JSONWriteOptions/refusesDuplicateKeys``.
  case duplicateKey(offset: Int)
  /// No `Double` is exactly this integer, see ``JSONWriteOptions/Doubles/ecmaScript``.
  case inexactInteger(offset: Int)
  /// The value is a tag, an extension or a simple value, see ``JSONWriteOptions/foreign``.
  case foreign(offset: Int)
  /// A text is not valid UTF-8.
  case invalidUTF8(offset: Int)

  /// How many bytes had been written.
  public var offset: Int {
    switch self {
    case .notFinite(let offset): offset
    case .binary(let offset): offset
    case .otherKey(let offset): offset
    case .duplicateKey(let offset): offset
    case .inexactInteger(let offset): offset
    case .foreign(let offset): offset
    case .invalidUTF8(let offset): offset
    }
  }

  /// One sentence about it.
  public var message: String {
    let what =
      switch self {
      case .notFinite: "JSON has no NaN and no infinities"
      case .binary: "JSON has no type for bytes"
      case .otherKey: "a key of a JSON object must be a text"
      case .duplicateKey: "a JSON object would have the same key twice"
      case .inexactInteger: "an integer has no exact Double"
      case .foreign: "JSON has no tags, extensions and simple values"
      case .invalidUTF8: "a text is not valid UTF-8"
      }
    return "\(what), at byte \(offset) of the output"
  }
}
