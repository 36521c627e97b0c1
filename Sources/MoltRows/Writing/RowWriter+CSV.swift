internal import MoltBytes
internal import MoltScalars

extension RowWriter {
  mutating func appendCSV(
    _ row: Span<Cell>,
    into output: inout ByteWriter
  ) throws(RowError) {
    let isOnlyField = program.shape.fields.count == 1
    // csv.writer marks a line's lone empty field, so that it does not read as an empty line.
    let null: StaticString = isOnlyField ? "\"\"" : ""
    try appendSteps(
      program,
      row,
      index: rowCount,
      &reencoder,
      into: &output,
      null: { $0.append(null) }
    ) { cell, format, _, output in
      if cell.isTyped { return output.appendCSVValue(cell, format, program.shape.zone) }
      return switch format {
      case .asStored: output.appendCSVStored(cell, isOnlyField: isOnlyField)
      case .textCast:
        if case .text = cell {
          output.appendCSVStored(cell, isOnlyField: isOnlyField)
        } else {
          false
        }
      case .integerCast:
        if let value = cell.integerCast {
          output.appendCSVStored(.integer(value), isOnlyField: isOnlyField)
        } else {
          false
        }
      case .floatCast:
        if let value = cell.floatCast {
          output.appendCSVStored(.float(value), isOnlyField: isOnlyField)
        } else {
          false
        }
      case .boolean: output.appendCSVBoolean(cell)
      case .json, .binary, .list: false
      case .duration: output.appendCSVDuration(cell, format)
      default: output.appendFormatted(cell, format, program.shape.zone)
      }
    }
  }
}

extension ByteWriter {
  fileprivate mutating func appendCSVStored(_ cell: Cell, isOnlyField: Bool) -> Bool {
    switch cell {
    case .integer(let value): appendDecimal(value)
    case .float(let value): appendPythonRepr(value)
    case .text(let text):
      let span = text.span
      guard span.isUTF8 else { return false }
      appendCSVText(span, isOnlyField: isOnlyField)
    default: return false
    }
    return true
  }

  fileprivate mutating func appendCSVBoolean(_ cell: Cell) -> Bool {
    guard let value = cell.boolean else { return false }
    append(value ? "True" : "False")
    return true
  }

  /// Writes a duration, in quotation marks where its `N days, ` has a comma.
  mutating func appendCSVDuration(_ cell: Cell, _ format: ColumnFormat) -> Bool {
    let start = count
    guard appendFormattedCell(cell, format, nil) else { return false }
    guard hasComma(from: start) else { return true }
    truncate(to: start)
    append(0x22)
    let isWritten = appendFormattedCell(cell, format, nil)
    append(0x22)
    return isWritten
  }

  private func hasComma(from start: Int) -> Bool {
    let bytes = span
    return (start..<bytes.count).contains { bytes[$0] == 0x2C }
  }

  /// Writes text as `csv.writer` does with `QUOTE_MINIMAL` and the `excel` dialect.
  ///
  /// - Complexity: O(bytes)
  mutating func appendCSVText(_ text: Span<UInt8>, isOnlyField: Bool) {
    let needsQuotes =
      text.isEmpty
      ? isOnlyField
      : text.indices.contains {
        switch text[$0] {
        case 0x2C, 0x22, 0x0A, 0x0D: true
        default: false
        }
      }
    guard needsQuotes else { return append(text) }
    append(0x22)
    for index in text.indices {
      if text[index] == 0x22 { append(0x22) }
      append(text[index])
    }
    append(0x22)
  }
}
