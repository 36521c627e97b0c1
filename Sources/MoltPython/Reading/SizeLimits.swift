internal import CMoltPython
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
      let (limit, name) =
        switch word.kind {
        case .text, .arenaText: (text, "str")
        case .binary, .arenaBinary: isExtension ? (ext, "ext") : (binary, "bin")
        case .array: (array, "array")
        case .map: (map, "map")
        default: (Int.max, "")
        }
      if word.count > limit {
        let isContainer = word.kind == .array || word.kind == .map
        throw raise(
          by: .msgpack_error,
          MoltPython.text("\(word.count) exceeds max_\(name)_len(\(limit))"),
          data.retained(),
          PyLong_FromLongLong(isContainer ? 0 : Int64(word.offset)),
          MoltPython.text("limit")
        )
      }
      isExtension = word.kind == .extension
      index += word.wordCount
    }
  }
}
