internal import CMoltPlatform
internal import Glibc
internal import MoltBytes
internal import MoltMessagePack
internal import MoltWorkerWire

/// A worker's memory, mapped to be read: large answers stand there.
///
/// It belongs to one connection. What stands there is valid until the next run on that connection
/// asks for an answer there. The worker can neither take it away nor shorten it, only write.
@safe package final class BorrowedMemory {
  /// More than this is not mapped, whatever a worker says.
  static let byteCountLimit = 64 << 20

  /// How many bytes there are.
  package let byteCount: Int
  /// The first of them.
  @unsafe package let start: UnsafePointer<UInt8>

  /// Maps the memory behind a descriptor, which stays the caller's.
  ///
  /// - Returns: Nil when it is not memory of that size, a multiple of 64, which nobody can shorten.
  package init?(descriptor: CInt, byteCount: UInt64) {
    let tail = UInt64(MOLT_SHARED_MEMORY_TAIL)
    guard byteCount > tail, byteCount % tail == 0, byteCount <= UInt64(Self.byteCountLimit) else {
      return nil
    }
    self.byteCount = Int(byteCount)
    guard let memory = unsafe molt_shared_memory_open(descriptor, self.byteCount) else {
      return nil
    }
    unsafe start = memory.assumingMemoryBound(to: UInt8.self)
  }

  deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: start), byteCount) }

  /// The core that the worker's thread was on when it wrote here last; negative where it is unknown.
  package var writerCore: CInt { unsafe molt_shared_memory_core(start, byteCount) }

  /// The first `count` bytes, which the worker may change while they are looked at.
  ///
  /// - Precondition: There are so many.
  package func copy(_ count: Int) -> [UInt8] {
    precondition(count >= 0 && count <= byteCount, "the shared memory is smaller")
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }
}

extension WorkerExchange {
  /// Asks the worker for memory to read large answers from.
  ///
  /// - Returns: The memory, mapped.
  /// - Throws: ``Failure``. ``Failure/refused(_:)`` when the worker has none to share or knows no
  ///   such request; ``Failure/mismatch`` when what came is nothing that a worker shares.
  package mutating func share() throws(Failure) -> BorrowedMemory {
    var output = ByteWriter(capacity: 1024)
    try send(.share, Span(), through: &output)
    var passed: CInt = -1
    defer { if passed >= 0 { close(passed) } }
    let socket = descriptor
    let offset = try receiveUninterrupted(into: &output) { byteCount, output in
      let (count, one) = Self.receiveWithDescriptor(byteCount, from: socket, into: &output)
      if one >= 0 && passed >= 0 { close(passed) }
      if one >= 0 { passed = one }
      return count
    }
    var reader = MessagePackReader(output.span.extracting(offset...))
    guard let reply = try? ShareReply(reading: &reader), reader.isAtEnd,
      let memory = BorrowedMemory(descriptor: passed, byteCount: reply.byteCount)
    else { throw .mismatch }
    return memory
  }

  private static func receiveWithDescriptor(
    _ byteCount: Int,
    from socket: CInt,
    into output: inout ByteWriter
  ) -> (count: Int, descriptor: CInt) {
    var result = (count: 0, descriptor: CInt(-1))
    // Safety: at most `byteCount` bytes are written, which are reserved.
    unsafe output.append(reserving: byteCount) { target in
      result.count = unsafe molt_receive_with_descriptor(
        socket,
        target,
        byteCount,
        &result.descriptor
      )
      return max(0, result.count)
    }
    return result
  }

  /// Waits for a reply that comes at once, so that a signal may wait for it, too.
  private mutating func receiveUninterrupted(
    into output: inout ByteWriter,
    by receiver: Receiver
  ) throws(Failure) -> Int {
    while true {
      do { return try receive(into: &output, by: receiver).offset } catch {
        guard error == .interrupted else { throw error }
      }
    }
  }
}
