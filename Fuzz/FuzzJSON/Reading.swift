import MoltBytes
import MoltJSON
import MoltTape

/// All ways to read an input agree: about the tape, about what is wrong, and with a slow reader.
func checkReading(_ input: [UInt8]) {
  let first = words(input, .portable)
  for instructions in JSONInstructions.allCases where instructions.areAvailable {
    precondition(words(input, instructions) == first, "\(instructions) reads another tape")
    precondition(validation(input, instructions) == first.error, "\(instructions) validates else")
    checkCursor(input, instructions, isRight: first.error == nil)
  }
  precondition(JSONParser().firstError(in: input.span) == first.error, "the slow reader differs")
  if let error = first.error {
    precondition(error.offset >= 0 && error.offset <= input.count, "the offset is inside")
  }
}

extension Result {
  var error: Failure? {
    if case .failure(let error) = self { return error }
    return nil
  }
}

/// The words of a document together with the bytes of its texts.
func words(_ input: [UInt8], _ instructions: JSONInstructions) -> Result<[UInt64], JSONError> {
  var parser = JSONParser(instructions: instructions)
  do throws(JSONError) {
    let document = try parser.parse(input.span)
    var words: [UInt64] = []
    var index = 0
    while index < document.wordCount {
      let word = document.memory.word(index)
      words.append(word.bits)
      if word.wordCount == 2 { words.append(document.memory.operand(index)) }
      if word.kind == .text || word.kind == .arenaText {
        words += document.memory.bytes(of: word).map { UInt64($0) }
      }
      index += word.wordCount
    }
    return .success(words)
  } catch {
    return .failure(error)
  }
}

func validation(_ input: [UInt8], _ instructions: JSONInstructions) -> JSONError? {
  var parser = JSONParser(instructions: instructions)
  var writer = ByteWriter(capacity: 1)
  do throws(JSONError) {
    try? parser.minify(input.span, into: &writer)
    try parser.validate(input.span)
    return nil
  } catch {
    return error
  }
}

/// A cursor gets through every document that is right, and through no other crashes.
func checkCursor(_ input: [UInt8], _ instructions: JSONInstructions, isRight: Bool) {
  do throws(JSONError) {
    let document = try JSONLazyDocument(input.span, instructions: instructions)
    try visit(document.root, depth: 0)
  } catch {
    precondition(!isRight || error.code == .outOfRange, "a cursor fails in a right document")
  }
}

func visit(_ cursor: borrowing JSONCursor, depth: Int) throws(JSONError) {
  switch cursor.kind {
  case .array where depth < 8:
    var elements = try cursor.elements()
    while let element = try elements.next() { try visit(element, depth: depth + 1) }
  case .object where depth < 8:
    var members = try cursor.members()
    while let member = try members.next() {
      _ = try member.key.string()
      try visit(member.value, depth: depth + 1)
    }
  case .text: _ = try cursor.string()
  case .number: _ = try cursor.double()
  case .boolean: _ = try cursor.boolean()
  case .null: try cursor.null()
  default: _ = try cursor.source
  }
}
