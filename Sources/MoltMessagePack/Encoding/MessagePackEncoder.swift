public import MoltTape

/// Encodes Swift's values as MessagePack.
///
///     let encoder = MessagePackEncoder()
///     let bytes = try encoder.encode(["a": [1, 2]])
///
/// Types are written while their `encode(to:)` runs, without a tree in between. A type that goes
/// back to a container after it has used another one that stands behind it is encoded twice: the
/// first time shows that a tree is needed. A key that a type encodes twice stands there twice; with
/// a tree the last one counts.
public struct MessagePackEncoder {
  /// How the document is written.
  public var format: MessagePackOptions
  /// How Swift's values become values of the document.
  public var options: EncodingOptions

  /// Creates an encoder.
  ///
  /// - Parameters:
  ///   - format: How the document is written.
  ///   - options: How Swift's values become values of the document; by default arrays of `UInt8` are
  ///     written as bytes.
  public init(_ format: MessagePackOptions = MessagePackOptions(), options: EncodingOptions? = nil)
  {
    self.format = format
    var defaults = EncodingOptions()
    defaults.arraysOfBytesAreBinary = true
    self.options = options ?? defaults
  }

  /// Encodes a value.
  ///
  /// - Parameter value: Any value, also one that is no array or map.
  /// - Returns: The document's bytes.
  /// - Throws: `EncodingError` with the path to the value that cannot be written, or what a type's
  ///   own code throws.
  public func encode(_ value: some Encodable) throws -> [UInt8] {
    var output = MessagePackEncodingOutput(format)
    if try !EncodingTarget(output, options).encode(document: value) {
      output = MessagePackEncodingOutput(format)
      try EncodingTarget(output, options).encode(tree: value)
    }
    do { return try output.finish() } catch { throw EncodingTarget.refused(value, error) }
  }
}
