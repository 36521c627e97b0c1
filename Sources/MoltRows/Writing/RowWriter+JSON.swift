internal import MoltBytes
internal import MoltJSON
internal import MoltScalars

extension RowWriter {
  mutating func appendJSON(
    _ row: Span<Cell>,
    into output: inout ByteWriter
  ) throws(RowError) {
    try appendSteps(
      program,
      row,
      index: rowCount,
      &reencoder,
      into: &output,
      null: { $0.append("null") }
    ) { cell, format, reencoder, output in
      if cell.isTyped { return output.appendJSONValue(cell, format, program, &reencoder) }
      return switch format {
      case .asStored: output.appendJSONStored(cell, program.json)
      case .json(let isPath):
        if case .text(let text) = cell {
          (try? reencoder.append(text.span, to: &output, as: program.json)) != nil
        } else {
          isPath && output.appendJSONStored(cell, program.json)
        }
      default: output.appendJSONTyped(cell, format, program)
      }
    }
  }
}

extension ByteWriter {
  /// Writes a cell by its storage class, as Python's encoder would write what the driver returns.
  @inline(__always)
  mutating func appendJSONStored(_ cell: Cell, _ style: JSONStyle) -> Bool {
    switch cell {
    case .integer(let value):
      appendDecimal(value)
      return true
    case .text(let text): return appendJSONString(text.span, style.escapes)
    case .float(let value):
      guard value.isFinite || style.allowsNaN else { return false }
      appendJSONFloat(value)
      return true
    default: return false
    }
  }

  /// Writes a cell of a type that Django converts.
  @inline(__always)
  mutating func appendJSONTyped(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram
  ) -> Bool {
    let style = program.json
    switch format {
    case .integerCast:
      guard let value = cell.integerCast else { return false }
      appendDecimal(value)
      return true
    case .floatCast:
      guard let value = cell.floatCast, value.isFinite || style.allowsNaN else { return false }
      appendJSONFloat(value)
      return true
    case .textCast:
      guard case .text(let text) = cell else { return false }
      return appendJSONString(text.span, style.escapes)
    case .boolean:
      guard let value = cell.boolean else { return false }
      append(value ? "true" : "false")
      return true
    case .binary, .asStored, .json, .list: return false
    default:
      append(0x22)
      let isWritten = appendFormatted(cell, format, program.shape.zone)
      append(0x22)
      return isWritten
    }
  }

  /// Writes a double as Python's `json.dumps` does.
  mutating func appendJSONFloat(_ value: Double) {
    if value.isFinite { return appendPythonRepr(value) }
    append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
  }

  /// Writes a value of the types that JSON has no notation for, without quotation marks.
  ///
  /// - Returns: False where the cell is not stored as the type expects; the output then holds
  ///   nothing of it.
  @inline(__always)
  mutating func appendFormatted(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ zone: borrowing ZoneOffsets?
  ) -> Bool {
    switch (format, cell) {
    case (.date, .text(let text)): return appendDate(text.span)
    case (.dateTime(let notation, let isUTC), .text(let text)):
      return appendDateTime(text.span, notation, isUTC: isUTC)
    case (.localDateTime(.iso, .aware), .text(let text)):
      guard let zone = copy zone else { return false }
      return appendDateTime(text.span, in: zone)
    case (.decimal(let format, _), .float(let value)): return appendDjangoDecimal(value, format)
    case (.decimal(let format, let keepsIntegers), .integer(let value)):
      // Up to 15 digits there is nothing to round, and both of Django's rules agree.
      if keepsIntegers && value.magnitude >= 1_000_000_000_000_000 { return false }
      return appendDjangoDecimal(value, format)
    case (.uuid, .text(let text)): return appendUUID(text.span)
    case (.time(let notation), .text(let text)):
      return appendTime(text.span, notation)
    case (.duration(let notation), .integer(let value)):
      appendDuration(microseconds: value, notation)
      return true
    case (.dateCast, .text), (.timeCast, .text), (.dateTimeCast, .text):
      return appendCast(cell, format)
    default: return false
    }
  }
}
