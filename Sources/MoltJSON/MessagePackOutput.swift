internal import MoltBytes
internal import MoltMessagePack

/// Writes the pieces of a document as MessagePack.
///
/// MessagePack says how many elements an array has before the first; the document shows it at the
/// last. So the pieces are first written without those headers, and ``assemble(_:into:)`` puts
/// them in:
///
///     [7, [true]]     pieces: 07 C3     headers: 2 at 0, 1 at 1     together: 92 07 91 C3
struct MessagePackOutput: DocumentOutput, ~Copyable {
  /// The header of an array or map.
  private struct Header {
    /// How many bytes of the pieces stand before it.
    var offset: Int
    var isObject: Bool
    var count: Int
  }

  /// In the order in which they stand in the document.
  private var headers: [Header] = []
  /// Which headers still wait for their count, the innermost last.
  private var open: [Int] = []
  /// The text of one string.
  private var text = ByteWriter(capacity: 64)

  mutating func removeAll() {
    headers.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
  }

  /// Appends the pieces with the headers between them.
  ///
  /// - Parameters:
  ///   - pieces: What was written.
  ///   - writer: Gets everything in order.
  /// - Complexity: O(`pieces.count` + number of headers)
  func assemble(_ pieces: Span<UInt8>, into writer: inout ByteWriter) {
    var done = 0
    for header in headers {
      writer.append(pieces.extracting(done..<header.offset))
      done = header.offset
      if header.isObject {
        writer.appendMessagePackMapHeader(header.count)
      } else {
        writer.appendMessagePackArrayHeader(header.count)
      }
    }
    writer.append(pieces.extracting(done...))
  }

  func appendWord(_ word: JSONWord, to writer: inout ByteWriter) {
    switch word {
    case .null: writer.appendMessagePackNil()
    case .true: writer.appendMessagePack(true)
    case .false: writer.appendMessagePack(false)
    }
  }

  func appendNotFinite(
    _ value: Double,
    at offset: Int,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    writer.appendMessagePack(value)
  }

  func appendInteger(
    _ number: NumberText,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    var magnitude: UInt64 = 0
    for index in unsafe number.digitsStart..<number.integerEnd {
      let digit = unsafe UInt64(number.base[index] &- 0x30)
      let (tenfold, isTooLarge) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, isOver) = tenfold.addingReportingOverflow(digit)
      guard !isTooLarge, !isOver else { throw unsafe .outOfRange(offset: number.start) }
      magnitude = sum
    }
    if unsafe !number.isNegative { return writer.appendMessagePack(magnitude) }
    guard magnitude <= 1 << 63 else { throw unsafe .outOfRange(offset: number.start) }
    writer.appendMessagePack(Int64(truncatingIfNeeded: 0 &- magnitude))
  }

  func appendFloat(
    _ number: NumberText,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    unsafe writer.appendMessagePack(number.value)
  }

  mutating func appendString(
    _ input: inout JSONInput,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) -> Range<Int> {
    // The header says how long the text will be, which an escape in it can change.
    text.removeAll()
    try unsafe input.appendText(to: &text, .raw)
    writer.appendMessagePack(text: text.span)
    return (writer.count - text.count)..<writer.count
  }

  mutating func open(isObject: Bool, to writer: inout ByteWriter) {
    open.append(headers.count)
    headers.append(Header(offset: writer.count, isObject: isObject, count: 0))
  }

  func separateElements(in writer: inout ByteWriter) {}
  func separateValue(in writer: inout ByteWriter) {}

  mutating func close(isObject: Bool, count: Int, to writer: inout ByteWriter) {
    if let last = open.popLast() { headers[last].count = count }
  }
}
