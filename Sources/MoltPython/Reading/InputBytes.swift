internal import CMoltPython

/// The bytes of an argument, borrowed from the object that holds them.
///
/// ``release()`` gives back what was borrowed.
@safe struct InputBytes {
  /// Where the bytes are; they stay there until ``release()``.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Whether nobody can change them, so that they may be read without the GIL.
  let isConstant: Bool
  /// What holds the bytes, if that is not the argument.
  private var holder = PythonObject.missing
  private var buffer: UnsafeMutablePointer<moltpy_buffer>?

  /// Borrows the bytes of a bytes object, of a str as UTF-8, or of what has a contiguous buffer.
  ///
  /// `object`: held by the caller until ``release()``.
  init(_ object: PythonObject) throws(PythonRaised) {
    let type = object.type
    if type == moltpy_PyBytes_Type() || PyType_IsSubtype(type, moltpy_PyBytes_Type()) != 0 {
      unsafe self.init(PyBytes_AsString(object), PyBytes_Size(object), isConstant: true)
    } else if PyType_IsSubtype(type, moltpy_PyUnicode_Type()) != 0 {
      var count = 0
      guard let start = unsafe PyUnicode_AsUTF8AndSize(object, &count) else {
        throw PythonRaised()
      }
      unsafe self.init(start, count, isConstant: true)
    } else if moltpy_has_buffers() {
      let buffer = UnsafeMutablePointer<moltpy_buffer>.allocate(capacity: 1)
      guard unsafe PyObject_GetBuffer(object, buffer, 0) == 0 else {
        unsafe buffer.deallocate()
        throw PythonRaised()
      }
      let start = unsafe buffer.pointee.buf?.assumingMemoryBound(to: CChar.self)
      unsafe self.init(start, buffer.pointee.len, isConstant: false)
      unsafe self.buffer = buffer
    } else {
      // Python 3.10 has the protocol, but not in its stable ABI.
      let copy = try owned(PyBytes_FromObject(object))
      unsafe self.init(PyBytes_AsString(copy), PyBytes_Size(copy), isConstant: true)
      holder = copy
    }
  }

  /// Borrows the bytes of an argument that outlives the call: those that can change are copied.
  init(keeping object: PythonObject) throws(PythonRaised) {
    let isConstant =
      PyType_IsSubtype(object.type, moltpy_PyBytes_Type()) != 0
      || PyType_IsSubtype(object.type, moltpy_PyUnicode_Type()) != 0
    guard !isConstant else {
      try self.init(object)
      return
    }
    let copy = try owned(PyBytes_FromObject(object))
    unsafe self.init(PyBytes_AsString(copy), PyBytes_Size(copy), isConstant: true)
    holder = copy
  }

  @unsafe private init(_ start: UnsafePointer<CChar>?, _ count: Int, isConstant: Bool) {
    unsafe bytes = UnsafeBufferPointer(
      start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self),
      count: count
    )
    self.isConstant = isConstant
  }

  /// How many bytes there are.
  var count: Int { unsafe bytes.count }

  /// Gives back what was borrowed.
  func release() {
    if holder.exists { holder.release() }
    if let buffer = unsafe buffer {
      unsafe PyBuffer_Release(buffer)
      unsafe buffer.deallocate()
    }
  }

  /// Runs what touches no object, without the GIL where that pays and the bytes cannot change.
  func withoutLock<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safety: the argument's object holds the bytes.
    let span = unsafe Span(_unsafeElements: bytes)
    guard isConstant, count >= Self.worthUnlocking else { return try body(span) }
    let thread = unsafe PyEval_SaveThread()
    defer { unsafe PyEval_RestoreThread(thread) }
    return try body(span)
  }

  /// Smaller inputs are read in less time than another thread needs to wake up.
  private static let worthUnlocking = 1 << 16
}
