internal import CMoltPython
internal import MoltTape

extension PlanDecoder {
  /// A list of an array's elements; owned.
  mutating func list(_ item: Int, at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .array else { throw refused("array", at: index) }
    let count = unsafe TapeValue(memory, at: index).childCount
    let list = try owned(PyList_New(count))
    do throws(PythonRaised) {
      var element = index &+ 1
      for position in 0..<count {
        let value = try decode(item, at: element)
        guard PyList_SetItem(list, position, value) == 0 else { throw PythonRaised() }
        element = memory.end(of: element)
      }
      return list
    } catch {
      list.release()
      throw error
    }
  }

  mutating func fixed(_ items: [Int], at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .array else { throw refused("array", at: index) }
    let count = unsafe TapeValue(memory, at: index).childCount
    guard count == items.count else {
      throw failed("\(items.count) elements were expected, not \(count)", at: index)
    }
    let tuple = try owned(PyTuple_New(count))
    do throws(PythonRaised) {
      var element = index + 1
      for (position, item) in items.enumerated() {
        try checked(PyTuple_SetItem(tuple, position, decode(item, at: element)))
        element = memory.end(of: element)
      }
      return tuple
    } catch {
      tuple.release()
      throw error
    }
  }

  mutating func dict(_ key: Int, _ value: Int, at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .map else { throw refused("map", at: index) }
    let dict = try owned(PyDict_New())
    do throws(PythonRaised) {
      var place = index &+ 1
      while place < word.offset {
        let valuePlace = memory.end(of: place)
        let name = try self.key(key, at: place)
        defer { name.release() }
        let object = try decode(value, at: valuePlace)
        defer { object.release() }
        try checked(PyDict_SetItem(dict, name, object))
        place = memory.end(of: valuePlace)
      }
      return dict
    } catch {
      dict.release()
      throw error
    }
  }

  /// A key, whose text stands for a number where the plan wants one.
  private mutating func key(_ node: Int, at index: Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    guard word.kind == .text || word.kind == .arenaText else {
      return try decode(node, at: index)
    }
    switch plan.nodes[node] {
    case .text, .any: return unsafe try keys.object(for: memory.bytes(of: word))
    case .integer: return try number(moltpy_PyLong_Type(), "int", word, at: index)
    case .float: return try number(moltpy_PyFloat_Type(), "float", word, at: index)
    default: return try decode(node, at: index)
    }
  }

  private func number(
    _ type: PythonObject,
    _ name: String,
    _ word: TapeWord,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    let text = try owned(unsafe MoltPython.text(memory.bytes(of: word)))
    defer { text.release() }
    let number = moltpy_call1(type, text)
    if number.exists { return number }
    guard PyErr_ExceptionMatches(moltpy_PyExc_ValueError()) != 0 else { throw PythonRaised() }
    PyErr_Clear()
    throw refused(name, at: index)
  }

  // MARK: Alternatives

  mutating func union(_ items: [Int], at index: Int) throws(PythonRaised) -> PythonObject {
    for item in items {
      if try takes(item, at: index) { return try decode(item, at: index) }
    }
    throw refused("another type", at: index)
  }

  /// Whether a node takes values of the kind at an index, without a look inside.
  private mutating func takes(_ node: Int, at index: Int) throws(PythonRaised) -> Bool {
    let kind = memory.word(index).kind
    let isText = kind == .text || kind == .arenaText
    let isInteger = kind == .integer || kind == .int64 || kind == .uint64
    let isForeign = kind == .tag || kind == .extension
    switch plan.nodes[node] {
    case .any: return true
    case .none: return kind == .null
    case .boolean: return kind == .boolean
    case .integer: return isInteger || (kind == .number && !isFloat(at: index))
    case .text: return isText
    case .binary: return kind == .binary || kind == .arenaBinary
    case .float: return isInteger || kind == .double || kind == .number
    case .decimal: return isText || isInteger || kind == .double || kind == .number || isForeign
    case .uuid, .moment: return isText || isForeign
    case .list, .tuple, .set, .frozenSet, .fixed: return kind == .array
    case .dict, .object: return kind == .map
    case .optional(let item):
      if kind == .null { return true }
      return try takes(item, at: index)
    case .call(let item, _): return try takes(item, at: index)
    case .union(let items):
      for item in items {
        if try takes(item, at: index) { return true }
      }
      return false
    case .choice(let table): return try find(in: table, at: index) != nil
    }
  }

  /// Whether a long number has a point or an exponent.
  private func isFloat(at index: Int) -> Bool {
    unsafe memory.bytes(of: memory.word(index)).contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
  }

  mutating func choice(_ table: PythonObject, at index: Int) throws(PythonRaised) -> PythonObject {
    if let result = try find(in: table, at: index) { return result.retained() }
    let choices = try owned(PyDict_Keys(table))
    defer { choices.release() }
    var names: [String] = []
    for position in 0..<PyList_Size(choices) {
      let name = try owned(PyObject_Repr(PyList_GetItem(choices, position)))
      defer { name.release() }
      names.append(string(from: name))
    }
    let value = try builder.build(at: index)
    defer { value.release() }
    let name = try owned(PyObject_Repr(value))
    defer { name.release() }
    throw failed(
      "one of \(names.joined(separator: ", ")) was expected, not \(string(from: name))",
      at: index
    )
  }

  /// The result of a choice, borrowed; nil for a value that is none.
  private mutating func find(
    in table: PythonObject,
    at index: Int
  ) throws(PythonRaised) -> PythonObject? {
    let kind = memory.word(index).kind
    if kind == .array || kind == .map { return nil }
    let value = try builder.build(at: index)
    defer { value.release() }
    let pair = PyDict_GetItemWithError(table, value)
    guard pair.exists else {
      if PyErr_Occurred().exists { throw PythonRaised() }
      return nil
    }
    // True equals 1, but is no choice of 1.
    guard PyTuple_GetItem(pair, 0) == value.type else { return nil }
    return PyTuple_GetItem(pair, 1)
  }
}
