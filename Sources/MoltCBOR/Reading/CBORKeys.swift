internal import MoltBytes
internal import MoltTape

/// Looks through the maps of a value for keys that stand twice (RFC 8949, section 5.3.1).
///
/// A pass of its own over bytes that were parsed before, so that only who asks for it pays. Keys are
/// equal when their deterministic encodings are, so that 1 in one byte equals 1 in nine.
struct CBORKeys: ~Copyable {
  /// An array, map or tag whose values are not complete.
  private struct Frame {
    /// Negative for an indefinite length: how many values there were.
    var remaining: Int
    var isMap: Bool
    var isIndefinite: Bool
    /// Whether the value to come is a key.
    var isAtKey: Bool { isMap && remaining % 2 == 0 }
  }

  private var open: [Frame] = []
  private var keys = RepeatedKeys()
  private var parser = CBORParser()

  init() { parser.limits.depth = .max }

  /// Checks a value.
  ///
  /// - Parameters:
  ///   - bytes: Holds a value that was parsed.
  ///   - start: Where it begins.
  /// - Throws: `duplicateKey` with the first repeated key of the map that ends first.
  mutating func check(_ bytes: Span<UInt8>, from start: Int) throws(CBORError) {
    var offset = start
    repeat {
      let head = try CBORHead(bytes, at: offset)
      if head.isBreak {
        offset += 1
        try end()
      } else {
        if let frame = open.last, frame.isAtKey { try addKey(head, bytes, at: offset) }
        if try begin(head, bytes, &offset) { continue }
      }
      try endItems()
    } while !open.isEmpty
  }

  /// Moves behind a value, or into one that holds others.
  ///
  /// - Returns: Whether it holds others.
  private mutating func begin(
    _ head: CBORHead,
    _ bytes: Span<UInt8>,
    _ offset: inout Int
  ) throws(CBORError) -> Bool {
    let start = offset
    offset += head.byteCount
    switch head.major {
    case 2, 3:
      if head.isIndefinite {
        offset = try CBORSkip.endOfChunks(head, bytes, at: offset)
      } else {
        offset += Int(head.argument)
      }
    case 4, 5:
      let isMap = head.major == 5
      let count = head.isIndefinite ? 0 : try head.checkedLength(at: start, in: bytes)
      if count == 0 && !head.isIndefinite { return false }
      if isMap { keys.beginMap() }
      open.append(Frame(remaining: count, isMap: isMap, isIndefinite: head.isIndefinite))
      return true
    case 6:
      open.append(Frame(remaining: 1, isMap: false, isIndefinite: false))
      return true
    default: break
    }
    return false
  }

  private mutating func end() throws(CBORError) {
    guard let frame = open.popLast(), frame.isMap else { return }
    if let offset = keys.endMap() { throw .duplicateKey(offset: offset) }
  }

  private mutating func endItems() throws(CBORError) {
    while let last = open.indices.last {
      open[last].remaining -= 1
      if open[last].isIndefinite || open[last].remaining > 0 { return }
      try end()
    }
  }

  private mutating func addKey(
    _ head: CBORHead,
    _ bytes: Span<UInt8>,
    at offset: Int
  ) throws(CBORError) {
    if head.major == 3, !head.isIndefinite {
      let start = offset + head.byteCount
      let text = bytes.extracting(start..<(start + Int(head.argument)))
      return keys.add(at: offset) { $0.appendCBOR(text: text) }
    }
    let sink = try Self.canonical(bytes, at: offset, &parser)
    keys.add(at: offset) { $0.append(sink.bytes) }
  }

  private static func canonical(
    _ bytes: Span<UInt8>,
    at offset: Int,
    _ parser: inout CBORParser
  ) throws(CBORError) -> CBORSink {
    var end = offset
    let key = try parser.parse(bytes, at: &end)
    var sink = CBORSink(.deterministic(), appendingTo: ByteWriter(capacity: 64))
    // What is repeated inside the key is found when the walk gets there.
    try? key.root.write(to: &sink)
    try? sink.finish()
    return sink
  }
}
