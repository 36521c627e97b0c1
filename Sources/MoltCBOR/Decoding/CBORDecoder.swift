public import MoltTape

/// Decodes types from CBOR.
///
///     struct Point: Decodable { var x: Double, y: Double }
///     var decoder = CBORDecoder()
///     let points = try decoder.decode([Point].self, from: bytes)
///
/// Maps are decoded by keys that are texts, or integers where a type's keys have an `intValue`;
/// `[UInt8]` also from a binary. Tags are stepped over, and undefined is as good as null.
///
/// A decoder is used by one thread at a time and keeps its memory from one document to the next.
public struct CBORDecoder: ~Copyable {
  private var parser: CBORParser
  private var decoder: DocumentDecoder

  /// How values become Swift's values.
  public var options: DecodingOptions {
    get { decoder.options }
    set { decoder.options = newValue }
  }

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - options: How values become Swift's values.
  ///   - limits: How much documents may ask for.
  public init(options: DecodingOptions = DecodingOptions(), limits: CBORLimits = CBORLimits()) {
    parser = CBORParser(limits: limits)
    decoder = DocumentDecoder(options: options)
  }

  /// Decodes a document.
  ///
  /// - Parameters:
  ///   - type: What to make of its value.
  ///   - input: The whole document.
  /// - Returns: The value.
  /// - Throws: `DecodingError` with the path and the byte; the ``CBORError`` of bytes that are no
  ///   CBOR is its underlying error. What types throw by themselves passes through.
  public mutating func decode<Value: Decodable>(
    _ type: Value.Type = Value.self,
    from input: Span<UInt8>
  ) throws -> Value {
    try Self.decode(type, from: input, &parser, &decoder)
  }

  /// Two variables instead of `self`: the document borrows the one while the other changes.
  private static func decode<Value: Decodable>(
    _ type: Value.Type,
    from input: Span<UInt8>,
    _ parser: inout CBORParser,
    _ decoder: inout DocumentDecoder
  ) throws -> Value {
    let document: CBORDocument
    do throws(CBORError) {
      document = try parser.parse(input)
    } catch {
      throw DecodingError(error)
    }
    return try decoder.decode(type, from: document)
  }
}

extension DecodingError {
  /// Bytes that are no CBOR, told as a decoder does.
  fileprivate init(_ error: CBORError) {
    self = .dataCorrupted(
      Context(codingPath: [], debugDescription: "\(error)", underlyingError: error)
    )
  }
}
