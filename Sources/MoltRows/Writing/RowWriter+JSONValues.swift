internal import MoltBytes
internal import MoltJSON

extension ByteWriter {
  /// Writes a value of a type that SQLite lacks as the style's encoder writes what psycopg loads.
  @inline(never)
  mutating func appendJSONValue(
    _ cell: Cell,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    switch cell {
    case .boolean(let value):
      append(value ? "true" : "false")
      return true
    case .json(let text):
      return (try? reencoder.append(text.span, to: &self, as: program.json)) != nil
    case .array(let array): return appendJSONList(array, .asStored, 0, program, &reencoder)
    case .numeric where program.shape.style == .drf: return appendDRFNumber(cell)
    default:
      guard let format = ColumnFormat(of: cell, in: program.shape.style) else { return false }
      append(0x22)
      let isWritten = appendFormatted(cell, format, program.shape.zone)
      append(0x22)
      return isWritten
    }
  }

  /// Writes a Decimal as DRF's encoder does where no serializer made a text of it.
  private mutating func appendDRFNumber(_ cell: Cell) -> Bool {
    guard let value = cell.typedFloat, value.isFinite else { return false }
    appendJSONFloat(value)
    return true
  }

  /// Writes an array as a list of lists.
  ///
  /// - Parameters:
  ///   - array: The array.
  ///   - element: How its elements are written.
  ///   - depth: How deep the model nests the lists; 0 if it does not say.
  ///   - program: The shape's program.
  ///   - reencoder: Scratch memory for JSON documents.
  /// - Returns: False where an element cannot be written.
  @inline(never)
  mutating func appendJSONList(
    _ array: PostgresArray,
    _ element: ListElement,
    _ depth: UInt8,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    guard array.fits(element, depth) else { return false }
    if array.depth == 0 {
      append("[]")
      return true
    }
    let format = element.format
    var elements = array.elements
    return appendJSONList(array, 0, &elements, format, program, &reencoder) && elements.isAtEnd
  }

  /// Writes one list, with those inside it.
  private mutating func appendJSONList(
    _ array: PostgresArray,
    _ level: Int,
    _ elements: inout PostgresArrayElements,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    guard let size = array.size(level) else { return false }
    let isInnermost = level + 1 == array.depth
    append("[")
    for index in 0..<size {
      if index > 0 { append(program.json.comma) }
      if !isInnermost {
        guard appendJSONList(array, level + 1, &elements, format, program, &reencoder) else {
          return false
        }
        continue
      }
      guard let cell = elements.next() else { return false }
      if case .null = cell {
        append("null")
      } else if !appendJSONCell(cell, format, program, &reencoder) {
        return false
      }
    }
    append("]")
    return true
  }
}

extension PostgresArray {
  /// Whether the elements stand where the model looks for them: it decodes documents one by one,
  /// and takes all other elements as the driver has them.
  func fits(_ element: ListElement, _ expected: UInt8) -> Bool {
    element != .json || depth == 0 || depth == Int(expected)
  }
}
