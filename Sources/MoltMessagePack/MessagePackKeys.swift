internal import MoltBytes
internal import MoltTape

/// Looks through the maps of a value for keys that stand twice.
///
/// A pass of its own over bytes that were parsed before, so that only who asks for it pays. Keys are
/// equal when their smallest encodings are, so that 1 in one byte equals 1 in nine.
struct MessagePackKeys: ~Copyable {
  /// An array or map whose values are not complete.
  private struct Frame {
    var remaining: Int
    var isMap: Bool
  }

  private var open: [Frame] = []
  private var keys = RepeatedKeys()
  private var parser = MessagePackParser()

  init() { parser.limits.depth = .max }

  /// Checks a value.
  ///
  /// - Parameters:
  ///   - bytes: Holds a value that was parsed.
  ///   - start: Where it begins.
  /// - Throws: `duplicateKey` with the first repeated key of the map that ends first.
  mutating func check(_ bytes: Span<UInt8>, from start: Int) throws(MessagePackError) {
    var offset = start
    repeat {
      let header = try MessagePackHeader(bytes, at: offset)
      if let frame = open.last, frame.isMap, frame.remaining % 2 == 0 {
        try addKey(header, bytes, at: offset)
      }
      offset += header.byteCount
      switch header.kind {
      case .text, .binary, .extension: offset += Int(header.argument)
      case .array where header.argument > 0:
        open.append(Frame(remaining: Int(header.argument), isMap: false))
        continue
      case .map where header.argument > 0:
        open.append(Frame(remaining: 2 * Int(header.argument), isMap: true))
        keys.beginMap()
        continue
      default: break
      }
      try endItems()
    } while !open.isEmpty
  }

  private mutating func endItems() throws(MessagePackError) {
    while let frame = open.popLast() {
      if frame.remaining > 1 {
        return open.append(Frame(remaining: frame.remaining - 1, isMap: frame.isMap))
      }
      if frame.isMap, let offset = keys.endMap() { throw .duplicateKey(offset: offset) }
    }
  }

  private mutating func addKey(
    _ header: MessagePackHeader,
    _ bytes: Span<UInt8>,
    at offset: Int
  ) throws(MessagePackError) {
    if header.kind == .text {
      let start = offset + header.byteCount
      let text = bytes.extracting(start..<(start + Int(header.argument)))
      return keys.add(at: offset) { $0.appendMessagePack(text: text) }
    }
    let sink = try Self.canonical(bytes, at: offset, &parser)
    keys.add(at: offset) { $0.append(sink.bytes) }
  }

  private static func canonical(
    _ bytes: Span<UInt8>,
    at offset: Int,
    _ parser: inout MessagePackParser
  ) throws(MessagePackError) -> MessagePackSink {
    var end = offset
    let key = try parser.parse(bytes, at: &end)
    var sink = MessagePackSink(appendingTo: ByteWriter(capacity: 64))
    // What MessagePack holds, its sink can write.
    try? key.root.write(to: &sink)
    try? sink.finish()
    return sink
  }
}
