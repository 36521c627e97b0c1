internal import CMoltPython

/// How values of a document become objects: the nodes of `compile_plan`, which never change.
///
/// The objects that nodes name are borrowed: a list of Python's, which belongs to the plan's object
/// and which its garbage collector can see, holds them.
final class Plan {
  /// What a value has to be and what it becomes.
  enum Node {
    case any, none, boolean, integer, text, binary, float, decimal, uuid
    /// A class with `fromisoformat`: its name, and the method.
    case moment(name: String, type: Slot, method: PythonObject)
    case list(Int)
    case tuple(Int)
    case set(Int)
    case frozenSet(Int)
    case fixed([Int])
    case dict(key: Int, value: Int)
    case optional(Int)
    case union([Int])
    /// A dict from each value to a tuple of its type and its result.
    case choice(PythonObject)
    case call(Int, PythonObject)
    case object(ObjectShape)
  }

  /// The nodes; the first is the whole.
  let nodes: [Node]

  init(_ nodes: [Node]) { self.nodes = nodes }
}

/// The fields of a class and how its objects are made.
final class ObjectShape {
  /// A field.
  struct Field {
    /// The key in documents, in UTF-8.
    let key: [UInt8]
    /// The attribute's name, a str.
    let attribute: PythonObject
    /// The node of its value.
    let node: Int
    let requirement: Requirement
    /// The default, or what makes it.
    let preset: PythonObject
  }

  /// What a missing key means.
  enum Requirement: Int64 {
    case required = 0
    case preset = 1
    case factory = 2
  }

  let type: PythonObject
  let fields: [Field]
  let refusesUnknown: Bool
  let callsClass: Bool
  let callsPostInit: Bool

  init(_ type: PythonObject, _ fields: [Field], flags: Int64) {
    self.type = type
    self.fields = fields
    refusesUnknown = flags & 1 != 0
    callsClass = flags & 2 != 0
    callsPostInit = flags & 4 != 0
  }

  /// The field of a key, looked for from `first` on, since keys mostly come in the fields' order.
  @inline(__always)
  func field(of key: UnsafeBufferPointer<UInt8>, from first: Int) -> Int? {
    let count = fields.count
    var index = first
    for _ in 0..<count {
      if index >= count { index = 0 }
      if unsafe fields[index].key.count == key.count && fields[index].key.elementsEqual(key) {
        return index
      }
      index &+= 1
    }
    return nil
  }
}
