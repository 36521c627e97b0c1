internal import CMoltPlatform
internal import Glibc

/// Memory for answers that one client reads where the worker wrote them.
///
/// The client can neither write nor shorten it (see `molt_shared_memory.h`), and the worker never
/// reads it: whatever a client does, only its own answers can suffer.
@safe final class SharedMemory {
  /// The size in bytes: an answer of one piece, and more than most rows beyond it.
  static let byteCount = 512 << 10

  private var descriptor: CInt
  private let start: UnsafeMutableRawPointer
  private let total: Gauge

  /// Makes memory, if the system can and all connections together may have so much more.
  ///
  /// - Parameters:
  ///   - total: How many bytes all connections share; counts this memory as long as it lives.
  ///   - limit: The most it may be.
  init?(counting total: Gauge, limit: Int) {
    self.total = total
    var address: UnsafeMutableRawPointer?
    let isAllowed = total.add(Self.byteCount) <= limit
    descriptor = isAllowed ? unsafe molt_shared_memory_create(Self.byteCount, &address) : -1
    guard descriptor >= 0, let address = unsafe address else {
      total.add(-Self.byteCount)
      return nil
    }
    unsafe start = address
  }

  deinit {
    // Safety: the mapping has this size, and no pointer into it is handed out.
    unsafe munmap(start, Self.byteCount)
    closeDescriptor()
    total.add(-Self.byteCount)
  }

  /// Sends bytes that tell the client of the memory, with its descriptor, once.
  ///
  /// - Returns: Whether all of them left.
  func send(_ bytes: Span<UInt8>, to socket: CInt) -> Bool {
    // Safety: the bytes are only read during the call.
    let count = unsafe bytes.withUnsafeBytes { bytes in
      unsafe molt_send_with_descriptor(socket, bytes.baseAddress, bytes.count, descriptor)
    }
    closeDescriptor()
    return count == bytes.count
  }

  /// Takes an answer in place of the one before, and tells the client which core wrote it.
  ///
  /// - Returns: False, with nothing written, when it is too long.
  func take(_ answer: Span<UInt8>) -> Bool {
    guard answer.count <= Self.byteCount - Int(MOLT_SHARED_MEMORY_TAIL) else { return false }
    unsafe molt_shared_memory_set_core(start, Self.byteCount, molt_current_core())
    unsafe answer.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe molt_shared_memory_write(start, source, bytes.count)
    }
    return true
  }

  /// The mapping needs it no longer.
  private func closeDescriptor() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}
