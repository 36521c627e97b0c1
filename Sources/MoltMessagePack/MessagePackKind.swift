/// The families of MessagePack values.
///
/// Every encoding of a family is read alike: the integer 1 may stand in one byte or in nine.
public enum MessagePackKind: Equatable, Sendable {
  case `nil`, boolean, integer, float, text, binary, array, map, `extension`

  /// The name used in error sentences.
  public var name: String {
    switch self {
    case .nil: "nil"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .float: "a float"
    case .text: "a str"
    case .binary: "a bin"
    case .array: "an array"
    case .map: "a map"
    case .extension: "an extension"
    }
  }
}
