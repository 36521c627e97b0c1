#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The bytes that a connection received and did not use yet.
///
/// A shell reads from its socket straight into the spare room; the machine looks at the unread
/// bytes and says how many of them are done with. Bytes move only when room is needed behind them.
///
///     |..used..|....unread....|....spare room....|
///
/// Memory grows with what arrived, never with what a message announces, and goes back after a
/// giant.
@safe public struct PostgresInput: ~Copyable {
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  @usableFromInline var start = 0
  @usableFromInline var end = 0

  /// Memory above this is given back when nothing is unread.
  private let keptByteCount: Int

  /// How many bytes of the stream were used before the unread ones.
  public private(set) var streamOffset = 0

  /// Creates an empty input.
  ///
  /// - Parameters:
  ///   - capacity: How many bytes fit before the first growth; at least 64 are kept.
  ///   - keeping: The most memory that is kept when nothing is unread.
  public init(capacity: Int = 32 * 1024, keeping: Int = 1024 * 1024) {
    let size = max(capacity, 64)
    guard let memory = unsafe malloc(size) else { fatalError("out of memory: \(size) bytes") }
    unsafe self.base = memory
    self.capacity = size
    self.keptByteCount = max(keeping, size)
  }

  deinit { unsafe free(base) }

  /// The bytes that were received and not used.
  @inlinable public var unread: Span<UInt8> {
    @_lifetime(borrow self) get {
      // Safety: the bytes up to `end` were written, and live as long as `self` is borrowed.
      let bytes = unsafe UnsafeRawBufferPointer(start: base + start, count: end - start)
      let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// How many bytes are unread.
  ///
  /// - Complexity: O(1)
  @inlinable public var count: Int { end - start }

  /// How much memory is held.
  ///
  /// - Complexity: O(1)
  public var heldByteCount: Int { capacity }

  /// Lends the spare room to `body`, which writes received bytes there.
  ///
  /// - Parameters:
  ///   - byteCount: How much room there must be at least; there may be more.
  ///   - body: Gets the room; returns how many bytes, from the room's start, it has written.
  /// - Returns: What `body` returned.
  /// - Throws: What `body` throws; the input is then as before.
  /// - Complexity: O(1) amortised, apart from `body`: bytes move only after as many were used.
  @unsafe public mutating func receive<Failure: Error>(
    reserving byteCount: Int = 16 * 1024,
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    reserve(byteCount)
    let room = unsafe UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
    let received = try unsafe body(room)
    precondition(received >= 0 && received <= room.count, "body wrote past its room")
    end += received
    return received
  }

  /// Takes a copy of received bytes.
  ///
  /// - Complexity: O(`bytes.count`) amortised
  public mutating func append(_ bytes: Span<UInt8>) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBytes { source in
      guard let first = source.baseAddress else { return }
      // Safety: `reserve` made room for as many bytes, and `bytes` cannot be lent by `self`.
      unsafe (base + end).copyMemory(from: first, byteCount: source.count)
    }
    end += bytes.count
  }

  /// Takes note that the first unread bytes are used.
  ///
  /// - Precondition: `byteCount` lies between 0 and ``count``.
  /// - Complexity: O(1)
  public mutating func discard(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= count, "more is discarded than is unread")
    start += byteCount
    streamOffset += byteCount
    guard start == end else { return }
    start = 0
    end = 0
    if capacity > keptByteCount { resize(to: keptByteCount) }
  }

  private mutating func reserve(_ byteCount: Int) {
    guard capacity - end < byteCount else { return }
    // Moving costs as much as the unread bytes; more than that has been used since the last move.
    if start >= count, capacity - count >= byteCount {
      unsafe base.copyMemory(from: base + start, byteCount: count)
    } else {
      let size = max(capacity * 2, count + byteCount)
      guard let memory = unsafe malloc(size) else { fatalError("out of memory: \(size) bytes") }
      unsafe memory.copyMemory(from: base + start, byteCount: count)
      unsafe free(base)
      unsafe base = memory
      capacity = size
    }
    end = count
    start = 0
  }

  private mutating func resize(to size: Int) {
    guard let memory = unsafe realloc(base, size) else { return }
    unsafe base = memory
    capacity = size
  }
}
