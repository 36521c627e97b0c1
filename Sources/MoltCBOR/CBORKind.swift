/// The families of CBOR values, by major type and, for type 7, by value.
///
/// Source: RFC 8949, section 3.1.
public enum CBORKind: Equatable, Sendable {
  case unsigned, negative, binary, text, array, map, tag, simple, boolean, null, float

  /// The name used in error sentences.
  public var name: String {
    switch self {
    case .unsigned: "an unsigned integer"
    case .negative: "a negative integer"
    case .binary: "a byte string"
    case .text: "a text string"
    case .array: "an array"
    case .map: "a map"
    case .tag: "a tag"
    case .simple: "a simple value"
    case .boolean: "a boolean"
    case .null: "null"
    case .float: "a float"
    }
  }
}
