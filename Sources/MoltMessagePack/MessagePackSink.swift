public import MoltBytes
public import MoltTape

/// Writes values as MessagePack, each in its smallest encoding.
///
///     var sink = MessagePackSink()
///     sink.beginMap(count: 1)
///     sink.append(key: "a".utf8.span)
///     sink.append(Int64(1))
///     sink.endMap()
///     try sink.finish()
///     sink.bytes     // 81 a1 61 01
///
/// Arrays and maps without a count are possible: their headers are put in by ``finish()``. Several
/// documents may be written one behind the other.
///
/// Source: https://github.com/msgpack/msgpack/blob/master/spec.md
public struct MessagePackSink: ~Copyable, DocumentSink {
  /// Why a value cannot be written.
  public typealias Failure = MessagePackWriteError

  /// Where to.
  @usableFromInline package var writer: ByteWriter
  @usableFromInline var late = LateHeaders()
  /// How to write.
  @usableFromInline let options: MessagePackOptions
  /// What was too long; methods that are called for every value throw nothing, which is faster.
  @usableFromInline var failure: MessagePackWriteError?

  /// Creates a sink.
  ///
  /// - Parameters:
  ///   - options: How to write.
  ///   - writer: Gets the documents behind what it holds already.
  public init(
    _ options: MessagePackOptions = MessagePackOptions(),
    appendingTo writer: consuming ByteWriter = ByteWriter()
  ) {
    self.writer = writer
    self.options = options
  }

  /// Puts the headers of arrays and maps without a count into what was written.
  ///
  /// To be called once, when the documents are complete and before they are looked at.
  ///
  /// - Throws: ``MessagePackWriteError/tooLong`` if a str, bin, array or map was.
  /// - Complexity: O(1) if all had counts, otherwise O(bytes written)
  public mutating func finish() throws(MessagePackWriteError) {
    if let failure { throw failure }
    late.finish(&writer) { isMap, count in
      if count < 16 { return ((isMap ? 0x80 : 0x90) | UInt8(truncatingIfNeeded: count), 0) }
      return count <= 0xFFFF ? (isMap ? 0xDE : 0xDC, 2) : (isMap ? 0xDF : 0xDD, 4)
    }
  }

  /// What was written; complete after ``finish()``.
  @inlinable public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { writer.span }
  }

  /// How many bytes were written; final after ``finish()``.
  @inlinable public var count: Int { writer.count }

  /// Forgets everything and keeps the memory.
  public mutating func removeAll() {
    writer.removeAll()
    late.removeAll()
    failure = nil
  }

  /// Gives the writer back, with the finished documents.
  ///
  /// - Throws: As ``finish()``.
  public consuming func takeWriter() throws(MessagePackWriteError) -> ByteWriter {
    try finish()
    return writer
  }

  // MARK: Scalars

  /// Appends a nil.
  @inlinable @inline(__always)
  public mutating func appendNull() {
    late.items &+= 1
    writer.appendMessagePackNil()
  }

  /// Appends a boolean.
  @inlinable @inline(__always)
  public mutating func append(_ value: Bool) {
    late.items &+= 1
    writer.appendMessagePack(value)
  }

  /// Appends an integer.
  @inlinable @inline(__always)
  public mutating func append(_ value: Int64) {
    late.items &+= 1
    writer.appendMessagePack(value)
  }

  /// Appends an integer.
  @inlinable @inline(__always)
  public mutating func append(_ value: UInt64) {
    late.items &+= 1
    writer.appendMessagePack(value)
  }

  /// Appends a float, of 64 bits unless the options shorten it.
  @inlinable @inline(__always)
  public mutating func append(_ value: Double) {
    late.items &+= 1
    if _slowPath(options.shortensFloats) { return writer.appendMessagePack(shortest: value) }
    writer.appendMessagePack(value)
  }

  /// Appends a number in JSON's grammar: an integer if it is one of 64 bits.
  ///
  /// - Throws: ``MessagePackWriteError/numberOutOfRange`` for any other, unless the options
  ///   approximate it.
  public mutating func append(number: Span<UInt8>) throws(MessagePackWriteError) {
    late.items += 1
    try writer.appendMessagePack(number: number, approximates: options.approximates)
  }

  /// Appends a str.
  @inlinable @inline(__always)
  public mutating func append(text: Span<UInt8>) {
    late.items &+= 1
    if _fastPath(text.count < 32) {
      writer.appendMessagePackTextHeader(text.count)
      writer.append(short: text)
    } else {
      appendLong(text: text)
    }
  }

  @inlinable @inline(never)
  mutating func appendLong(text: Span<UInt8>) {
    guard text.count <= Int(UInt32.max) else { return failure = .tooLong }
    writer.appendMessagePack(text: text)
  }

  /// Appends a bin.
  @inlinable
  public mutating func append(binary: Span<UInt8>) {
    guard binary.count <= Int(UInt32.max) else { return failure = .tooLong }
    late.items &+= 1
    writer.appendMessagePack(binary: binary)
  }

  /// Appends an extension.
  @inlinable
  public mutating func append(extensionType type: Int8, _ bytes: Span<UInt8>) {
    guard bytes.count <= Int(UInt32.max) else { return failure = .tooLong }
    late.items &+= 1
    writer.appendMessagePack(extensionType: type, bytes)
  }

  /// Whether tags are written: no, but moments become extensions.
  @inlinable public static var writesTags: Bool { false }

  /// Refuses or drops a tag.
  ///
  /// - Throws: ``MessagePackWriteError/tag(_:)`` unless the options approximate.
  @inlinable
  public mutating func append(tag: UInt64) throws(MessagePackWriteError) {
    guard options.approximates else { throw .tag(tag) }
  }

  /// Refuses a simple value or writes nil for it.
  ///
  /// - Throws: ``MessagePackWriteError/simple(_:)`` unless the options approximate.
  @inlinable
  public mutating func append(simple: UInt8) throws(MessagePackWriteError) {
    guard options.approximates else { throw .simple(simple) }
    appendNull()
  }

  // MARK: Arrays and maps

  /// Begins an array.
  ///
  /// - Precondition: If there is a count, so many elements follow.
  @inlinable @inline(__always)
  public mutating func beginArray(count: Int?) {
    guard let count else { return beginLate(isMap: false) }
    late.begin(items: count)
    if _slowPath(count > Int(UInt32.max)) { return failure = .tooLong }
    writer.appendMessagePackArrayHeader(count)
  }

  /// Begins a map.
  ///
  /// - Precondition: If there is a count, so many pairs follow.
  @inlinable @inline(__always)
  public mutating func beginMap(count: Int?) {
    guard let count else { return beginLate(isMap: true) }
    late.begin(items: 2 &* count)
    if _slowPath(count > Int(UInt32.max)) { return failure = .tooLong }
    writer.appendMessagePackMapHeader(count)
  }

  @inlinable @inline(never)
  mutating func beginLate(isMap: Bool) {
    late.beginLate(at: writer.count, isMap: isMap)
    writer.append(0xC1)
  }

  /// Ends the innermost array.
  @inlinable @inline(__always)
  public mutating func endArray() { if late.end() { endLate() } }

  /// Ends the innermost map.
  @inlinable @inline(__always)
  public mutating func endMap() { if late.end() { endLate() } }

  @inlinable @inline(never)
  mutating func endLate() {
    // A map of so many pairs has twice as many items.
    if late.items > Int(UInt32.max) { failure = .tooLong }
    late.endLate()
  }

  /// Appends a str as a key.
  @inlinable @inline(__always)
  public mutating func append(key: Span<UInt8>) { append(text: key) }

  /// Does nothing: any value may be a key.
  @inlinable @inline(__always)
  public mutating func beginKey() {}
}
