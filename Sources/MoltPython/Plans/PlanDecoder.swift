internal import CMoltPython
internal import MoltTape

/// Makes the objects that a plan asks for from the values on a tape.
///
/// It goes as deep as the document does, which is at most 1024 levels, and between two levels
/// through
/// as many nodes as the plan has at most.
struct PlanDecoder: ~Copyable {
  let memory: TapeMemory
  let plan: Plan
  let keys: KeyCache
  var builder: ObjectBuilder

  init(_ memory: TapeMemory, _ plan: Plan, _ keys: KeyCache) {
    self.memory = memory
    self.plan = plan
    self.keys = keys
    builder = ObjectBuilder(memory, [], Hooks(), keys)
  }

  /// Makes the object of a node from the value at an index of the tape.
  ///
  /// - Returns: Owned.
  /// - Throws: After `decode_error` for a value that does not fit, and after what functions of
  ///   Python's raise.
  mutating func decode(_ node: Int, at index: Int) throws(PythonRaised) -> PythonObject {
    switch plan.nodes[node] {
    case .any: return try builder.build(at: index)
    case .none: return try null(at: index)
    case .boolean: return try boolean(at: index)
    case .integer: return try integer(at: index)
    case .text: return try text(at: index)
    case .binary: return try binary(at: index)
    case .float: return try float(at: index)
    case .decimal: return try decimal(at: index)
    case .uuid: return try uuid(at: index)
    case .moment(let name, let type, let method):
      return try moment(name, type, method, at: index)
    case .list(let item): return try list(item, at: index)
    case .tuple(let item): return try made(of: list(item, at: index), PyList_AsTuple)
    case .set(let item): return try made(of: list(item, at: index), PySet_New)
    case .frozenSet(let item): return try made(of: list(item, at: index), PyFrozenSet_New)
    case .fixed(let items): return try fixed(items, at: index)
    case .dict(let key, let value): return try dict(key, value, at: index)
    case .optional(let item):
      if memory.word(index).kind == .null { return PythonObject.none.retained() }
      return try decode(item, at: index)
    case .union(let items): return try union(items, at: index)
    case .choice(let table): return try choice(table, at: index)
    case .call(let item, let function):
      let value = try decode(item, at: index)
      defer { value.release() }
      return try owned(moltpy_call1(function, value))
    case .object(let shape): return try object(shape, at: index)
    }
  }

  /// What a function makes of a list, which is given back.
  private func made(
    of list: PythonObject,
    _ make: (PythonObject) -> PythonObject
  ) throws(PythonRaised) -> PythonObject {
    defer { list.release() }
    return try owned(make(list))
  }

  // MARK: Refusing

  /// Raises for a value of another kind.
  @inline(never)
  func refused(_ wanted: String, at index: Int) -> PythonRaised {
    failed("\(wanted) was expected, not \(memory.word(index).kind.pythonName)", at: index)
  }

  /// Raises `decode_error` with the path and the offset of a value.
  @inline(never)
  func failed(_ message: String, at index: Int) -> PythonRaised {
    raise(
      by: .decode_error,
      MoltPython.text(message),
      MoltPython.text(memory.path(toValueAt: index)),
      PyLong_FromLongLong(Int64(memory.offset(ofValueAt: index)))
    )
  }
}

extension TapeWord.Kind {
  /// What Python calls a value of this kind.
  var pythonName: String {
    switch self {
    case .null: "null"
    case .boolean: "bool"
    case .integer, .int64, .uint64: "int"
    case .double: "float"
    case .number: "number"
    case .text, .arenaText: "str"
    case .binary, .arenaBinary: "bytes"
    case .array: "list"
    case .map: "dict"
    case .tag: "tag"
    case .extension: "extension"
    case .simple: "simple value"
    }
  }
}

extension TapeMemory {
  /// The JSON Pointer to the value at an index of the tape, for errors.
  ///
  /// - Complexity: O(elements and keys on the way)
  func path(toValueAt target: Int) -> String {
    var path = ""
    var index = 0
    while index < target {
      let word = word(index)
      if word.kind == .tag {
        index += word.wordCount
        continue
      }
      guard word.kind == .array || word.kind == .map else { return path }
      var child = index + 1
      var ordinal = 0
      while child < word.offset {
        let value = word.kind == .map ? end(of: child) : child
        let next = end(of: value)
        if target < next {
          path += "/" + (word.kind == .map ? token(at: child) : String(ordinal))
          // A key has the path of its value.
          if target < value { return path }
          index = value
          break
        }
        child = next
        ordinal += 1
      }
      if child >= word.offset { return path }
    }
    return path
  }

  /// A key as a token of a JSON Pointer.
  private func token(at index: Int) -> String {
    let word = word(index)
    switch word.kind {
    case .text, .arenaText:
      let text = unsafe String(decoding: bytes(of: word), as: UTF8.self)
      var token = ""
      for character in text.unicodeScalars {
        switch character {
        case "~": token += "~0"
        case "/": token += "~1"
        default: token.unicodeScalars.append(character)
        }
      }
      return token
    case .integer: return String(word.integer)
    default: return "?"
    }
  }
}
