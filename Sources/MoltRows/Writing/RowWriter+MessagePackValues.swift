internal import MoltBytes
internal import MoltJSON
internal import MoltMessagePack
internal import MoltScalars

extension ByteWriter {
  /// Writes a value of a type that SQLite lacks: natively where MessagePack has the type, otherwise
  /// as the text that JSON would have.
  @inline(never)
  mutating func appendMessagePackValue(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    switch (format, cell) {
    case (.asStored, .boolean(let value)), (.boolean, .boolean(let value)):
      appendMessagePack(value)
      return true
    case (.asStored, .json(let text)):
      return (try? reencoder.appendMessagePack(text.span, to: &self)) != nil
    case (.asStored, .array(let array)):
      return appendMessagePackList(array, .asStored, 0, program, &reencoder)
    case (.list(let element, let depth), .array(let array)):
      return appendMessagePackList(array, element, depth, program, &reencoder)
    case (.integerCast, _):
      guard let value = cell.typedInteger else { return false }
      appendMessagePack(value)
      return true
    case (.floatCast, _):
      guard let value = cell.typedFloat else { return false }
      appendMessagePack(value)
      return true
    case (.boolean, _), (.textCast, _), (.binary, _), (.json, _), (.list, _): return false
    default:
      let loaded = format == .asStored ? ColumnFormat(of: cell, in: .messagepack) : format
      guard let loaded else { return false }
      return appendMessagePackText(cell, loaded, program.shape.zone)
    }
  }

  /// Writes a value as a str: its length is known only once it stands there.
  private mutating func appendMessagePackText(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ zone: borrowing ZoneOffsets?
  ) -> Bool {
    let start = count
    append(0xA0)
    guard appendFormattedValue(cell, format, zone) else { return false }
    let byteCount = count - start - 1
    if byteCount < 32 {
      overwrite(UInt8(0xA0 | byteCount), at: start)
      return true
    }
    // Only a numeric can be this long: write it again behind the longer header.
    truncate(to: start)
    appendMessagePackTextHeader(byteCount)
    return appendFormattedValue(cell, format, zone)
  }

  /// Writes an array as an array of arrays; see ``appendJSONList(_:_:_:_:_:)``.
  mutating func appendMessagePackList(
    _ array: PostgresArray,
    _ element: ListElement,
    _ depth: UInt8,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    guard array.fits(element, depth) else { return false }
    if array.depth == 0 {
      appendMessagePackArrayHeader(0)
      return true
    }
    let format = element.format
    var elements = array.elements
    return appendMessagePackList(array, 0, &elements, format, program, &reencoder)
      && elements.isAtEnd
  }

  /// Writes one array, with those inside it.
  private mutating func appendMessagePackList(
    _ array: PostgresArray,
    _ level: Int,
    _ elements: inout PostgresArrayElements,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    guard let size = array.size(level) else { return false }
    let isInnermost = level + 1 == array.depth
    appendMessagePackArrayHeader(size)
    for _ in 0..<size {
      if !isInnermost {
        guard appendMessagePackList(array, level + 1, &elements, format, program, &reencoder)
        else { return false }
        continue
      }
      guard let cell = elements.next() else { return false }
      if case .null = cell {
        appendMessagePackNil()
      } else if !appendMessagePackCell(cell, format, program, &reencoder) {
        return false
      }
    }
    return true
  }
}
