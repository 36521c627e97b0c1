internal import CMoltPython
internal import MoltTape

extension DocumentObject {
  /// What a list of a container's contents holds.
  enum Contents {
    /// The keys of a map.
    case keys
    /// The values of a map.
    case values
    /// Tuples of both.
    case items
    /// The elements of an array.
    case elements
  }

  /// Where the value of a map's key or of an array's index stands; nil where there is none.
  func find(_ key: PythonObject) throws(PythonRaised) -> Int? {
    switch word.kind {
    case .map: return try find(key: key)
    case .array:
      let number = try owned(PyNumber_Index(key))
      defer { number.release() }
      var overflow: Int32 = 0
      let element = unsafe Int(PyLong_AsLongLongAndOverflow(number, &overflow))
      let count = try self.count()
      let ordinal = element < 0 ? element + count : element
      return overflow == 0 && 0..<count ~= ordinal ? find(element: ordinal) : nil
    default: throw noContainer()
    }
  }

  /// Raises for a key or an index that is not there.
  func absent(_ key: PythonObject) -> PythonRaised {
    if word.kind == .array { return raise(moltpy_PyExc_IndexError(), "list index out of range") }
    PyErr_SetObject(moltpy_PyExc_KeyError(), key)
    return PythonRaised()
  }

  /// A list of the contents, containers as documents.
  ///
  /// - Returns: Owned.
  func list(_ contents: Contents) throws(PythonRaised) -> PythonObject {
    guard word.kind == (contents == .elements ? .array : .map) else {
      throw raise(moltpy_PyExc_TypeError(), "the document is no map")
    }
    let list = try owned(PyList_New(0))
    do throws(PythonRaised) {
      var index = index + 1
      while index < word.offset {
        let value = contents == .elements ? index : memory.end(of: index)
        let entry = try self.entry(contents, index, value)
        defer { entry.release() }
        try checked(PyList_Append(list, entry))
        index = memory.end(of: value)
      }
      return list
    } catch {
      list.release()
      throw error
    }
  }

  private func entry(
    _ contents: Contents,
    _ key: Int,
    _ value: Int
  ) throws(PythonRaised) -> PythonObject {
    switch contents {
    case .keys: return try self.value(at: key)
    case .values, .elements: return try lend(value)
    case .items:
      let pair = try owned(PyTuple_New(2))
      do throws(PythonRaised) {
        try checked(PyTuple_SetItem(pair, 0, self.value(at: key)))
        try checked(PyTuple_SetItem(pair, 1, lend(value)))
        return pair
      } catch {
        pair.release()
        throw error
      }
    }
  }
}
