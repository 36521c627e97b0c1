internal import CMoltPython
internal import MoltTape

extension ObjectBuilder {
  /// Makes the value at `index` and moves behind it, or opens a container and moves into it.
  ///
  /// - Returns: The value, owned; missing where a container is open now.
  @inline(__always)
  mutating func value(at index: inout Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    index &+= 1
    switch word.kind {
    case .text:
      if _slowPath(isRaw) { return try owned(unsafe binary(memory.bytes(of: word))) }
      return try owned(unsafe text(memory.bytes(of: word)))
    case .integer:
      if hasHooks { return try hookedInteger(word.integer) }
      return try owned(PyLong_FromLongLong(word.integer))
    case .double:
      index &+= 1
      if hasHooks { return try hookedDouble(at: index &- 2) }
      return try owned(PyFloat_FromDouble(Double(bitPattern: memory.operand(index &- 2))))
    case .null: return PythonObject.none.retained()
    case .boolean:
      let isTrue = word.payload != 0
      return (isTrue ? moltpy__Py_TrueStruct() : moltpy__Py_FalseStruct()).retained()
    case .array: return try openArray(word, at: index)
    case .map: return try openMap(word, at: index)
    case .arenaText: return try owned(unsafe text(memory.bytes(of: word)))
    default: return try rareValue(word, &index)
    }
  }

  /// The key at `index`, and moves behind it, or opens a container that is a key.
  ///
  /// - Returns: The key, owned; missing where a container is open now.
  @inline(__always)
  mutating func key(at index: inout Int) throws(PythonRaised) -> PythonObject {
    let word = memory.word(index)
    if _fastPath(word.kind == .text || word.kind == .arenaText), !isRaw {
      index &+= 1
      return unsafe try keys.object(for: memory.bytes(of: word))
    }
    return try otherKey(word, &index)
  }

  @inline(never)
  private mutating func otherKey(
    _ word: TapeWord,
    _ index: inout Int
  ) throws(PythonRaised) -> PythonObject {
    let isBytes =
      word.kind == .binary || word.kind == .arenaBinary || word.kind == .text
      || word.kind == .arenaText
    if rules.contains(.strictKeys), !isBytes {
      throw raise(
        by: .msgpack_error,
        text("a key of a map is neither str nor bytes"),
        PythonObject.none.retained(),
        PyLong_FromLongLong(0),
        text("key")
      )
    }
    // In CBOR containers are keys as tuples; in MessagePack Python refuses them as it does lists.
    let isDeep = memory.format == .cbor
    if isDeep { keyDepth += 1 }
    let key = try value(at: &index)
    if key.exists, isDeep { keyDepth -= 1 }
    return key
  }

  // MARK: Containers

  @inline(__always)
  private mutating func openArray(
    _ word: TapeWord,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    var count = word.count
    if count == TapeWord.maximumCount { count = exactCount(from: index, to: word.offset) }
    let isTuple = rules.contains(.tuples) || keyDepth > 0
    let object = try owned(isTuple ? PyTuple_New(count) : PyList_New(count))
    frames.append(Frame(kind: isTuple ? .tuple : .list, object: object, end: word.offset))
    return .missing
  }

  @inline(__always)
  private mutating func openMap(
    _ word: TapeWord,
    at index: Int
  ) throws(PythonRaised) -> PythonObject {
    let isPairs = hasHooks && hooks.pairs.exists || keyDepth > 0
    let object = try owned(isPairs ? PyList_New(0) : PyDict_New())
    frames.append(
      Frame(
        kind: isPairs ? .pairs : .map,
        object: object,
        position: word.count,
        end: word.offset
      )
    )
    return .missing
  }

  /// Counts the elements of an array whose word has no room for their number.
  private func exactCount(from start: Int, to end: Int) -> Int {
    var index = start
    var count = 0
    while index < end {
      index = memory.end(of: index)
      count += 1
    }
    return count
  }

  // MARK: Rare scalars

  @inline(never)
  private mutating func rareValue(
    _ word: TapeWord,
    _ index: inout Int
  ) throws(PythonRaised) -> PythonObject {
    switch word.kind {
    case .int64:
      index += 1
      if hooks.integer.exists { return try callWithSource(hooks.integer, word) }
      return try owned(PyLong_FromLongLong(Int64(bitPattern: memory.operand(index - 2))))
    case .uint64:
      index += 1
      if hooks.integer.exists { return try callWithSource(hooks.integer, word) }
      return try owned(PyLong_FromUnsignedLongLong(memory.operand(index - 2)))
    case .number: return try number(word)
    case .binary, .arenaBinary: return try owned(unsafe binary(memory.bytes(of: word)))
    case .tag:
      let isLong = word.wordCount == 2
      let number = isLong ? memory.operand(index - 1) : word.payload
      if isLong { index += 1 }
      frames.append(
        Frame(
          kind: .tag,
          object: .missing,
          position: Int(truncatingIfNeeded: number),
          end: isLong ? index - 2 : index - 1
        )
      )
      return .missing
    case .extension:
      index += 1
      let type = Int8(truncatingIfNeeded: word.payload)
      return try ext(type, memory.word(index - 1), at: index - 2)
    default: return try simple(UInt8(truncatingIfNeeded: word.payload))
    }
  }

  @inline(never)
  private func hookedInteger(_ value: Int64) throws(PythonRaised) -> PythonObject {
    guard hooks.integer.exists else { return try owned(PyLong_FromLongLong(value)) }
    // JSON has one notation for an integer, but for -0, which is no `integer`.
    return try call(hooks.integer, with: try owned(text(String(value))))
  }

  @inline(never)
  private func hookedDouble(at index: Int) throws(PythonRaised) -> PythonObject {
    guard hooks.float.exists else {
      return try owned(PyFloat_FromDouble(Double(bitPattern: memory.operand(index))))
    }
    return try callWithSource(hooks.float, memory.word(index))
  }

  private func callWithSource(
    _ hook: PythonObject,
    _ word: TapeWord
  ) throws(PythonRaised) -> PythonObject {
    try call(hook, with: try owned(unsafe text(memory.bytes(of: word))))
  }

  /// Makes the value of a number that neither 64 bits nor a Double hold.
  private func number(_ word: TapeWord) throws(PythonRaised) -> PythonObject {
    let bytes = unsafe memory.bytes(of: word)
    let isFloat = unsafe bytes.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
    let hook = isFloat ? hooks.float : hooks.integer
    if hook.exists { return try callWithSource(hook, word) }
    if isFloat {
      // Beyond the largest Double: what float() says.
      let isNegative = unsafe bytes[0] == 0x2D
      return try owned(PyFloat_FromDouble(isNegative ? -.infinity : .infinity))
    }
    return try unsafe integer(bytes)
  }

  /// Makes an int of decimal digits, with Python's own limit on their number.
  private func integer(_ bytes: UnsafeBufferPointer<UInt8>) throws(PythonRaised) -> PythonObject {
    let result = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) {
      digits in
      for index in 0..<bytes.count { unsafe digits[index] = CChar(bitPattern: bytes[index]) }
      unsafe digits[bytes.count] = 0
      return unsafe PyLong_FromString(digits.baseAddress, nil, 10)
    }
    return try owned(result)
  }
}
