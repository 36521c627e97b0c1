internal import CMoltPython

/// Makes a plan of the nodes that Python gives.
struct PlanCompiler {
  /// Holds what the plan borrows; a list of Python's.
  private let holder: PythonObject
  private let count: Int

  /// Compiles a sequence of tuples.
  ///
  /// - Returns: The plan, and the list that has to outlive it, owned.
  static func compile(
    _ nodes: PythonObject
  ) throws(PythonRaised) -> (plan: Plan, holder: PythonObject) {
    let sequence = try owned(PySequence_List(nodes))
    defer { sequence.release() }
    let holder = try owned(PyList_New(0))
    do throws(PythonRaised) {
      let compiler = PlanCompiler(holder: holder, count: PyList_Size(sequence))
      var compiled: [Plan.Node] = []
      for index in 0..<compiler.count {
        compiled.append(try compiler.node(PyList_GetItem(sequence, index)))
      }
      guard !compiled.isEmpty else { throw invalid("a plan has at least one node") }
      try checkProgress(compiled)
      return (Plan(compiled), holder)
    } catch {
      holder.release()
      throw error
    }
  }

  private func node(_ tuple: PythonObject) throws(PythonRaised) -> Plan.Node {
    let parts = try elements(tuple)
    guard let first = parts.first, PyType_IsSubtype(first.type, moltpy_PyUnicode_Type()) != 0
    else { throw invalid("a node begins with its kind") }
    let kind = string(from: first)
    if parts.count == 1, let scalar = try scalar(kind) { return scalar }
    switch (kind, parts.count) {
    case ("list", 2): return .list(try index(parts[1]))
    case ("tuple", 2): return .tuple(try index(parts[1]))
    case ("set", 2): return .set(try index(parts[1]))
    case ("frozenset", 2): return .frozenSet(try index(parts[1]))
    case ("fixed", 2): return .fixed(try indices(parts[1]))
    case ("dict", 3): return .dict(key: try index(parts[1]), value: try index(parts[2]))
    case ("optional", 2): return .optional(try index(parts[1]))
    case ("union", 2): return .union(try indices(parts[1]))
    case ("choice", 2): return .choice(try choices(parts[1]))
    case ("call", 3): return .call(try index(parts[1]), try held(parts[2]))
    case ("object", 4): return .object(try shape(parts))
    default: throw invalid("'\(kind)' with \(parts.count - 1) parts is no node of a plan")
    }
  }

  private func scalar(_ kind: String) throws(PythonRaised) -> Plan.Node? {
    switch kind {
    case "any": return .any
    case "none": return Plan.Node.none
    case "bool": return .boolean
    case "int": return .integer
    case "str": return .text
    case "bytes": return .binary
    case "float": return .float
    case "decimal": return .decimal
    case "uuid": return .uuid
    case "datetime": return try moment(kind, .datetimeType)
    case "date": return try moment(kind, .dateType)
    case "time": return try moment(kind, .timeType)
    default: return nil
    }
  }

  private func moment(_ name: String, _ type: Slot) throws(PythonRaised) -> Plan.Node {
    let method = try owned(PyObject_GetAttr(type.object, Slot.fromisoformat.object))
    defer { method.release() }
    return .moment(name: name, type: type, method: try held(method))
  }

  /// A dict from each value of a dict to its type and its result.
  private func choices(_ dict: PythonObject) throws(PythonRaised) -> PythonObject {
    guard dict.type == moltpy_PyDict_Type() else { throw invalid("choices are a dict") }
    let table = try owned(PyDict_New())
    defer { table.release() }
    var place = 0
    var value = PythonObject.missing
    var result = PythonObject.missing
    while unsafe PyDict_Next(dict, &place, &value, &result) != 0 {
      let pair = try owned(PyTuple_New(2))
      defer { pair.release() }
      try checked(PyTuple_SetItem(pair, 0, value.type.retained()))
      try checked(PyTuple_SetItem(pair, 1, result.retained()))
      try checked(PyDict_SetItem(table, value, pair))
    }
    return try held(table)
  }

  private func shape(_ parts: [PythonObject]) throws(PythonRaised) -> ObjectShape {
    var fields: [ObjectShape.Field] = []
    for field in try elements(parts[2]) {
      let values = try elements(field)
      guard values.count == 5,
        PyType_IsSubtype(values[0].type, moltpy_PyUnicode_Type()) != 0,
        PyType_IsSubtype(values[1].type, moltpy_PyUnicode_Type()) != 0,
        let requirement = ObjectShape.Requirement(rawValue: try integer(values[3]))
      else { throw invalid("a field is (key, attribute, node, requirement, default)") }
      fields.append(
        ObjectShape.Field(
          key: Array(string(from: values[0]).utf8),
          attribute: try held(values[1]),
          node: try index(values[2]),
          requirement: requirement,
          preset: try held(values[4])
        )
      )
    }
    return ObjectShape(try held(parts[1]), fields, flags: try integer(parts[3]))
  }

  // MARK: Parts

  /// The elements of a tuple or list, borrowed from it; the plan's list holds it too.
  private func elements(_ sequence: PythonObject) throws(PythonRaised) -> [PythonObject] {
    let list = try owned(PySequence_List(sequence))
    defer { list.release() }
    let elements = (0..<PyList_Size(list)).map { PyList_GetItem(list, $0) }
    _ = try held(list)
    return elements
  }

  private func held(_ object: PythonObject) throws(PythonRaised) -> PythonObject {
    try checked(PyList_Append(holder, object))
    return object
  }

  private func integer(_ object: PythonObject) throws(PythonRaised) -> Int64 {
    var overflow: Int32 = 0
    let number = unsafe PyLong_AsLongLongAndOverflow(object, &overflow)
    if number == -1, PyErr_Occurred().exists { throw PythonRaised() }
    return number
  }

  private func index(_ object: PythonObject) throws(PythonRaised) -> Int {
    let index = Int(try integer(object))
    guard 0..<count ~= index else { throw Self.invalid("there is no node \(index)") }
    return index
  }

  private func indices(_ sequence: PythonObject) throws(PythonRaised) -> [Int] {
    var indices: [Int] = []
    for element in try elements(sequence) { indices.append(try index(element)) }
    return indices
  }

  private func invalid(_ message: String) -> PythonRaised { Self.invalid(message) }

  private static func invalid(_ message: String) -> PythonRaised {
    raise(moltpy_PyExc_ValueError(), message)
  }

  /// Refuses nodes that lead back to themselves without a step into the document.
  private static func checkProgress(_ nodes: [Plan.Node]) throws(PythonRaised) {
    for start in nodes.indices {
      var open = [start]
      var seen: Set<Int> = []
      while let index = open.popLast() {
        let next =
          switch nodes[index] {
          case .optional(let item), .call(let item, _): [item]
          case .union(let items): items
          default: [] as [Int]
          }
        for item in next {
          if item == start { throw invalid("node \(start) is made of itself") }
          if seen.insert(item).inserted { open.append(item) }
        }
      }
    }
  }
}
