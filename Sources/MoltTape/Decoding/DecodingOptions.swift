/// How values of a document become Swift's values.
public struct DecodingOptions {
  /// How the names of a type's keys stand in the document.
  public enum Keys: Sendable {
    /// As they are.
    case asWritten
    /// In snake case: `imageURL` needs a key of its own, `imageUrl` stands as `image_url`.
    ///
    /// Leading and trailing underscores stay where they are: `_image_url_` is `_imageUrl_`.
    case fromSnakeCase
  }

  /// What floats that are no numbers look like in a document.
  public enum NonConformingFloats: Equatable, Sendable {
    /// They cannot be there: a text is no float.
    case refused
    /// These texts stand for them.
    case texts(infinity: String, negativeInfinity: String, nan: String)
  }

  /// What happens with a key that stands more than once in a map.
  public enum DuplicateKeys: Sendable {
    /// The last one counts, as with every lookup of ``TapeMap``.
    case last
    /// The map is refused.
    case refused
  }

  /// How the names of a type's keys stand in the document.
  ///
  /// Default: ``Keys/asWritten``.
  public var keys = Keys.asWritten
  /// What floats that are no numbers look like in a document.
  ///
  /// Default: ``NonConformingFloats/refused``. MessagePack and CBOR have such floats of their own,
  /// and these are always read.
  public var nonConformingFloats = NonConformingFloats.refused
  /// What happens with a key that stands more than once in a map.
  ///
  /// Default: ``DuplicateKeys/last``.
  public var duplicateKeys = DuplicateKeys.last
  /// How deep arrays and maps may nest below a value that is decoded by its type's own code, which
  /// calls itself for each level.
  ///
  /// Default: 512.
  public var depth = 512
  /// What types find in their decoder's `userInfo`.
  ///
  /// Default: empty.
  public var userInfo: [CodingUserInfoKey: Any] = [:]
  var conversions: [Conversion] = []
  var conversionIndexes: [ObjectIdentifier: Int] = [:]

  typealias Conversion = (TapeValue) throws -> Any

  /// Creates the default options.
  public init() {}

  /// Decodes a type in a way of its own, in place of its `init(from:)`.
  ///
  ///     options.convert(Date.self) { value in Date(timeIntervalSince1970: try value.double()) }
  ///
  /// - Parameters:
  ///   - type: Where it is asked for by this very name, also inside arrays and optionals.
  ///   - conversion: Makes it of a value that is not null; a ``TapeError`` becomes a
  ///     `DecodingError`.
  public mutating func convert<Value>(
    _ type: Value.Type,
    _ conversion: @escaping (TapeValue) throws -> Value
  ) {
    conversionIndexes[ObjectIdentifier(type)] = conversions.count
    conversions.append(conversion)
  }
}
