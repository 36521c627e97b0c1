#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Growing memory that becomes ``ColumnMemory``.
///
/// After ``finish()`` it is empty again and asks, at its next use, for as much as it held.
@safe public struct ColumnBuffer: ~Copyable {
  /// What every buffer of Arrow should be aligned to and padded to.
  public static let alignment = 64

  @usableFromInline var base: UnsafeMutableRawPointer?
  @usableFromInline var capacity = 0
  /// How many bytes were written.
  public private(set) var count = 0
  /// The least that a first use asks for.
  private var hint: Int

  /// Creates an empty buffer, which has no memory yet.
  ///
  /// - Parameter hint: How many bytes to ask for at first.
  public init(hint: Int = 0) { self.hint = hint }

  deinit { unsafe free(base) }

  /// Makes room for at least `byteCount` more bytes.
  ///
  /// - Complexity: O(1) when there is room, otherwise O(`count`).
  public mutating func reserve(_ byteCount: Int) {
    if capacity - count < byteCount || capacity == 0 { grow(byteCount) }
  }

  private mutating func grow(_ byteCount: Int) {
    let needed = max(capacity * 2, count + byteCount, hint, 1)
    let size = (needed + Self.alignment - 1) & ~(Self.alignment - 1)
    guard let memory = unsafe aligned_alloc(Self.alignment, size) else {
      fatalError("out of memory: \(size) bytes")
    }
    if let base = unsafe base {
      unsafe memory.copyMemory(from: base, byteCount: count)
      unsafe free(base)
    }
    unsafe base = memory
    capacity = size
  }

  /// Appends values that `body` writes.
  ///
  /// - Parameters:
  ///   - type: What the values are; all that the buffer holds are of this type.
  ///   - most: The most that `body` appends.
  ///   - body: Appends values to the span it gets; what it appended before it throws is dropped.
  /// - Throws: What `body` throws.
  @inline(__always)
  public mutating func append<Value: BitwiseCopyable, Failure: Error>(
    _ type: Value.Type = Value.self,
    atMost most: Int,
    _ body: (inout OutputSpan<Value>) throws(Failure) -> Void
  ) throws(Failure) {
    let stride = MemoryLayout<Value>.stride
    reserve(most * stride)
    guard let base = unsafe base else { return }
    // Safety: `reserve` made room for `most` values, and values of one type keep them aligned.
    let start = unsafe (base + count).bindMemory(to: Value.self, capacity: most)
    let room = unsafe UnsafeMutableBufferPointer(start: start, count: most)
    var span = unsafe OutputSpan(buffer: room, initializedCount: 0)
    try body(&span)
    count += unsafe span.finalize(for: room) * stride
  }

  /// Appends one value.
  public mutating func append<Value: BitwiseCopyable>(_ value: Value) {
    append(Value.self, atMost: 1) { $0.append(value) }
  }

  /// Lends room for bytes, which `body` fills completely.
  @unsafe @inline(__always)
  mutating func append(byteCount: Int, slack: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    reserve(byteCount + slack)
    guard let base = unsafe base else { return }
    unsafe body(base + count)
    count += byteCount
  }

  /// Gives the memory away, padded with zeros, and is empty again.
  public mutating func finish() -> ColumnMemory {
    reserve(0)
    guard let memory = unsafe base else { fatalError("a reserved buffer has memory") }
    let padded = (count + Self.alignment - 1) & ~(Self.alignment - 1)
    unsafe memset(memory + count, 0, padded - count)
    let finished = unsafe ColumnMemory(taking: memory, byteCount: count)
    // A little more than last time, so that similar batches do not grow for their last rows.
    hint = count + count / 16
    unsafe base = nil
    capacity = 0
    count = 0
    return finished
  }
}
