internal import MoltBytes
internal import MoltJSON
internal import MoltScalars

extension ByteWriter {
  /// Writes a value of a type that SQLite lacks.
  ///
  /// - Returns: False where Python's bytes would differ or it would raise.
  @inline(never)
  mutating func appendJSONValue(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    switch format {
    case .asStored: return appendJSONLoaded(cell, program, &reencoder)
    case .boolean: return appendJSONBoolean(cell)
    case .integerCast:
      guard let value = cell.typedInteger else { return false }
      appendDecimal(value)
      return true
    case .floatCast:
      guard let value = cell.typedFloat, value.isFinite || program.json.allowsNaN else {
        return false
      }
      appendJSONFloat(value)
      return true
    case .list(let element, let depth):
      guard case .array(let array) = cell else { return false }
      return appendJSONList(array, element, depth, program, &reencoder)
    case .textCast, .binary, .json: return false
    default:
      append(0x22)
      let isWritten = appendFormattedValue(cell, format, program.shape.zone)
      append(0x22)
      return isWritten
    }
  }

  /// Writes a value as the style's encoder writes what psycopg loads.
  private mutating func appendJSONLoaded(
    _ cell: Cell,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    switch cell {
    case .boolean: return appendJSONBoolean(cell)
    case .json(let text):
      return (try? reencoder.append(text.span, to: &self, as: program.json)) != nil
    case .array(let array): return appendJSONList(array, .asStored, 0, program, &reencoder)
    case .numeric where program.shape.style == .drf: return appendDRFNumber(cell)
    default:
      guard let format = ColumnFormat(of: cell, in: program.shape.style) else { return false }
      append(0x22)
      let isWritten = appendFormattedValue(cell, format, program.shape.zone)
      append(0x22)
      return isWritten
    }
  }

  private mutating func appendJSONBoolean(_ cell: Cell) -> Bool {
    guard case .boolean(let value) = cell else { return false }
    append(value ? "true" : "false")
    return true
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

  /// Writes an element that is not NULL.
  private mutating func appendJSONElement(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ program: borrowing RowProgram,
    _ reencoder: inout JSONReencoder
  ) -> Bool {
    switch (format, cell) {
    case (.json, .text(let text)):
      (try? reencoder.append(text.span, to: &self, as: program.json)) != nil
    case (_, _) where cell.isTyped: appendJSONValue(cell, format, program, &reencoder)
    case (.asStored, _): appendJSONStored(cell, program.json)
    default: appendJSONTyped(cell, format, program)
    }
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
      } else if !appendJSONElement(cell, format, program, &reencoder) {
        return false
      }
    }
    append("]")
    return true
  }
}

extension PostgresArray {
  /// Whether the elements stand where the model, or the serializer, looks for them.
  func fits(_ element: ListElement, _ expected: UInt8) -> Bool {
    !element.isConverted || expected == 0 || depth == 0 || depth == Int(expected)
  }
}
