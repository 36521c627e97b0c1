public import MoltMessagePack

/// Why bytes are not a shape.
public struct ShapeError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The MessagePack itself is malformed, or a value has another type than expected.
    case malformed(MessagePackError)
    /// A key that this version does not know.
    case unknownKey
    /// A required key is missing.
    case missingKey(StaticString)
    /// A value outside the key's list or range.
    case badValue(of: StaticString)
    /// A limit of ``ShapeLimits`` was exceeded.
    case tooLarge(StaticString)
    /// `arrays` and `csv` take leaves only, `flat` exactly one; `csv` takes no envelope.
    case layoutMismatch
    /// Bytes follow the shape.
    case trailingBytes

    /// Compares the kinds and places of two reasons.
    public static func == (left: Reason, right: Reason) -> Bool {
      switch (left, right) {
      case (.malformed(let left), .malformed(let right)): left == right
      case (.missingKey(let left), .missingKey(let right)),
        (.badValue(of: let left), .badValue(of: let right)),
        (.tooLarge(let left), .tooLarge(let right)):
        left.description == right.description
      case (.unknownKey, .unknownKey), (.layoutMismatch, .layoutMismatch),
        (.trailingBytes, .trailingBytes):
        true
      default: false
      }
    }
  }

  /// What is wrong.
  public var reason: Reason
  /// Where, in bytes from the start of the shape.
  public var offset: Int

  /// One sentence for the person who wrote the shape.
  public var message: String {
    switch reason {
    case .malformed(let error): "the shape is malformed: \(error.message)"
    case .unknownKey: "the shape has an unknown key at byte \(offset); is the client newer?"
    case .missingKey(let key): "the shape lacks the key \"\(key)\" in the map at byte \(offset)"
    case .badValue(let key): "the shape's \"\(key)\" at byte \(offset) has a value out of its range"
    case .tooLarge(let what): "the shape has more than the allowed \(what) at byte \(offset)"
    case .layoutMismatch:
      "the shape's layout does not fit its fields: arrays and csv take plain columns, "
        + "flat exactly one, and csv no envelope"
    case .trailingBytes: "bytes follow the shape at byte \(offset)"
    }
  }
}
