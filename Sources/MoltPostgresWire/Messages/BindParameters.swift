public import MoltBytes

/// The parameters of one execution, in the form that `Bind` sends.
///
/// One builder serves any number of executions: ``removeAll()`` keeps its memory. Values are
/// written one behind the other into one run of bytes; there is no value per parameter.
///
///     var parameters = BindParameters()
///     parameters.append(text: "Zürich")
///     parameters.appendNull()
///     parameters.appendBinary(type: 23) { $0.appendBigEndian(42 as UInt32) }   // int4
public struct BindParameters: ~Copyable {
  /// The types of the parameters; 0 where the server infers one.
  ///
  /// They are part of what a cached statement is found by.
  public private(set) var types: [UInt32] = []
  /// What all of them are written in, as long as that is one format.
  private var format = PostgresFormat.text
  /// The format code of each, two bytes each, once they differ.
  private var formats: [UInt8] = []
  @usableFromInline var lengthsAndBytes: ByteWriter

  /// Creates a builder without parameters.
  ///
  /// - Parameter capacity: How many bytes of values fit before the first growth.
  public init(capacity: Int = 256) {
    lengthsAndBytes = ByteWriter(capacity: capacity)
  }

  /// How many parameters there are.
  public var count: Int { types.count }

  /// The length and the bytes of each value.
  public var values: Span<UInt8> {
    @_lifetime(borrow self) get { lengthsAndBytes.span }
  }

  /// Removes all parameters and keeps the memory.
  public mutating func removeAll() {
    types.removeAll(keepingCapacity: true)
    formats.removeAll(keepingCapacity: true)
    lengthsAndBytes.removeAll()
  }

  /// Appends a null.
  public mutating func appendNull(type: UInt32 = 0) {
    begin(type, format)
    lengthsAndBytes.appendBigEndian(UInt32.max)
  }

  /// Appends a value as its type's text.
  ///
  /// - Parameters:
  ///   - text: The text in UTF-8, which is the connection's encoding.
  ///   - type: The parameter's type; 0 lets the server infer it.
  public mutating func append(text: Span<UInt8>, type: UInt32 = 0) {
    begin(type, .text)
    lengthsAndBytes.appendBigEndian(UInt32(truncatingIfNeeded: text.count))
    lengthsAndBytes.append(text)
  }

  /// Appends a value as its type's text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - type: The parameter's type; 0 lets the server infer it.
  public mutating func append(text: String, type: UInt32 = 0) {
    append(type: type, format: .text) { $0.append(text) }
  }

  /// Appends a value in binary form.
  ///
  /// - Parameters:
  ///   - type: The parameter's type; in binary the server cannot infer one safely.
  ///   - body: Appends the value's bytes, and nothing else, to the writer it gets.
  @inlinable
  public mutating func appendBinary(type: UInt32, _ body: (inout ByteWriter) -> Void) {
    append(type: type, format: .binary, body)
  }

  /// Appends a value that `body` writes.
  ///
  /// - Parameters:
  ///   - type: The parameter's type.
  ///   - format: The format that `body` writes.
  ///   - body: Appends the value's bytes, and nothing else, to the writer it gets.
  @inlinable
  public mutating func append(
    type: UInt32,
    format: PostgresFormat,
    _ body: (inout ByteWriter) -> Void
  ) {
    begin(type, format)
    let start = lengthsAndBytes.count
    lengthsAndBytes.appendBigEndian(0 as UInt32)
    body(&lengthsAndBytes)
    // A value of 4 GiB wraps here; the limit on sent messages refuses it before it is sent.
    let byteCount = UInt32(truncatingIfNeeded: lengthsAndBytes.count - start - 4)
    lengthsAndBytes.overwrite(byteCount, at: start)
  }

  @usableFromInline mutating func begin(_ type: UInt32, _ format: PostgresFormat) {
    if types.isEmpty {
      self.format = format
    } else if format != self.format || !formats.isEmpty {
      appendDiffering(format)
    }
    types.append(type)
  }

  private mutating func appendDiffering(_ format: PostgresFormat) {
    if formats.isEmpty {
      for _ in types { formats += [0, UInt8(self.format.rawValue)] }
    }
    formats += [0, UInt8(format.rawValue)]
  }

  /// Appends the number of format codes and the codes: one for all parameters, or one for each.
  func appendFormatCodes(to writer: inout ByteWriter) {
    if formats.isEmpty {
      writer.appendBigEndian(0x0001_0000 | UInt32(format.rawValue))
    } else {
      writer.appendBigEndian(UInt16(count))
      writer.append(formats.span)
    }
  }

  /// How many bytes ``appendFormatCodes(to:)`` appends.
  var formatCodesByteCount: Int { formats.isEmpty ? 4 : 2 + formats.count }
}
