internal import CMoltPython
internal import MoltBytes
internal import MoltTape

/// What a sink has appended of a pair.
enum KnownParts { case none, key, both }

/// A writer of one of the formats, as Python's objects are written to it.
protocol ObjectSink: DocumentSink, ~Copyable {
  /// What is written; known where the writer is specialised, so that asking costs nothing.
  static var format: DocumentFormat { get }

  /// Raises the exception for a failure.
  static func raised(_ failure: Failure) -> PythonRaised

  /// Appends what is already a text in the format's own notation: in JSON with quotes and escapes.
  mutating func append(notated text: Span<UInt8>) throws(Failure)

  /// Appends bytes as the rules of the call want them.
  mutating func append(binary: Span<UInt8>, _ rules: WritingRules) throws(Failure)

  /// Appends a float as the rules of the call want it.
  mutating func append(float value: Double, _ rules: WritingRules) throws(Failure)

  /// Appends two floats as the rules of the call want them.
  mutating func append(
    floats first: Double,
    _ second: Double,
    _ rules: WritingRules
  ) throws(Failure)

  /// Appends the key that a str is, if the sink knows its bytes by now.
  ///
  /// - Returns: False, and nothing is written, if it does not.
  mutating func append(knownKey key: PythonObject) -> Bool

  /// Appends a pair, as far as the sink knows the key's bytes and the value needs no second look.
  mutating func append(knownKey key: PythonObject, text: Span<UInt8>) -> KnownParts

  /// Appends a key that the sink did not know.
  ///
  /// `key`: the str.
  /// `text`: its bytes.
  mutating func append(newKey key: PythonObject, _ text: Span<UInt8>) throws(Failure)
}

extension ObjectSink where Self: ~Copyable {
  mutating func append(binary: Span<UInt8>, _ rules: WritingRules) throws(Failure) {
    try append(binary: binary)
  }

  @inline(__always)
  mutating func append(float value: Double, _ rules: WritingRules) throws(Failure) {
    try append(value)
  }

  @inline(__always)
  mutating func append(
    floats first: Double,
    _ second: Double,
    _ rules: WritingRules
  ) throws(Failure) {
    try append(float: first, rules)
    try append(float: second, rules)
  }

  @inline(__always)
  mutating func append(knownKey key: PythonObject) -> Bool { false }

  @inline(__always)
  mutating func append(knownKey key: PythonObject, text: Span<UInt8>) -> KnownParts { .none }

  @inline(__always)
  mutating func append(newKey key: PythonObject, _ text: Span<UInt8>) throws(Failure) {
    try append(key: text)
  }
}
