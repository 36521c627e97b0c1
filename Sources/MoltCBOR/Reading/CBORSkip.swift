/// Finds the end of a value.
///
/// `pending` counts the values that arrays, maps and tags of definite length still lack, however deep
/// they are; only those of indefinite length wait on a stack:
///
///     9f 82 01 02 ff     9f  wait
///                        82  pending 2
///                        01  pending 1
///                        02  pending 0: the first item is complete
///                        ff  the end
struct CBORSkip {
  /// How deep arrays and maps of indefinite length may be nested.
  static let depthLimit = 1 << 20

  /// An array or map of indefinite length.
  private struct Frame {
    /// What was pending around it.
    var pending: Int
    var items: Int
    var isMap: Bool
  }

  private var frames: [Frame] = []
  private var pending = 1
  private var items = 0
  private var isMap = false
  private var position: Int

  private init(from position: Int) { self.position = position }

  /// Where a value ends that a sink has written, and that therefore is well-formed.
  ///
  /// - Complexity: O(values inside), without recursion
  static func endOfWritten(_ bytes: Span<UInt8>, at start: Int) -> Int {
    (try? end(of: bytes, at: start)) ?? bytes.count
  }

  /// Where the value that starts at `start` ends, with all that it holds.
  ///
  /// Texts are not checked for UTF-8.
  ///
  /// - Throws: `endOfInput`, `reserved`, `unexpectedBreak`, `invalidChunk`, and `tooDeep` beyond a
  ///   million nested arrays and maps of indefinite length.
  /// - Complexity: O(values inside), without recursion
  static func end(of bytes: Span<UInt8>, at start: Int) throws(CBORError) -> Int {
    var skip = CBORSkip(from: start)
    var isTagged = false
    while true {
      let head = try CBORHead(bytes, at: skip.position)
      if head.isBreak {
        try skip.endIndefinite(isTagged: isTagged)
      } else {
        if skip.pending == 0 { skip.pending = 1 }
        isTagged = head.major == 6
        try skip.pass(head, bytes)
      }
      if skip.pending == 0 {
        if skip.frames.isEmpty { return skip.position }
        skip.items += 1
      }
    }
  }

  private mutating func pass(_ head: CBORHead, _ bytes: Span<UInt8>) throws(CBORError) {
    let start = position
    switch head.major {
    case 2, 3:
      if head.isIndefinite {
        position = try Self.endOfChunks(head, bytes, at: start + 1)
      } else {
        position += head.byteCount + (try head.checkedLength(at: start, in: bytes))
      }
      pending -= 1
    case 4, 5:
      position += head.byteCount
      if head.isIndefinite { return try beginIndefinite(head, at: start) }
      let length = try head.checkedLength(at: start, in: bytes)
      pending += length - 1
      guard bytes.count - position >= pending else {
        throw .endOfInput(offset: position, needed: pending)
      }
    case 6: position += head.byteCount
    default:
      position += head.byteCount
      pending -= 1
    }
  }

  private mutating func beginIndefinite(
    _ head: CBORHead,
    at offset: Int
  ) throws(CBORError) {
    guard frames.count < Self.depthLimit else { throw .tooDeep(offset: offset) }
    frames.append(Frame(pending: pending - 1, items: items, isMap: isMap))
    // Not complete, whatever was pending: the loop must not take it for an end.
    pending = 0
    items = -1
    isMap = head.major == 5
  }

  private mutating func endIndefinite(isTagged: Bool) throws(CBORError) {
    guard pending == 0, !isTagged, !isMap || items % 2 == 0, let frame = frames.popLast() else {
      throw .unexpectedBreak(offset: position)
    }
    position += 1
    pending = frame.pending
    items = frame.items
    isMap = frame.isMap
  }

  /// Where the chunks of a string end, with their break (section 3.2.3).
  static func endOfChunks(
    _ string: CBORHead,
    _ bytes: Span<UInt8>,
    at start: Int
  ) throws(CBORError) -> Int {
    var position = start
    while true {
      let head = try CBORHead(bytes, at: position)
      if head.isBreak { return position + 1 }
      guard head.major == string.major, !head.isIndefinite else {
        throw .invalidChunk(offset: position)
      }
      position += head.byteCount + (try head.checkedLength(at: position, in: bytes))
    }
  }
}
