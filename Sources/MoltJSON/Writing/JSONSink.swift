public import MoltBytes
internal import MoltScalars
public import MoltTape

/// Writes the values that it receives as one JSON document (RFC 8259).
///
/// Behind each value stands what separates it from another one, whether another one follows or not;
/// the end of an array, a map or the document takes the last one back. So no value asks whether it
/// is the first:
///
///     beginArray        [
///     append(1)         [1,
///     append(2)         [1,2,
///     endArray          [1,2],
///     finish            [1,2]
///
/// In indented documents the separator has the newline and the indentation too.
public struct JSONSink: DocumentSink, ~Copyable {
  /// Why a value cannot be written.
  public typealias Failure = JSONWriteError

  /// How the document is written.
  public let options: JSONWriteOptions
  /// What is written, with one separator too many at the end.
  var writer: ByteWriter
  /// The bytes of the separator: 1 or 2, or 0 where it takes a closer look.
  var separatorSize: Int
  /// How many arrays and maps are open.
  var depth = 0
  /// Whether the next value is a key.
  var awaitsKey = false
  /// Where that key begins.
  var keyStart = 0
  /// Where the values of the open maps stand, if they are to be sorted.
  var sorter: KeySorter?

  /// Creates a sink without a value.
  ///
  /// - Parameters:
  ///   - options: How the document is written.
  ///   - writer: What the document is appended to.
  public init(
    _ options: JSONWriteOptions = JSONWriteOptions(),
    appendingTo writer: consuming ByteWriter = ByteWriter()
  ) {
    self.options = options
    self.writer = writer
    separatorSize = options.layout.separatorSize
    sorter = options.keyOrder == .given ? nil : KeySorter(options.keyOrder)
  }

  /// Takes back the separator behind the document's value.
  ///
  /// - Precondition: One value has been appended, and all arrays and maps have ended.
  public mutating func finish() {
    precondition(depth == 0 && writer.count > 0, "the document is not complete")
    writer.truncate(to: writer.count - (separatorSize == 0 ? 2 : separatorSize))
  }

  /// The bytes written so far; a document after ``finish()``.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { writer.span }
  }

  /// The writer with the document.
  ///
  /// - Returns: The writer that the sink appended to.
  public consuming func takeWriter() -> ByteWriter { writer }

  /// Appends a null.
  public mutating func appendNull() throws(JSONWriteError) {
    try begin()
    writer.append("null")
    separate()
  }

  /// Appends a boolean.
  public mutating func append(_ value: Bool) throws(JSONWriteError) {
    try begin()
    if value { writer.append("true") } else { writer.append("false") }
    separate()
  }

  /// Appends an integer.
  ///
  /// - Throws: ``JSONWriteError`` where numbers are ECMAScript's and it is none of them.
  public mutating func append(_ value: Int64) throws(JSONWriteError) {
    try begin()
    if _slowPath(options.doubles == .ecmaScript) {
      try appendECMAScript(Double(value), for: value)
    } else {
      writer.appendDecimal(value)
    }
    separate()
  }

  /// Appends an integer.
  ///
  /// - Throws: ``JSONWriteError`` where numbers are ECMAScript's and it is none of them.
  public mutating func append(_ value: UInt64) throws(JSONWriteError) {
    try begin()
    if _slowPath(options.doubles == .ecmaScript) {
      try appendECMAScript(Double(value), for: value)
    } else {
      writer.appendDecimal(value)
    }
    separate()
  }

  /// Appends a float.
  ///
  /// - Throws: ``JSONWriteError`` for NaN and the infinities, if they are refused.
  public mutating func append(_ value: Double) throws(JSONWriteError) {
    try begin()
    if _fastPath(value.isFinite) {
      writer.appendDouble(value, options.doubles.notation)
    } else {
      try writer.append(notFinite: value, options.nonFinite)
    }
    separate()
  }

  /// Appends a number that 64 bits cannot hold, as it is.
  ///
  /// - Parameter number: The text of a number in JSON's grammar; not checked again.
  /// - Throws: ``JSONWriteError`` where numbers are ECMAScript's and it is none of them.
  public mutating func append(number: Span<UInt8>) throws(JSONWriteError) {
    try begin()
    if options.doubles == .ecmaScript {
      try appendECMAScript(number)
    } else {
      writer.append(number)
    }
    separate()
  }

  /// Appends a text.
  ///
  /// - Throws: ``JSONWriteError`` when it is not valid UTF-8 and escapes made it necessary to look.
  public mutating func append(text: Span<UInt8>) throws(JSONWriteError) {
    if _slowPath(awaitsKey) {
      endKey()
      return try append(key: text)
    }
    try appendString(text)
    separate()
  }

  /// Appends bytes as base64.
  ///
  /// - Throws: ``JSONWriteError`` if bytes are refused.
  public mutating func append(binary: Span<UInt8>) throws(JSONWriteError) {
    guard options.binary != .refuse else { throw .binary(offset: writer.count) }
    try begin()
    let isKey = awaitsKey
    if !isKey { writer.append(0x22) }
    writer.appendBase64(binary, isURL: options.binary == .base64URL)
    if !isKey { writer.append(0x22) }
    separate()
  }
}

extension JSONWriteOptions.Layout {
  /// How many bytes stand between two values, or 0 if that depends on the depth.
  var separatorSize: Int {
    switch self {
    case .compact: 1
    case .spaced: 2
    case .spaces, .tabs: 0
    }
  }
}
