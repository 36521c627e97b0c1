#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Collects output bytes in one growing run of memory.
///
/// The writer owns its memory until ``takeStorage()`` hands it to someone else. Growth doubles, so
/// that a writer reused for similar answers stops allocating after the first.
///
///     var writer = ByteWriter(capacity: 16)
///     writer.append(0x5B)
///     writer.append("abc")
///     writer.count  // 4
@safe public struct ByteWriter: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var written: Int

  /// Creates an empty writer.
  ///
  /// - Parameter capacity: How many bytes fit before the first growth; at least 1 is kept.
  public init(capacity: Int = 4096) {
    let size = max(capacity, 1)
    guard let memory = unsafe malloc(size) else { fatalError("out of memory: \(size) bytes") }
    unsafe self.base = memory.bindMemory(to: UInt8.self, capacity: size)
    self.capacity = size
    self.written = 0
  }

  /// Creates an empty writer over memory that an earlier ``takeStorage()`` gave away.
  ///
  /// - Parameter storage: Memory from `malloc`, at least 1 byte; the writer owns it from here on.
  @unsafe public init(adopting storage: UnsafeMutableRawBufferPointer) {
    guard let memory = storage.baseAddress else { preconditionFailure("storage is empty") }
    unsafe self.base = memory.bindMemory(to: UInt8.self, capacity: storage.count)
    self.capacity = storage.count
    self.written = 0
  }

  deinit { unsafe free(base) }

  /// How many bytes have been written.
  ///
  /// - Complexity: O(1)
  @inlinable public var count: Int { written }

  /// The bytes written so far.
  @inlinable public var span: Span<UInt8> {
    @_lifetime(borrow self) get {
      // Safety: the first `written` bytes are initialised and live as long as `self` is borrowed.
      let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: written)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Where the bytes stand, until the next call that appends or reserves.
  @unsafe public var start: UnsafePointer<UInt8> { unsafe UnsafePointer(base) }

  /// Removes all bytes and keeps the memory.
  @inlinable public mutating func removeAll() { written = 0 }

  /// Removes the bytes after the first `count`.
  ///
  /// - Precondition: `count` lies between 0 and the number of bytes written.
  @inlinable public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= written, "count is outside the written bytes")
    written = count
  }

  /// Removes the last `count` bytes.
  ///
  /// - Precondition: `count` lies between 0 and the number of bytes written.
  @inlinable @inline(__always)
  public mutating func removeLast(_ count: Int) { truncate(to: written &- count) }

  /// The last byte.
  ///
  /// - Precondition: There is one.
  @inlinable public var last: UInt8 {
    precondition(written > 0, "nothing is written")
    return unsafe base[written &- 1]
  }

  /// Makes room for at least `byteCount` more bytes.
  ///
  /// - Complexity: O(1) when there is room, otherwise O(`count`).
  @inlinable @inline(__always)
  public mutating func reserve(_ byteCount: Int) {
    if _slowPath(capacity &- written < byteCount) { grow(byteCount) }
  }

  @usableFromInline @inline(never)
  mutating func grow(_ byteCount: Int) {
    let size = max(capacity * 2, written + byteCount)
    guard let memory = unsafe realloc(base, size) else {
      fatalError("out of memory: \(size) bytes")
    }
    unsafe base = memory.bindMemory(to: UInt8.self, capacity: size)
    capacity = size
  }

  /// Appends one byte.
  @inlinable @inline(__always)
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe base[written] = byte
    written &+= 1
  }

  /// Replaces bytes that are already written with an integer, most significant byte first.
  ///
  /// - Parameters:
  ///   - value: The integer; its type fixes how many bytes are replaced.
  ///   - offset: The first byte to replace.
  /// - Precondition: All replaced bytes are already written.
  /// - Complexity: O(1)
  @inlinable
  public mutating func overwrite(
    _ value: some FixedWidthInteger & UnsignedInteger,
    at offset: Int
  ) {
    let size = value.bitWidth / 8
    precondition(offset >= 0 && offset + size <= written, "offset is outside the written bytes")
    for index in 0..<size {
      unsafe base[offset + index] = UInt8(
        truncatingIfNeeded: value >> (8 * (size - 1 - index))
      )
    }
  }

  /// Removes bytes from the middle and closes the gap.
  ///
  /// - Parameters:
  ///   - byteCount: How many bytes go.
  ///   - offset: The first of them.
  /// - Precondition: All of them are already written.
  /// - Complexity: O(bytes behind the gap)
  public mutating func remove(_ byteCount: Int, at offset: Int) {
    precondition(
      byteCount >= 0 && offset >= 0 && offset + byteCount <= written,
      "the bytes to remove are outside the written ones"
    )
    let rest = written - offset - byteCount
    unsafe memmove(base + offset, base + offset + byteCount, rest)
    written -= byteCount
  }

  /// Appends all of `bytes`.
  @inlinable public mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe append(copying: $0) }
  }

  /// Appends the UTF-8 bytes of a literal.
  @inlinable public mutating func append(_ text: StaticString) {
    unsafe append(
      copying: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    )
  }

  /// Appends the UTF-8 bytes of a string.
  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append(copying: UnsafeRawBufferPointer($0)) }
  }

  /// Appends the bytes behind a pointer.
  @inlinable @unsafe
  public mutating func append(copying bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe UnsafeMutableRawPointer(base + written)
      .copyMemory(from: source, byteCount: bytes.count)
    written &+= bytes.count
  }

  /// Lends the memory after the written bytes to `body`, which writes there and says how far.
  ///
  /// The way in for loops that write many small pieces: one capacity check for all of them.
  ///
  /// - Parameters:
  ///   - byteCount: The most that `body` may write.
  ///   - body: Gets a pointer to `byteCount` writable bytes; returns how many of them count.
  @inlinable @inline(__always) @unsafe
  public mutating func append(
    reserving byteCount: Int,
    _ body: (UnsafeMutablePointer<UInt8>) -> Int
  ) {
    reserve(byteCount)
    let used = unsafe body(base + written)
    assert(used >= 0 && used <= byteCount, "body wrote past its reservation")
    written &+= used
  }

  /// The memory after the written bytes, for a loop that keeps its place by itself.
  ///
  /// Valid until the next call that appends or reserves; what counts is told to ``commit(_:)``.
  ///
  /// - Parameter byteCount: How many bytes there are at least.
  /// - Returns: Where they start, and how many there are.
  @inlinable @inline(__always) @unsafe
  package mutating func spare(
    _ byteCount: Int
  ) -> (start: UnsafeMutablePointer<UInt8>, count: Int) {
    reserve(byteCount)
    return unsafe (base + written, capacity &- written)
  }

  /// Counts bytes that were written behind the others, into memory from ``spare(_:)``.
  @inlinable @inline(__always) @unsafe
  package mutating func commit(_ byteCount: Int) { written &+= byteCount }

  /// Gives the memory away.
  ///
  /// - Returns: The memory, to be released with `free`, and how many of its bytes were written.
  @unsafe public consuming func takeStorage() -> (
    storage: UnsafeMutableRawBufferPointer, count: Int
  ) {
    let result = unsafe (UnsafeMutableRawBufferPointer(start: base, count: capacity), written)
    discard self
    return unsafe result
  }
}
