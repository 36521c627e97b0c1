public import MoltBytes

/// Writes stored JSON documents again, in the bytes that Python would send for them.
///
/// A `JSONField` keeps its document as text; Django parses it and the response encodes it again.
/// This does both in one pass, without a value in between:
///
///     {"b":1.50,"a":["caf\u00e9",-0]}        the column
///     {"b": 1.5, "a": ["caf\u00e9", 0]}      as Django's JsonResponse sends it
///     {"b":1.5,"a":["café",0]}               as DRF's JSONRenderer sends it
///
/// The bytes equal those of `json.dumps(json.loads(document), …)`, or there is an error. A reencoder
/// keeps its scratch memory, so that after the first documents none is allocated; before the first it
/// has none.
public struct JSONReencoder: ~Copyable {
  private final class Scratch {
    var walk = DocumentWalk()
    var pieces = MessagePackOutput()
    var body = ByteWriter(capacity: 64)
  }

  private lazy var scratch = Scratch()

  /// Creates a reencoder.
  public init() {}

  /// Appends a document as JSON.
  ///
  /// - Parameters:
  ///   - document: The text of one JSON value with any white space around it.
  ///   - writer: Gets the document; as it was before, after a throw.
  ///   - style: How to write it.
  /// - Throws: ``JSONReencodeError`` where Python would raise, for a key that stands twice in its
  ///   object, and for nesting deeper than 200.
  /// - Complexity: O(`document.count`), and O(n log n) in the keys of an object with more than 64.
  public mutating func append(
    _ document: Span<UInt8>,
    to writer: inout ByteWriter,
    as style: JSONStyle
  ) throws(JSONReencodeError) {
    let start = writer.count
    var output = JSONOutput(style: style)
    do {
      try scratch.walk.run(document, &output, to: &writer)
    } catch {
      writer.truncate(to: start)
      throw error
    }
  }

  /// Appends a document as MessagePack.
  ///
  /// Maps keep the document's order, floats are float 64, everything has its smallest encoding.
  ///
  /// - Parameters:
  ///   - document: The text of one JSON value with any white space around it.
  ///   - writer: Gets the document; as it was before, after a throw.
  /// - Throws: ``JSONReencodeError`` as ``append(_:to:as:)`` does, and ``JSONReencodeError/outOfRange(offset:)``
  ///   for an integer outside -2^63..<2^64.
  /// - Complexity: O(`document.count`), and O(n log n) in the keys of an object with more than 64.
  public mutating func appendMessagePack(
    _ document: Span<UInt8>,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    // No length inside can then exceed MessagePack's 32 bits.
    guard document.count <= UInt32.max else { throw .outOfRange(offset: 0) }
    let scratch = scratch
    scratch.body.removeAll()
    scratch.pieces.removeAll()
    try scratch.walk.run(document, &scratch.pieces, to: &scratch.body)
    scratch.pieces.assemble(scratch.body.span, into: &writer)
  }
}

extension DocumentWalk {
  fileprivate mutating func run(
    _ document: Span<UInt8>,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    try unsafe document.withUnsafeBufferPointer { (bytes) throws(JSONReencodeError) in
      guard let base = bytes.baseAddress else { throw .unexpectedEnd(offset: 0) }
      // Safety: the input lives inside the borrow of the document.
      var input = unsafe JSONInput(base, count: bytes.count)
      try unsafe run(&input, &output, to: &writer)
    }
  }
}
