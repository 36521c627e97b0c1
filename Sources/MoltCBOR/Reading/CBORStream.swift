public import MoltBytes
public import MoltTape

/// What a stream of values keeps: the arrays and maps that are open, and a string from chunks.
///
/// Reading and writing are two steps, because they fail differently: ``next(_:at:)`` checks an item of
/// the input and tells what it is, ``send(_:of:to:)`` writes it.
@usableFromInline
struct CBORStream: ~Copyable {
  /// What stands at a place of the input.
  @usableFromInline
  struct Item {
    @usableFromInline
    enum Kind {
      case null, boolean, unsigned, signed, float, text, binary, simple, array, map, tag, end
      /// Bytes of `text` are meant instead of the input's.
      case builtText, builtBinary, builtNumber
      case bigInteger, bigNegative, timestamp
    }

    @usableFromInline var kind: Kind
    /// The value of a number, the bits of a float, a count, a tag.
    @usableFromInline var bits: UInt64
    /// Where the bytes of a string start and end.
    @usableFromInline var start: Int
    @usableFromInline var bodyEnd: Int
    /// Where the next item starts.
    @usableFromInline var end: Int

    @usableFromInline
    init(_ kind: Kind, _ bits: UInt64 = 0, body: Range<Int> = 0..<0, end: Int) {
      self.kind = kind
      self.bits = bits
      start = body.lowerBound
      bodyEnd = body.upperBound
      self.end = end
    }
  }

  /// What the next value is to the array or map around it.
  @usableFromInline
  enum Role {
    @usableFromInline static var element: Int { 0 }
    @usableFromInline static var key: Int { 1 }
    @usableFromInline static var value: Int { 2 }
    /// A key that is no text, which the sink has been told.
    @usableFromInline static var keyValue: Int { 3 }
  }

  let depthLimit: Int
  let writesTags: Bool
  @usableFromInline var open = OpenContainers()
  /// How many values the innermost array or map lacks; below 0 how many it has, if it tells no count.
  @usableFromInline var remaining = 1
  @usableFromInline var role = 0
  /// Whether a tag waits for its value, and how many do.
  @usableFromInline var tagCount = 0
  @usableFromInline var text = ByteWriter(capacity: 64)

  @usableFromInline
  init(depthLimit: Int, writesTags: Bool) {
    self.depthLimit = depthLimit
    self.writesTags = writesTags
  }

  @inlinable var isComplete: Bool { remaining == 0 && open.count == 0 }
}

// Writing.
extension CBORStream {
  @inlinable
  mutating func send<Sink: DocumentSink & ~Copyable>(
    _ item: Item,
    of bytes: Span<UInt8>,
    to sink: inout Sink
  ) throws(Sink.Failure) {
    if item.kind == .end { return try end(&sink) }
    if role == Role.key {
      if item.kind == .text || item.kind == .builtText {
        if item.kind == .text {
          try sink.append(key: bytes.extracting(item.start..<item.bodyEnd))
        } else {
          try sink.append(key: text.span)
        }
        role = Role.value
        remaining &-= 1
        return
      }
      try sink.beginKey()
      role = Role.keyValue
    }
    switch item.kind {
    case .array, .map: return try begin(item, &sink)
    case .tag: return try sink.append(tag: item.bits)
    default: try sendScalar(item, of: bytes, to: &sink)
    }
    finishItem()
    try endComplete(&sink)
  }

  @inlinable
  func sendScalar<Sink: DocumentSink & ~Copyable>(
    _ item: Item,
    of bytes: Span<UInt8>,
    to sink: inout Sink
  ) throws(Sink.Failure) {
    switch item.kind {
    case .null: try sink.appendNull()
    case .boolean: try sink.append(item.bits != 0)
    case .unsigned: try sink.append(item.bits)
    case .signed: try sink.append(Int64(bitPattern: item.bits))
    case .float: try sink.append(Double(bitPattern: item.bits))
    case .text: try sink.append(text: bytes.extracting(item.start..<item.bodyEnd))
    case .binary: try sink.append(binary: bytes.extracting(item.start..<item.bodyEnd))
    case .builtText: try sink.append(text: text.span)
    case .builtBinary: try sink.append(binary: text.span)
    case .builtNumber: try sink.append(number: text.span)
    case .bigInteger, .bigNegative:
      try sink.append(bigInteger: text.span, isNegative: item.kind == .bigNegative)
    case .timestamp: try sink.append(extensionType: Timestamp.extensionType, text.span)
    case .simple: try sink.append(simple: UInt8(truncatingIfNeeded: item.bits))
    case .array, .map, .tag, .end: break
    }
  }

  @inlinable @inline(__always)
  mutating func finishItem() {
    remaining &-= 1
    if role != 0 { role &-= 1 }
  }

  @inlinable
  mutating func begin<Sink: DocumentSink & ~Copyable>(
    _ item: Item,
    _ sink: inout Sink
  ) throws(Sink.Failure) {
    finishItem()
    open.push(.array, count: 0, index: role, remaining: remaining)
    let count = item.bits == .max ? nil : Int(truncatingIfNeeded: item.bits)
    if item.kind == .array {
      try sink.beginArray(count: count)
      (role, remaining) = (Role.element, count ?? 0)
    } else {
      try sink.beginMap(count: count)
      (role, remaining) = (Role.key, 2 &* (count ?? 0))
    }
    if count != nil { try endComplete(&sink) }
  }

  /// Ends the array or map of indefinite length, and those that are complete with it.
  @inlinable
  mutating func end<Sink: DocumentSink & ~Copyable>(
    _ sink: inout Sink
  ) throws(Sink.Failure) {
    try close(&sink)
    // Where it was itself the last value.
    try endComplete(&sink)
  }

  @inlinable
  mutating func endComplete<Sink: DocumentSink & ~Copyable>(
    _ sink: inout Sink
  ) throws(Sink.Failure) {
    // One of indefinite length is never at 0 behind a value.
    while remaining == 0, open.count > 0 { try close(&sink) }
  }

  @inlinable
  mutating func close<Sink: DocumentSink & ~Copyable>(
    _ sink: inout Sink
  ) throws(Sink.Failure) {
    if role == 0 { try sink.endArray() } else { try sink.endMap() }
    let frame = open.pop()
    (role, remaining) = (frame.index, frame.remaining)
  }
}
