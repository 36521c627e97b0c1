public import MoltTape

/// Decodes types from JSON: Foundation's `JSONDecoder`, without Foundation and many times faster.
///
///     struct Point: Decodable { var x: Double, y: Double }
///     var decoder = MoltJSONDecoder()
///     let points = try decoder.decode([Point].self, from: #"[{"x":1,"y":2.5}]"#)
///
/// The document is parsed onto a tape, and types take their values from there: keys are compared as
/// bytes in the order in which types ask for them, arrays are filled in one go, and nothing keeps track
/// of coding paths until an error needs one.
///
/// Types of Foundation are what their own `init(from:)` makes of them: a `Date` is its seconds since
/// 2001, a `Data` an array of bytes. ``DecodingOptions/convert(_:_:)`` gives them another form.
///
/// A decoder is used by one thread at a time and keeps its memory from one document to the next.
public struct MoltJSONDecoder: ~Copyable {
  private var parser: JSONParser
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
  public init(options: DecodingOptions = DecodingOptions(), limits: JSONLimits = JSONLimits()) {
    parser = JSONParser(limits: limits)
    decoder = DocumentDecoder(options: options)
  }

  /// Decodes a document.
  ///
  /// - Parameters:
  ///   - type: What to make of its outermost value.
  ///   - input: The whole document, in UTF-8.
  /// - Returns: The value.
  /// - Throws: `DecodingError` with the path and the byte; the ``JSONError`` of a document that is no
  ///   JSON is its underlying error. What types throw by themselves passes through.
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
    _ parser: inout JSONParser,
    _ decoder: inout DocumentDecoder
  ) throws -> Value {
    let document: JSONDocument
    do throws(JSONError) {
      document = try parser.parse(input)
    } catch {
      throw DecodingError(error)
    }
    return try decoder.decode(type, from: document)
  }

  /// Decodes a document.
  ///
  /// - Parameters:
  ///   - type: What to make of its outermost value.
  ///   - text: The whole document.
  /// - Returns: The value.
  /// - Throws: As ``decode(_:from:)`` of bytes does.
  public mutating func decode<Value: Decodable>(
    _ type: Value.Type = Value.self,
    from text: String
  ) throws -> Value {
    try decode(type, from: text.utf8.span)
  }
}

extension DecodingError {
  /// A document that is no JSON, told as a decoder does.
  fileprivate init(_ error: JSONError) {
    self = .dataCorrupted(
      Context(codingPath: [], debugDescription: "\(error)", underlyingError: error)
    )
  }
}
