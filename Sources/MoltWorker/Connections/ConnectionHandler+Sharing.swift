internal import MoltBytes
internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore

// Large answers in memory that the client reads directly. Through the socket an answer of 230 KB is
// copied twice, in portions for each of which the reader may have to be woken.
extension ConnectionHandler {
  /// Answers smaller than this go through the socket, which is as quick.
  static let sharedByteCount = 16 << 10

  /// Makes memory and sends it to the client.
  func share(_ id: UInt64) {
    guard memory == nil else {
      return refuse(id, MoltError(.invalidInput, "the connection has its shared memory already"))
    }
    // The descriptor goes to the socket directly and must not overtake what waits.
    guard output.pendingWrites == 0, descriptor >= 0 else {
      return refuse(id, MoltError(.busy, "replies wait to be read; ask again after reading them"))
    }
    let limit = limits.sharedByteCount
    guard let memory = SharedMemory(counting: worker.metrics.sharedBytes, limit: limit) else {
      return refuse(id, MoltError(.busy, "no memory is left to share; read from the socket"))
    }
    guard let request = end(id) else { return }
    var payload = ByteWriter(capacity: 32)
    ShareReply(byteCount: UInt64(SharedMemory.byteCount)).append(to: &payload)
    var frame = ByteWriter(capacity: 96)
    FrameEncoder.append(ReplyHeader(id: id, .done), payload: payload.span, to: &frame)
    // A socket that has no room for these few bytes although nothing waits is beyond help.
    guard memory.send(frame.span, to: descriptor) else { return channel.close(promise: nil) }
    self.memory = memory
    log(request.record, .ok)
  }

  /// Remembers that a run's answer may stand in the memory.
  ///
  /// That is only so while nothing else is owed: an answer there must not cover another.
  func noteSharing(_ id: UInt64, _ request: RunRequest) {
    let isAlone = live.count == 1
    live[id]?.isShared = request.isShared && memory != nil && isAlone
  }

  /// Writes a whole answer into the memory, if it may stand there, and a short reply; ``flush()``
  /// sends that.
  ///
  /// - Returns: False, with nothing written, when the answer has to go through the socket.
  func answer(_ request: Live, _ payload: Span<UInt8>, _ header: ReplyHeader) -> Bool {
    guard request.isShared, payload.count >= Self.sharedByteCount, let memory,
      memory.take(payload)
    else { return false }
    var header = header
    header.shared = UInt64(payload.count)
    write(header, Span())
    return true
  }
}
