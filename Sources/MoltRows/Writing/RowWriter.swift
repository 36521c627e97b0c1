public import MoltBytes
internal import MoltJSON
internal import MoltMessagePack
internal import MoltScalars

/// Writes rows as the bytes of a shape's style.
///
///     var writer = RowWriter(RowProgram(shape))
///     try writer.begin(envelope: [], into: &output)
///     while source.next() { try writer.append(source.cells, into: &output) }
///     writer.end(into: &output)
///
/// No call allocates once the output and the scratch memory for JSON documents have grown. After a
/// throw the output is incomplete and must be thrown away.
public struct RowWriter: ~Copyable {
  let program: RowProgram
  /// How many rows were written.
  public private(set) var rowCount: UInt64 = 0
  var reencoder = JSONReencoder()
  private var envelope: [RunValue] = []
  /// Where MessagePack's row count stands in the output.
  private var countOffset = 0

  /// Creates a writer for one answer.
  public init(_ program: RowProgram) { self.program = program }

  /// Whether the output must stay whole until ``end(into:)``.
  ///
  /// MessagePack announces the number of rows in front of them, and it is known last.
  public var needsWholeAnswer: Bool { program.shape.style == .messagepack }

  /// Writes what stands in front of the rows.
  ///
  /// - Parameters:
  ///   - values: One value per field of the envelope: those in front, then those behind.
  ///   - output: Where the answer goes.
  /// - Throws: ``EnvelopeError`` when the values do not fit the shape's envelope.
  public mutating func begin(
    envelope values: [RunValue],
    into output: inout ByteWriter
  ) throws(EnvelopeError) {
    try check(envelope: values)
    envelope = values
    switch program.shape.style {
    case .django, .drf, .compact: beginJSON(into: &output)
    case .messagepack: beginMessagePack(into: &output)
    case .csv: if program.shape.hasHeader { beginCSV(into: &output) }
    }
  }

  /// Writes one row.
  ///
  /// - Parameters:
  ///   - row: At least ``RowProgram/columnCount`` cells.
  ///   - output: Where the answer goes.
  /// - Throws: ``RowError`` when a cell cannot be written as Python would write it.
  /// - Complexity: O(bytes written)
  public mutating func append(
    _ row: Span<Cell>,
    into output: inout ByteWriter
  ) throws(RowError) {
    switch program.shape.style {
    case .django, .drf, .compact: try appendJSON(row, into: &output)
    case .messagepack: try appendMessagePack(row, into: &output)
    case .csv: try appendCSV(row, into: &output)
    }
    rowCount &+= 1
  }

  /// Writes what stands behind the rows.
  public mutating func end(into output: inout ByteWriter) {
    switch program.shape.style {
    case .django, .drf, .compact: endJSON(into: &output)
    case .messagepack: endMessagePack(into: &output)
    case .csv: break
    }
  }

  /// Holds an envelope's values against its names and the style.
  private func check(envelope values: [RunValue]) throws(EnvelopeError) {
    let expected = program.shape.envelope?.valueCount ?? 0
    guard values.count == expected else {
      throw .wrongCount(expected: expected, found: values.count)
    }
    for (index, value) in values.enumerated() {
      switch value {
      case .binary: throw .binaryValue(index: index)
      case .float(let float) where !float.isFinite && !program.json.allowsNaN:
        throw .notFinite(index: index)
      default: continue
      }
    }
  }

  // MARK: JSON

  private func beginJSON(into output: inout ByteWriter) {
    guard let names = program.shape.envelope else { return output.append("[") }
    output.append("{")
    for (index, name) in names.before.enumerated() {
      appendJSONField(name, envelope[index], into: &output)
      output.append(program.json.comma)
    }
    output.appendJSONString(names.rows, program.json.escapes)
    output.append(program.json.colon)
    output.append("[")
  }

  private func endJSON(into output: inout ByteWriter) {
    output.append("]")
    guard let names = program.shape.envelope else { return }
    for (index, name) in names.after.enumerated() {
      output.append(program.json.comma)
      appendJSONField(name, envelope[names.before.count + index], into: &output)
    }
    output.append("}")
  }

  private func appendJSONField(_ name: String, _ value: RunValue, into output: inout ByteWriter) {
    output.appendJSONString(name, program.json.escapes)
    output.append(program.json.colon)
    switch value {
    case .null, .binary: output.append("null")
    case .boolean(let value): output.append(value ? "true" : "false")
    case .integer(let value): output.appendDecimal(value)
    case .float(let value): output.appendJSONFloat(value)
    case .text(let bytes):
      let isWritten = output.appendJSONString(bytes.span, program.json.escapes)
      precondition(isWritten, "run values hold valid UTF-8")
    }
  }

  // MARK: MessagePack

  private mutating func beginMessagePack(into output: inout ByteWriter) {
    if let names = program.shape.envelope {
      output.appendMessagePackMapHeader(names.valueCount + 1)
      for (index, name) in names.before.enumerated() {
        output.appendMessagePack(text: name)
        output.appendMessagePack(envelope[index])
      }
      output.appendMessagePack(text: names.rows)
    }
    countOffset = output.count
    output.append(0xDD)
    for _ in 0..<4 { output.append(0) }
  }

  /// Writes the number of rows into the room left for it, in the smallest encoding.
  private func closeRowCount(in output: inout ByteWriter) {
    if let count = UInt8(exactly: rowCount), count < 16 {
      output.remove(4, at: countOffset)
      output.overwrite(0x90 | count, at: countOffset)
    } else if let count = UInt16(exactly: rowCount) {
      output.remove(2, at: countOffset)
      output.overwrite(0xDC as UInt8, at: countOffset)
      output.overwrite(count, at: countOffset + 1)
    } else {
      output.overwrite(UInt32(truncatingIfNeeded: rowCount), at: countOffset + 1)
    }
  }

  private func endMessagePack(into output: inout ByteWriter) {
    closeRowCount(in: &output)
    guard let names = program.shape.envelope else { return }
    for (index, name) in names.after.enumerated() {
      output.appendMessagePack(text: name)
      output.appendMessagePack(envelope[names.before.count + index])
    }
  }

  // MARK: CSV

  private func beginCSV(into output: inout ByteWriter) {
    for (index, field) in program.shape.fields.enumerated() {
      guard case .leaf(let name, _, _) = field else { continue }
      if index > 0 { output.append(",") }
      output.appendCSVText(name.utf8Span.span, isOnlyField: program.shape.fields.count == 1)
    }
    output.append("\r\n")
  }
}

/// Why the values for an envelope do not fit.
public enum EnvelopeError: Error, Equatable, Sendable {
  /// The shape's envelope names `expected` fields.
  case wrongCount(expected: Int, found: Int)
  /// Bytes have no place in an envelope.
  case binaryValue(index: Int)
  /// DRF's renderer refuses NaN and infinities.
  case notFinite(index: Int)

  /// One sentence for the caller.
  public var message: String {
    switch self {
    case .wrongCount(let expected, let found):
      "the envelope takes \(expected) values, and the run supplies \(found)"
    case .binaryValue(let index): "envelope value \(index) is bytes, which an envelope cannot hold"
    case .notFinite(let index):
      "envelope value \(index) is not finite, which DRF's renderer refuses"
    }
  }
}
