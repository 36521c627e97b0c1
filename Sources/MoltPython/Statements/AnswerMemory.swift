internal import CMolt
internal import CMoltPython

/// What one run of a statement of molt.h writes into, kept for later runs of any statement.
@safe final class AnswerMemory {
  typealias Release = @convention(c) (UnsafeMutablePointer<molt_answer>?) -> Void

  /// The largest answer whose memory is kept for the next one.
  private static let keptByteCount = 4 << 20

  let answer: UnsafeMutablePointer<molt_answer>
  let error: UnsafeMutablePointer<molt_error>
  /// The `molt_answer_release` of the library whose memory it is.
  let release: Release

  init(_ release: Release) {
    unsafe self.release = release
    unsafe answer = .allocate(capacity: 1)
    unsafe error = .allocate(capacity: 1)
    unsafe answer.initialize(to: molt_answer())
    unsafe error.initialize(to: molt_error())
  }

  deinit {
    unsafe release(answer)
    unsafe answer.deallocate()
    unsafe error.deallocate()
  }

  /// The bytes of the last answer, until the next run.
  @unsafe var bytes: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: answer.pointee.bytes, count: answer.pointee.byte_count)
  }

  /// What the last error says, a new str.
  var sentence: PythonObject {
    unsafe withUnsafeBytes(of: error.pointee.message) { message in
      let bytes = unsafe message.bindMemory(to: UInt8.self).prefix { $0 != 0 }
      return unsafe text(UnsafeBufferPointer(rebasing: bytes), errors: "replace")
    }
  }

  /// The offset of the last error, a new int.
  var offset: PythonObject { unsafe PyLong_FromLongLong(error.pointee.offset) }

  /// Gives the memory of a large answer back to libmolt.
  func shrink() {
    if unsafe answer.pointee.byte_count > Self.keptByteCount { unsafe release(answer) }
  }
}
