#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Memory of a finished column: it begins at a multiple of 64, and zeros fill it up to one.
///
/// Source: "Buffer Alignment and Padding" of the Arrow columnar format.
@safe public final class ColumnMemory: @unchecked Sendable {
  // Safety: nobody writes to it any more; it is freed with the last reference.
  /// How many bytes count.
  public let byteCount: Int
  let base: UnsafeMutableRawPointer

  init(taking base: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe self.base = base
    self.byteCount = byteCount
  }

  deinit { unsafe free(base) }

  /// The bytes.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get {
      // Safety: the bytes were written before `self` was made, and live as long as it is borrowed.
      let bytes = unsafe UnsafeRawBufferPointer(start: base, count: byteCount)
      return unsafe _overrideLifetime(Span<UInt8>(_unsafeBytes: bytes), borrowing: self)
    }
  }

  /// The bytes as values, as many as there are whole ones.
  public func values<Value: BitwiseCopyable>(of type: Value.Type) -> [Value] {
    // Safety: the memory is aligned for every type, and callers choose types without holes.
    let bytes = unsafe UnsafeRawBufferPointer(start: base, count: byteCount)
    return (0..<(byteCount / MemoryLayout<Value>.stride)).map {
      unsafe bytes.load(fromByteOffset: $0 * MemoryLayout<Value>.stride, as: Value.self)
    }
  }
}
