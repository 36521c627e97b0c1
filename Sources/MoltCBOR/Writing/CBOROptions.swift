/// How a ``CBORSink`` writes.
///
/// As it is, every number, length and float takes as few bytes as it can, arrays and maps without a
/// count have indefinite length, and keys stay in their order: the preferred serialization of
/// RFC 8949, section 4.1.
public struct CBOROptions: Equatable, Sendable {
  /// How the keys of maps are sorted: not at all (nil).
  ///
  /// The pairs of a map that is out of order are moved at its end, so that sorting costs O(bytes) for
  /// each depth at which maps are nested.
  public var keyOrder: CBORKeyOrder?
  /// Whether arrays and maps without a count have indefinite length: yes; otherwise their count is
  /// put in when they end.
  public var allowsIndefinite = true
  /// Whether floats take 16 or 32 bits where these hold them exactly: yes; otherwise all take 64.
  public var shortensFloats = true
  /// Whether what CBOR has no room for is written as its nearest counterpart: no, it is an error.
  ///
  /// An extension of MessagePack becomes a byte string; a number whose exponent is beyond 64 bits
  /// stays an error.
  public var approximates = false

  /// The options with their defaults.
  public init() {}

  /// The deterministic encoding (RFC 8949, section 4.2).
  ///
  /// - Parameter keyOrder: How keys are sorted.
  /// - Returns: Options without indefinite lengths.
  public static func deterministic(_ keyOrder: CBORKeyOrder = .bytewise) -> CBOROptions {
    var options = CBOROptions()
    options.keyOrder = keyOrder
    options.allowsIndefinite = false
    return options
  }
}

/// Why a value cannot be written as CBOR.
public enum CBORWriteError: Error, Equatable, Sendable {
  /// A number has more than 16,384 digits, or an exponent beyond 64 bits.
  case numberOutOfRange
  /// CBOR has no extensions of MessagePack, except for timestamps.
  case extensionType(Int8)
  /// A simple value that cannot be: 24 to 31 are not well-formed.
  case simple(UInt8)
  /// A key stands twice in a map whose keys are sorted.
  case duplicateKey

  /// What is wrong, as one sentence.
  public var message: String {
    switch self {
    case .numberOutOfRange: "the number is too large for CBOR"
    case .extensionType(let type): "CBOR has no extensions, such as that of type \(type)"
    case .simple(let number): "\(number) is no simple value"
    case .duplicateKey: "a key stands in its map twice"
    }
  }
}
