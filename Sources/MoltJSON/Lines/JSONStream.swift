internal import MoltBytes
public import MoltTape

/// Reads documents from bytes that come in pieces of any size.
///
///     var stream = JSONStream()
///     while let chunk = try connection.read() {
///       stream.append(chunk)
///       while let document = try stream.next() { handle(document) }
///     }
///     stream.finish()
///     while let document = try stream.next() { handle(document) }
///
/// The same bytes in other pieces give the same documents and errors. A document lasts until the next
/// call. What is kept is the bytes of the documents that were not asked for yet; a document that is
/// not complete may have ``JSONLimits/byteCount`` of them.
public struct JSONStream: ~Copyable {
  /// The limits of a stream unless set otherwise: those of ``JSONLimits``, and documents of at most
  /// 67,108,864 bytes (64 MiB), because an unfinished document is kept in memory.
  public static var standardLimits: JSONLimits {
    var limits = JSONLimits()
    limits.byteCount = 64 * 1024 * 1024
    return limits
  }

  private let framing: JSONFraming
  private var parser: JSONParser
  private var boundary: DocumentBoundary
  private var bytes = ByteWriter(capacity: 1024)
  private var isFinished = false
  private var failure: JSONStreamError?
  /// How many bytes of the stream, and line feeds in them, stand before the first kept one.
  private var dropped = (bytes: 0, lines: 0)

  /// Creates a reader that stands at the start of a stream.
  ///
  /// - Parameters:
  ///   - framing: How the documents stand one behind the other.
  ///   - limits: How much each of them may ask for.
  public init(framing: JSONFraming = .lines, limits: JSONLimits = Self.standardLimits) {
    self.framing = framing
    parser = JSONParser(limits: limits)
    boundary = DocumentBoundary(framing)
  }

  /// Takes the next bytes of the stream.
  ///
  /// - Parameter chunk: Any number of bytes, also none; they are copied.
  /// - Precondition: ``finish()`` was not called.
  /// - Complexity: O(`chunk.count`) on average
  public mutating func append(_ chunk: Span<UInt8>) {
    precondition(!isFinished, "the stream is finished")
    // What is left moves to the front only when as much in front of it is no longer needed.
    let used = boundary.documentStart
    if used > 0, used >= bytes.count - used { drop(used) }
    bytes.append(chunk)
  }

  /// Takes note that nothing follows, so that a last document without a line feed is complete.
  public mutating func finish() { isFinished = true }

  /// The next document.
  ///
  /// - Returns: Its values; nil when more bytes must come first, or none is left.
  /// - Throws: ``JSONStreamError``. The next call goes on with the next line; where documents are
  ///   concatenated, and when one is too long, the error comes again.
  /// - Complexity: O(bytes of the document)
  @_lifetime(&self)
  public mutating func next() throws(JSONStreamError) -> JSONDocument? {
    if let failure { throw failure }
    guard let range = Self.find(&boundary, in: bytes, isFinal: isFinished) else {
      try checkLength()
      return nil
    }
    do throws(JSONError) {
      return try Self.parse(&parser, bytes, range)
    } catch {
      throw located(error, from: range.lowerBound, isLast: framing == .concatenated)
    }
  }

  private static func find(
    _ boundary: inout DocumentBoundary,
    in bytes: borrowing ByteWriter,
    isFinal: Bool
  ) -> Range<Int>? {
    boundary.next(in: bytes.span, isFinal: isFinal)
  }

  @_lifetime(&parser, borrow bytes)
  private static func parse(
    _ parser: inout JSONParser,
    _ bytes: borrowing ByteWriter,
    _ range: Range<Int>
  ) throws(JSONError) -> JSONDocument {
    try parser.parse(bytes.span.extracting(range))
  }

  private mutating func checkLength() throws(JSONStreamError) {
    let start = boundary.documentStart
    let limit = parser.limits.byteCount
    guard bytes.count - start > limit else { return }
    throw located(JSONError(.documentTooLong, at: limit), from: start, isLast: true)
  }

  private mutating func located(
    _ error: JSONError,
    from start: Int,
    isLast: Bool
  ) -> JSONStreamError {
    let offset = start + error.offset
    let result = JSONStreamError(
      error.moved(by: dropped.bytes + start),
      line: dropped.lines + lineFeeds(before: min(offset, bytes.count)) + 1
    )
    if isLast { failure = result }
    return result
  }

  private mutating func drop(_ byteCount: Int) {
    dropped.lines += lineFeeds(before: byteCount)
    dropped.bytes += byteCount
    bytes.remove(byteCount, at: 0)
    boundary.drop(byteCount)
  }

  private func lineFeeds(before end: Int) -> Int {
    let bytes = bytes.span
    var count = 0
    for index in 0..<end where bytes[index] == 0x0A { count += 1 }
    return count
  }
}
