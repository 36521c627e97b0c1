public import MoltTape

/// Reads the documents of a buffer one after the other, with one parser.
///
///     var lines = JSONLines(bytes)
///     while let document = try lines.next() {
///       total += try document.root["bytes"]?.int64() ?? 0
///     }
///
/// Each document lasts until the next one is asked for; nothing is copied. ``JSONStream`` does the
/// same for bytes that come in pieces.
public struct JSONLines: ~Copyable, ~Escapable {
  private let input: Span<UInt8>
  private var parser: JSONParser
  private var boundary: DocumentBoundary
  private var failure: JSONError?
  private let framing: JSONFraming

  /// Creates a reader that stands before the first document.
  ///
  /// - Parameters:
  ///   - input: The documents, in UTF-8.
  ///   - framing: How they stand one behind the other.
  ///   - limits: How much each of them may ask for.
  @_lifetime(copy input)
  public init(
    _ input: Span<UInt8>,
    framing: JSONFraming = .lines,
    limits: JSONLimits = JSONLimits()
  ) {
    self.input = input
    self.framing = framing
    parser = JSONParser(limits: limits)
    boundary = DocumentBoundary(framing)
  }

  /// The next document.
  ///
  /// - Returns: Its values; nil behind the last one.
  /// - Throws: ``JSONError`` with the offset in the whole input, from which it computes the line. The
  ///   next call goes on with the next line; where documents are concatenated, nobody knows where the
  ///   next one starts, and the error comes again.
  /// - Complexity: O(bytes of the document)
  @_lifetime(&self)
  public mutating func next() throws(JSONError) -> JSONDocument? {
    if let failure { throw failure }
    guard let range = boundary.next(in: input, isFinal: true) else { return nil }
    do throws(JSONError) {
      return try Self.parse(&parser, input.extracting(range))
    } catch {
      let moved = error.moved(by: range.lowerBound)
      if framing == .concatenated { failure = moved }
      throw moved
    }
  }

  @_lifetime(&parser, copy input)
  private static func parse(
    _ parser: inout JSONParser,
    _ input: Span<UInt8>
  ) throws(JSONError) -> JSONDocument {
    try parser.parse(input)
  }
}
