internal import MoltBytes

/// A word that stands for a value.
enum JSONWord {
  case null, `true`, `false`
}

/// How the pieces of a document are written, in the order in which they are read.
///
/// The walk over a document is generic over it and specialised for each, so that no piece costs a
/// dynamic call.
protocol DocumentOutput: ~Copyable {
  mutating func appendWord(_ word: JSONWord, to writer: inout ByteWriter)

  /// Appends NaN or an infinity that stands at `offset`.
  mutating func appendNotFinite(
    _ value: Double,
    at offset: Int,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError)

  mutating func appendInteger(
    _ number: NumberText,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError)

  mutating func appendFloat(
    _ number: NumberText,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError)

  /// Appends the string whose opening quote has been read and moves the input behind it.
  ///
  /// - Returns: Which bytes of the writer hold the text. Equal texts give equal bytes, others not.
  mutating func appendString(
    _ input: inout JSONInput,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) -> Range<Int>

  mutating func open(isObject: Bool, to writer: inout ByteWriter)

  /// Appends what stands between two elements, and between a key and its value.
  mutating func separateElements(in writer: inout ByteWriter)
  mutating func separateValue(in writer: inout ByteWriter)

  mutating func close(isObject: Bool, count: Int, to writer: inout ByteWriter)
}
