internal import MoltBytes
internal import MoltJSON
internal import MoltMessagePack

extension ByteWriter {
  /// Writes a value of a type that SQLite lacks: natively where MessagePack has the type, otherwise
  /// as the text that JSON would have.
  mutating func appendMessagePackValue(
    _ cell: Cell,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    switch cell {
    case .boolean(let value):
      appendMessagePack(value)
      return true
    case .json(let text): return (try? reencoder.appendMessagePack(text.span, to: &self)) != nil
    case .array(let array): return appendMessagePackList(array, .asStored, 0, program, &reencoder)
    default:
      guard let format = ColumnFormat(of: cell, in: .messagepack) else { return false }
      return appendMessagePackFormatted(cell, format, program.shape.zone)
    }
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
