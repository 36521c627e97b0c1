/// How a ``MessagePackSink`` writes.
public struct MessagePackOptions: Equatable, Sendable {
  /// Whether floats that 32 bits hold exactly take 32: no, all take 64.
  public var shortensFloats = false
  /// Whether what MessagePack has no room for is written as its nearest counterpart: no, it is an
  /// error.
  ///
  /// The counterparts: a number beyond 64 bits becomes a float, a tag is dropped, a simple value of
  /// CBOR, such as undefined, becomes nil.
  public var approximates = false

  /// The options with their defaults.
  public init() {}
}

/// Why a value cannot be written as MessagePack.
public enum MessagePackWriteError: Error, Equatable, Sendable {
  /// A number fits neither 64 bits nor, if the options allow that, a float.
  case numberOutOfRange
  /// A str, bin or extension has 4 GiB or more, or an array or map 2^32 elements or more.
  case tooLong
  /// MessagePack has no tags.
  case tag(UInt64)
  /// MessagePack has no simple values other than booleans and nil.
  case simple(UInt8)

  /// What is wrong, as one sentence.
  public var message: String {
    switch self {
    case .numberOutOfRange: "the number does not fit MessagePack's 64 bits"
    case .tooLong: "the value is too long for MessagePack"
    case .tag(let number): "MessagePack has no tags, such as \(number)"
    case .simple(let number): "MessagePack has no simple values, such as \(number)"
    }
  }
}
