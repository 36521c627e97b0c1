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

/// A cursor finds what the parser finds in every document that is right, and no other crashes it.
func checkCursor(_ input: [UInt8], _ instructions: JSONInstructions, isRight: Bool) {
  do throws(JSONError) {
    let document = try JSONLazyDocument(input.span, instructions: instructions)
    // The second time with the memory of the first, and behind whatever was wrong.
    for _ in 0..<2 {
      do throws(JSONError) {
        try visit(document.root, depth: 0)
      } catch {
        precondition(!isRight || error.code == .outOfRange, "a cursor fails in a right document")
      }
    }
    guard isRight else { return }
    var parser = JSONParser(instructions: instructions)
    let parsed = try parser.parse(input.span)
    precondition(agree(document.root, parsed.root, depth: 0), "a cursor finds something else")
  } catch {
    precondition(!isRight, "a right document cannot be opened")
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
      let key = try member.key.string()
      _ = try cursor.value(key).offset
      try visit(member.value, depth: depth + 1)
    }
  case .text: _ = try cursor.string()
  case .number: _ = try cursor.double()
  case .boolean: _ = try cursor.boolean()
  case .null: try cursor.null()
  default: _ = try cursor.source
  }
}

/// Whether a cursor and a parsed value say the same, down to some depth.
func agree(_ cursor: borrowing JSONCursor, _ value: borrowing TapeValue, depth: Int) -> Bool {
  guard depth < 8 else { return true }
  switch cursor.kind {
  case .array:
    guard var elements = try? cursor.elements(), let array = try? value.array() else {
      return false
    }
    var others = array.makeIterator()
    while let other = others.next() {
      guard let element = try? elements.next(), agree(element, other, depth: depth + 1) else {
        return false
      }
    }
    return (try? elements.next() == nil) == true
  case .object:
    guard var members = try? cursor.members(), let map = try? value.map() else { return false }
    var others = map.makeIterator()
    while let other = others.next() {
      guard let member = try? members.next(), agree(member.key, other.key, depth: depth),
        agree(member.value, other.value, depth: depth + 1)
      else { return false }
    }
    return (try? members.next() == nil) == true
  case .text: return (try? cursor.string()) == (try? value.string())
  case .number:
    guard let double = try? value.double() else { return true }
    return (try? cursor.double()) == double
  case .boolean: return (try? cursor.boolean()) == (try? value.boolean())
  case .null: return cursor.isNull && value.isNull
  case nil: return false
  }
}
