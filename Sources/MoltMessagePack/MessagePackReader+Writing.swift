public import MoltTape

extension MessagePackReader {
  /// Carries the next value over to another format as a stream: each part is written as it is read.
  ///
  ///     var reader = MessagePackReader(bytes)
  ///     var sink = CBORSink()
  ///     try reader.writeValue(to: &sink)
  ///     try sink.finish()
  ///
  /// What the other format lacks is for its sink to refuse or to replace.
  ///
  /// - Parameters:
  ///   - sink: The writer of a format.
  ///   - depthLimit: How deep arrays and maps may be nested.
  /// - Throws: `reading` with a ``MessagePackError``, any case but `mismatch` and `outOfRange`;
  ///   `writing` with what the sink throws. The reader has moved by then.
  /// - Complexity: O(bytes of the value), without recursion; memory only for what is open
  @_lifetime(self: copy self)
  @inlinable
  public mutating func writeValue<Sink: DocumentSink & ~Copyable>(
    to sink: inout Sink,
    depthLimit: Int = 1024
  ) throws(TranscodingError<MessagePackError, Sink.Failure>) {
    var stream = MessagePackStream(depthLimit: depthLimit)
    repeat {
      let header: MessagePackHeader
      do throws(MessagePackError) {
        header = try stream.next(bytes, at: offset)
      } catch {
        throw .reading(error)
      }
      do throws(Sink.Failure) {
        move(to: try stream.send(header, of: bytes, at: offset, to: &sink))
      } catch {
        throw .writing(error)
      }
    } while !stream.isComplete
  }
}

/// What a stream of values keeps: the arrays and maps that are open.
///
/// `remaining` and `role` are those of the innermost; the others wait on a stack.
@usableFromInline
struct MessagePackStream: ~Copyable {
  /// What the next value is to the array or map around it.
  @usableFromInline
  enum Role {
    @usableFromInline static var element: Int { 0 }
    @usableFromInline static var key: Int { 1 }
    @usableFromInline static var value: Int { 2 }
    /// A key that is no text, which the sink has been told.
    @usableFromInline static var keyValue: Int { 3 }
  }

  @usableFromInline let depthLimit: Int
  @usableFromInline var open = OpenContainers()
  @usableFromInline var remaining = 1
  @usableFromInline var role = 0

  @inlinable init(depthLimit: Int) { self.depthLimit = depthLimit }

  @inlinable var isComplete: Bool { remaining == 0 }

  /// Checks the next value, whose header it answers.
  @inlinable
  func next(
    _ bytes: Span<UInt8>,
    at offset: Int
  ) throws(MessagePackError) -> MessagePackHeader {
    let header = try MessagePackHeader(bytes, at: offset)
    switch header.kind {
    case .nil, .boolean, .integer, .float: break
    case .text, .binary, .extension:
      let size = header.byteCount + Int(header.argument)
      guard bytes.count - offset >= size else {
        throw .endOfInput(offset: offset, needed: size)
      }
      let start = offset + header.byteCount
      guard header.kind != .text || isUTF8(bytes, from: start, count: Int(header.argument))
      else { throw .invalidUTF8(offset: offset) }
    case .array, .map:
      let size = header.byteCount + Int(header.argument) * (header.kind == .map ? 2 : 1)
      guard bytes.count - offset >= size else {
        throw .endOfInput(offset: offset, needed: size)
      }
      guard open.count < depthLimit else { throw .tooDeep(offset: offset) }
    }
    return header
  }

  /// Writes a value, or the beginning of an array or map, and the ends behind it.
  ///
  /// - Returns: Where the next value starts.
  @inlinable
  mutating func send<Sink: DocumentSink & ~Copyable>(
    _ header: MessagePackHeader,
    of bytes: Span<UInt8>,
    at offset: Int,
    to sink: inout Sink
  ) throws(Sink.Failure) -> Int {
    let start = offset &+ header.byteCount
    var end = start
    if role == Role.key {
      if header.kind == .text {
        end = start &+ Int(truncatingIfNeeded: header.argument)
        try sink.append(key: bytes.extracting(start..<end))
        role = Role.value
        remaining &-= 1
        return end
      }
      try sink.beginKey()
      role = Role.keyValue
    }
    switch header.kind {
    case .nil: try sink.appendNull()
    case .boolean: try sink.append(header.argument != 0)
    case .integer:
      if header.isNegative {
        try sink.append(Int64(bitPattern: header.argument))
      } else {
        try sink.append(header.argument)
      }
    case .float: try sink.append(Double(bitPattern: header.argument))
    case .text:
      end = start &+ Int(truncatingIfNeeded: header.argument)
      try sink.append(text: bytes.extracting(start..<end))
    case .binary:
      end = start &+ Int(truncatingIfNeeded: header.argument)
      try sink.append(binary: bytes.extracting(start..<end))
    case .extension:
      end = start &+ Int(truncatingIfNeeded: header.argument)
      let type = Int8(bitPattern: bytes[start &- 1])
      try sink.append(extensionType: type, bytes.extracting(start..<end))
    case .array, .map: try begin(header, &sink)
    }
    if header.kind != .array && header.kind != .map { finishItem() }
    while remaining == 0, open.count > 0 {
      if role == 0 { try sink.endArray() } else { try sink.endMap() }
      let frame = open.pop()
      role = frame.index
      remaining = frame.remaining
    }
    return end
  }

  @inlinable @inline(__always)
  mutating func finishItem() {
    remaining &-= 1
    if role != 0 { role &-= 1 }
  }

  @inlinable
  mutating func begin<Sink: DocumentSink & ~Copyable>(
    _ header: MessagePackHeader,
    _ sink: inout Sink
  ) throws(Sink.Failure) {
    let count = Int(truncatingIfNeeded: header.argument)
    finishItem()
    open.push(.array, count: 0, index: role, remaining: remaining)
    if header.kind == .array {
      try sink.beginArray(count: count)
      role = Role.element
      remaining = count
    } else {
      try sink.beginMap(count: count)
      role = Role.key
      remaining = 2 &* count
    }
  }
}
