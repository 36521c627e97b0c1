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
///
/// An encoder, and its copies, keep what they learn about types from one document to the next.
public struct MessagePackEncoder {
  /// How the document is written.
  public var format: MessagePackOptions { didSet { encoder = DocumentEncoder() } }
  /// How Swift's values become values of the document.
  public var options: EncodingOptions { didSet { encoder = DocumentEncoder() } }
  private var encoder = DocumentEncoder()

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
    try encoder.encode(value, options) { MessagePackEncodingOutput(format) }
  }
}
