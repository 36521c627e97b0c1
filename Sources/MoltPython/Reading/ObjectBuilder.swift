internal import CMoltPython
internal import MoltTape

/// Makes Python objects of the values on a tape.
///
/// The containers that are open stand on a stack of its own, so that nesting costs no recursion:
///
///     {"a": [1, {"b": 2}]}
///
///     stack              made
///     map                {}
///     map(a) list        [1, -]
///     map(a) list map    {b: 2}      ends: goes into the list
///     map(a) list        [1, {…}]    ends: goes into the map under a
///     map                {a: […]}    ends: is the result
///
/// An object under construction belongs to its entry on the stack alone, so that a failure at any
/// place gives everything back.
struct ObjectBuilder: ~Copyable {
  /// A container that is being filled.
  struct Frame {
    /// What becomes of the values.
    enum Kind: UInt8 { case list, tuple, map, pairs, tag }

    var kind: Kind
    /// The container; missing for a tag.
    var object: PythonObject
    /// The key of the next value, or none yet; of a tag nothing.
    var key = PythonObject.missing
    /// Where the next value goes in a list, how many pairs a map has, or the number of a tag.
    var position = 0
    /// The index of the word behind the container, or of a tag's own.
    var end: Int
  }

  let memory: TapeMemory
  let rules: BuildingRules
  let hooks: Hooks
  let keys: KeyCache
  var frames = FrameStack()
  /// How many of the open containers are keys, or inside of keys.
  var keyDepth = 0
  let hasHooks: Bool
  /// Whether texts become bytes.
  let isRaw: Bool
  /// Whether keys that come twice are looked for here.
  let countsPairs: Bool

  init(_ memory: TapeMemory, _ rules: BuildingRules, _ hooks: Hooks, _ keys: KeyCache) {
    self.memory = memory
    self.rules = rules
    self.hooks = hooks
    self.keys = keys
    hasHooks = hooks.isAny
    isRaw = rules.contains(.raw)
    countsPairs = rules.contains(.uniqueKeys) && memory.format != .json
  }

  /// Makes the value at an index of the tape.
  ///
  /// - Returns: Owned.
  /// - Complexity: O(words)
  mutating func build(at start: Int) throws(PythonRaised) -> PythonObject {
    var index = start
    do {
      var result = try value(at: &index)
      while let last = frames.last {
        switch frames[last].kind {
        case .list: result = try fillList(&index)
        case .tuple: result = try fillTuple(&index)
        case .map, .pairs: result = try fillMap(&index)
        case .tag: result = try value(at: &index)
        }
        if result.exists { result = try attach(result) }
      }
      return result
    } catch {
      while frames.count > 0 {
        let frame = frames.removeLast()
        if frame.object.exists { frame.object.release() }
        if frame.key.exists { frame.key.release() }
      }
      throw error
    }
  }

  // MARK: Filling

  /// Puts values into the innermost list until one of them is a container.
  ///
  /// - Returns: The list when it is complete, owned; otherwise missing.
  @inline(__always)
  private mutating func fillList(_ index: inout Int) throws(PythonRaised) -> PythonObject {
    let last = frames.count &- 1
    let list = frames[last].object
    let end = frames[last].end
    var position = frames[last].position
    while index < end {
      let object = try value(at: &index)
      guard object.exists else {
        frames[last].position = position
        return .missing
      }
      guard PyList_SetItem(list, position, object) == 0 else { throw PythonRaised() }
      position &+= 1
    }
    frames.removeLast()
    return try finishList(list)
  }

  private mutating func fillTuple(_ index: inout Int) throws(PythonRaised) -> PythonObject {
    let last = frames.count &- 1
    let tuple = frames[last].object
    while index < frames[last].end {
      let object = try value(at: &index)
      guard object.exists else { return .missing }
      try checked(PyTuple_SetItem(tuple, frames[last].position, object))
      frames[last].position += 1
    }
    frames.removeLast()
    return try finishList(tuple)
  }

  /// Puts pairs into the innermost map until a key or value is a container.
  ///
  /// - Returns: The map when it is complete, owned; otherwise missing.
  @inline(__always)
  private mutating func fillMap(_ index: inout Int) throws(PythonRaised) -> PythonObject {
    let last = frames.count &- 1
    let map = frames[last].object
    let end = frames[last].end
    let isDict = frames[last].kind == .map
    var key = frames[last].key
    frames[last].key = .missing
    while index < end {
      if !key.exists {
        key = try self.key(at: &index)
        guard key.exists else { return .missing }
      }
      let object: PythonObject
      do { object = try value(at: &index) } catch {
        key.release()
        throw error
      }
      guard object.exists else {
        // The value's own frame is the innermost one now.
        frames[last].key = key
        return .missing
      }
      if isDict {
        let result = PyDict_SetItem(map, key, object)
        key.release()
        object.release()
        guard result == 0 else { throw refusedKey() }
      } else {
        try appendPair(key, object, to: map)
      }
      key = .missing
    }
    let count = frames.removeLast().position
    if isDict, _slowPath(countsPairs), PyDict_Size(map) != count {
      map.release()
      throw refusedKey("a key stands in the map already")
    }
    return try finishMap(map, isDict: isDict)
  }

  /// Puts a finished container where it belongs.
  ///
  /// `object`: owned.
  /// Answers: the object when there is nothing around it, owned; otherwise missing.
  @inline(__always)
  private mutating func attach(_ object: PythonObject) throws(PythonRaised) -> PythonObject {
    var object = object
    while let last = frames.last {
      switch frames[last].kind {
      case .list:
        let position = frames[last].position
        frames[last].position = position &+ 1
        guard PyList_SetItem(frames[last].object, position, object) == 0 else {
          throw PythonRaised()
        }
        return .missing
      case .tuple:
        let position = frames[last].position
        frames[last].position = position &+ 1
        try checked(PyTuple_SetItem(frames[last].object, position, object))
        return .missing
      case .map, .pairs:
        try attachToMap(object, last)
        return .missing
      case .tag:
        let frame = frames.removeLast()
        let number = UInt64(truncatingIfNeeded: frame.position)
        object = try tagged(number, object, at: frame.end)
      }
    }
    return object
  }

  @inline(__always)
  private mutating func attachToMap(
    _ object: PythonObject,
    _ last: Int
  ) throws(PythonRaised) {
    let key = frames[last].key
    guard key.exists else {
      if memory.format == .cbor { keyDepth -= 1 }
      frames[last].key = try asKey(object)
      return
    }
    frames[last].key = .missing
    let map = frames[last].object
    guard frames[last].kind == .map else { return try appendPair(key, object, to: map) }
    let result = PyDict_SetItem(map, key, object)
    key.release()
    object.release()
    guard result == 0 else { throw refusedKey() }
  }

  /// What stands for a container as a key.
  ///
  /// `object`: owned; given away.
  private func asKey(_ object: PythonObject) throws(PythonRaised) -> PythonObject {
    guard object.type == moltpy_PySet_Type() else { return object }
    defer { object.release() }
    return try owned(PyFrozenSet_New(object))
  }

  /// Raises for a key that is no key in Python; that is the message's fault.
  private func refusedKey() -> PythonRaised {
    guard PyErr_ExceptionMatches(moltpy_PyExc_TypeError()) != 0 else { return PythonRaised() }
    return refusedKey("the map's key cannot be one: \(takeMessage())")
  }

  private func refusedKey(_ message: String) -> PythonRaised {
    raise(
      by: memory.format == .cbor ? .cbor_error : .msgpack_error,
      text(message),
      PythonObject.none.retained(),
      PyLong_FromLongLong(0),
      text("key")
    )
  }

  /// Appends a tuple of both to a list.
  ///
  /// `key`: owned; given away.
  /// `object`: owned; given away.
  private func appendPair(
    _ key: PythonObject,
    _ object: PythonObject,
    to list: PythonObject
  ) throws(PythonRaised) {
    let pair = PyTuple_New(2)
    guard pair.exists else {
      key.release()
      object.release()
      throw PythonRaised()
    }
    defer { pair.release() }
    try checked(PyTuple_SetItem(pair, 0, key))
    try checked(PyTuple_SetItem(pair, 1, object))
    try checked(PyList_Append(list, pair))
  }

  // MARK: Finishing

  @inline(__always)
  private func finishList(_ list: PythonObject) throws(PythonRaised) -> PythonObject {
    hasHooks && hooks.list.exists ? try call(hooks.list, with: list) : list
  }

  @inline(__always)
  private mutating func finishMap(
    _ map: PythonObject,
    isDict: Bool
  ) throws(PythonRaised) -> PythonObject {
    if isDict {
      return hasHooks && hooks.object.exists ? try call(hooks.object, with: map) : map
    }
    if keyDepth > 0 {
      defer { map.release() }
      return try owned(PyList_AsTuple(map))
    }
    return try call(hooks.pairs, with: map)
  }

  /// Calls a hook.
  ///
  /// `object`: owned; given back.
  func call(_ hook: PythonObject, with object: PythonObject) throws(PythonRaised) -> PythonObject {
    defer { object.release() }
    return try owned(moltpy_call1(hook, object))
  }
}
