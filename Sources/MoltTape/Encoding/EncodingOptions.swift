/// How Swift's values become values of a document.
public struct EncodingOptions {
  /// How the names of a type's keys are written.
  public enum Keys {
    /// As they are.
    case asWritten
    /// In snake case: `imageUrl` and `imageURL` as `image_url`, `myURLPath` as `my_url_path`.
    ///
    /// Leading and trailing underscores stay where they are.
    case toSnakeCase
    /// As the closure says.
    case converted((String) -> String)
  }

  /// How floats that are no numbers are written.
  public enum NonConformingFloats: Equatable, Sendable {
    /// As the format has it: MessagePack and CBOR have such floats, JSON's options have a rule.
    case asFormat
    /// As these texts.
    case texts(infinity: String, negativeInfinity: String, nan: String)
  }

  /// How the names of a type's keys are written.
  ///
  /// Default: ``Keys/asWritten``.
  public var keys = Keys.asWritten
  /// How floats that are no numbers are written.
  ///
  /// Default: ``NonConformingFloats/asFormat``.
  public var nonConformingFloats = NonConformingFloats.asFormat
  /// Whether arrays of `UInt8` are written as bytes and not as arrays of integers.
  ///
  /// Default: false.
  public var arraysOfBytesAreBinary = false
  /// What types find in their encoder's `userInfo`.
  ///
  /// Default: empty.
  public var userInfo: [CodingUserInfoKey: Any] = [:]

  /// Creates the default options.
  public init() {}
}
