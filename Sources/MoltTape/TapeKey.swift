/// A key or an index on the way to a value, as errors and decoders name it.
public struct TapeKey: CodingKey, Hashable, Sendable {
  /// The key, or `Index 3` for an element of an array.
  public let stringValue: String
  /// The index of an element of an array, or a key that is an integer.
  public let intValue: Int?

  /// A key of a map.
  public init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  /// A key of a map that is an integer.
  public init(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }

  /// An element of an array.
  public init(index: Int) {
    stringValue = "Index \(index)"
    intValue = index
  }
}
