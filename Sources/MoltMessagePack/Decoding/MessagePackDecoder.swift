public import MoltTape

/// Decodes types from MessagePack.
///
///     struct Point: Decodable { var x: Double, y: Double }
///     var decoder = MessagePackDecoder()
///     let points = try decoder.decode([Point].self, from: bytes)
///
/// Maps are decoded by keys that are texts, or integers where a type's keys have an `intValue`;
/// `[UInt8]` also from a binary. Extensions are for ``DecodingOptions/convert(_:_:)``.
///
/// A decoder is used by one thread at a time and keeps its memory from one document to the next.
public struct MessagePackDecoder: ~Copyable {
  private var parser: MessagePackParser
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
  public init(
    options: DecodingOptions = DecodingOptions(),
    limits: MessagePackLimits = MessagePackLimits()
  ) {
    parser = MessagePackParser(limits: limits)
    decoder = DocumentDecoder(options: options)
  }

  /// Decodes a document.
  ///
  /// - Parameters:
  ///   - type: What to make of its value.
  ///   - input: The whole document.
  /// - Returns: The value.
  /// - Throws: `DecodingError` with the path and the byte; the ``MessagePackError`` of bytes that are no
  ///   MessagePack is its underlying error. What types throw by themselves passes through.
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
    _ parser: inout MessagePackParser,
    _ decoder: inout DocumentDecoder
  ) throws -> Value {
    let document: MessagePackDocument
    do throws(MessagePackError) {
      document = try parser.parse(input)
    } catch {
      throw DecodingError(error)
    }
    return try decoder.decode(type, from: document)
  }
}

extension DecodingError {
  /// Bytes that are no MessagePack, told as a decoder does.
  fileprivate init(_ error: MessagePackError) {
    self = .dataCorrupted(
      Context(codingPath: [], debugDescription: "\(error)", underlyingError: error)
    )
  }
}
