internal import CMoltPython
internal import MoltMessagePack
internal import MoltTape

/// The largest sizes of a message's values, msgpack's `max_str_len` and its likes; -1 for none.
struct SizeLimits {
  private var text, binary, array, map, ext: Int

  /// Takes the limits from a tuple of five integers.
  init(_ tuple: PythonObject) throws(PythonRaised) {
    guard tuple.type == moltpy_PyTuple_Type(), PyTuple_Size(tuple) == 5 else {
      throw raise(moltpy_PyExc_TypeError(), "limits are a tuple of five integers")
    }
    var sizes: [Int] = []
    for index in 0..<5 {
      var overflow: Int32 = 0
      let size = unsafe PyLong_AsLongLongAndOverflow(PyTuple_GetItem(tuple, index), &overflow)
      if size == -1, PyErr_Occurred().exists { throw PythonRaised() }
      sizes.append(size < 0 || overflow != 0 ? .max : Int(size))
    }
    (text, binary, array, map, ext) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4])
  }

  /// The limit of a kind of value, and its name in msgpack's keywords.
  private func limit(_ kind: MessagePackKind) -> (Int, String) {
    switch kind {
    case .text: (text, "str")
    case .binary: (binary, "bin")
    case .array: (array, "array")
    case .map: (map, "map")
    case .extension: (ext, "ext")
    case .nil, .boolean, .integer, .float: (.max, "")
    }
  }

  /// Whether a value may have this length, or this number of elements or pairs.
  func allows(_ kind: MessagePackKind, _ count: UInt64) -> Bool { count <= UInt64(limit(kind).0) }

  /// Raises `msgpack_error` for the first value that is larger.
  ///
  /// - Complexity: O(`wordCount`)
  func check(
    _ memory: TapeMemory,
    _ wordCount: Int,
    _ data: PythonObject
  ) throws(PythonRaised) {
    var index = 0
    var isExtension = false
    while index < wordCount {
      let word = memory.word(index)
      let kind: MessagePackKind =
        switch word.kind {
        case .text, .arenaText: .text
        case .binary, .arenaBinary: isExtension ? .extension : .binary
        case .array: .array
        case .map: .map
        default: .nil
        }
      if !allows(kind, UInt64(word.count)) {
        let offset = kind == .array || kind == .map ? 0 : word.offset
        throw exceeded(kind, UInt64(word.count), at: offset, data)
      }
      isExtension = word.kind == .extension
      index += word.wordCount
    }
  }

  /// Raises `msgpack_error` for a value that is too large.
  func exceeded(
    _ kind: MessagePackKind,
    _ count: UInt64,
    at offset: Int,
    _ data: PythonObject
  ) -> PythonRaised {
    let (limit, name) = limit(kind)
    return raise(
      by: .msgpack_error,
      MoltPython.text("\(count) exceeds max_\(name)_len(\(limit))"),
      data.retained(),
      PyLong_FromLongLong(Int64(offset)),
      MoltPython.text("limit")
    )
  }
}
