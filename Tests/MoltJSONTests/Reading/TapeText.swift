import MoltJSON
import MoltTape

/// The words of a document, as short texts to compare: the structure, the values, where they stand.
func tapeText(
  _ input: [UInt8],
  limits: JSONLimits = JSONLimits(),
  instructions: JSONInstructions = .best
) -> Result<String, JSONError> {
  var parser = JSONParser(limits: limits, instructions: instructions)
  do throws(JSONError) {
    let document = try parser.parse(input.span)
    return .success(tapeText(document, input))
  } catch {
    return .failure(error)
  }
}

/// What `validate` says.
func validation(
  _ input: [UInt8],
  limits: JSONLimits = JSONLimits(),
  instructions: JSONInstructions = .best
) -> JSONError? {
  var parser = JSONParser(limits: limits, instructions: instructions)
  do throws(JSONError) {
    try parser.validate(input.span)
    return nil
  } catch {
    return error
  }
}

private func tapeText(_ document: borrowing JSONDocument, _ input: [UInt8]) -> String {
  var lines: [String] = []
  var index = 0
  while index < document.wordCount {
    let word = document.memory.word(index)
    lines.append(describe(word, document.memory, index))
    index += word.wordCount
  }
  return lines.joined(separator: " ")
}

private func describe(_ word: TapeWord, _ memory: TapeMemory, _ index: Int) -> String {
  func bytes() -> String { String(decoding: memory.bytes(of: word), as: UTF8.self) }
  switch word.kind {
  case .null: return "null"
  case .boolean: return word.payload == 1 ? "true" : "false"
  case .integer: return "\(word.integer)"
  case .int64: return "int64(\(Int64(bitPattern: memory.operand(index))), \(bytes()))"
  case .uint64: return "uint64(\(memory.operand(index)), \(bytes()))"
  case .double: return "\(Double(bitPattern: memory.operand(index)))(\(bytes()))"
  case .number: return "number(\(bytes()))"
  case .text: return "'\(bytes())'@\(word.offset)"
  case .arenaText: return "'\(bytes())'"
  case .array: return "array(\(word.count) to \(word.offset))"
  case .map: return "map(\(word.count) to \(word.offset))"
  case .binary, .arenaBinary, .tag, .extension, .simple: return "\(word.kind)?"
  }
}

extension JSONInstructions {
  /// Those that this CPU has.
  static var available: [JSONInstructions] {
    allCases.filter { $0.areAvailable && $0 != .best }
  }
}
