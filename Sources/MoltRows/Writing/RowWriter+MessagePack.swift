internal import MoltBytes
internal import MoltJSON
internal import MoltMessagePack
internal import MoltScalars

extension RowWriter {
  mutating func appendMessagePack(
    _ row: Span<Cell>,
    into output: inout ByteWriter
  ) throws(RowError) {
    try appendSteps(
      program,
      row,
      index: rowCount,
      &reencoder,
      into: &output,
      null: { $0.appendMessagePackNil() }
    ) { cell, format, reencoder, output in
      output.appendMessagePackCell(cell, format, program, &reencoder)
    }
  }
}

extension ByteWriter {
  /// Writes a cell that is not NULL; false where JSON's value would differ or Python would raise.
  mutating func appendMessagePackCell(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    if cell.isTyped { return appendMessagePackValue(cell, format, program, &reencoder) }
    switch format {
    case .asStored: return appendMessagePackStored(cell)
    case .json(let isPath):
      if case .text(let text) = cell {
        return (try? reencoder.appendMessagePack(text.span, to: &self)) != nil
      }
      return isPath && appendMessagePackStored(cell)
    default: return appendMessagePackTyped(cell, format, program)
    }
  }

  /// Writes a cell by its storage class.
  private mutating func appendMessagePackStored(_ cell: Cell) -> Bool {
    switch cell {
    case .null: appendMessagePackNil()
    case .integer(let value): appendMessagePack(value)
    case .float(let value): appendMessagePack(value)
    case .blob(let bytes): appendMessagePack(binary: bytes.span)
    case .text(let text): return appendMessagePackText(text)
    default: return false
    }
    return true
  }

  private mutating func appendMessagePackText(_ text: CellBytes) -> Bool {
    let span = text.span
    guard span.isUTF8 else { return false }
    appendMessagePack(text: span)
    return true
  }

  /// Writes a cell of a type that Django converts: natively where MessagePack has the type,
  /// otherwise as the text that JSON would have.
  private mutating func appendMessagePackTyped(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram
  ) -> Bool {
    switch format {
    case .integerCast:
      guard let value = cell.integerCast else { return false }
      appendMessagePack(value)
      return true
    case .floatCast:
      guard let value = cell.floatCast else { return false }
      appendMessagePack(value)
      return true
    case .textCast:
      guard case .text(let text) = cell else { return false }
      return appendMessagePackText(text)
    case .boolean:
      guard let value = cell.boolean else { return false }
      appendMessagePack(value)
      return true
    case .binary:
      guard case .blob(let bytes) = cell else { return false }
      appendMessagePack(binary: bytes.span)
      return true
    default: return appendMessagePackFormatted(cell, format, program.shape.zone)
    }
  }

  /// Writes a formatted value as a str: its length is known only once it stands there.
  private mutating func appendMessagePackFormatted(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ zone: borrowing ZoneOffsets?
  ) -> Bool {
    let start = count
    append(0xA0)
    guard appendFormatted(cell, format, zone) else { return false }
    let byteCount = count - start - 1
    if byteCount < 32 {
      overwrite(UInt8(0xA0 | byteCount), at: start)
      return true
    }
    // Only a decimal with many digits in plain notation is this long: write it again behind the
    // longer header.
    truncate(to: start)
    appendMessagePackTextHeader(byteCount)
    return appendFormatted(cell, format, zone)
  }

  /// Writes a value of an envelope.
  mutating func appendMessagePack(_ value: RunValue) {
    switch value {
    case .null: appendMessagePackNil()
    case .boolean(let value): appendMessagePack(value)
    case .integer(let value): appendMessagePack(value)
    case .float(let value): appendMessagePack(value)
    case .text(let bytes): appendMessagePack(text: bytes.span)
    case .binary(let bytes): appendMessagePack(binary: bytes.span)
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes are valid UTF-8.
  var isUTF8: Bool { (try? UTF8Span(validating: self)) != nil }
}
