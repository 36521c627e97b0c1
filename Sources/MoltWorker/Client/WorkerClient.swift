internal import Glibc
internal import MoltBytes
package import MoltErrors
internal import MoltMessagePack
package import MoltWorkerWire

/// A client of the worker that waits for each answer: enough for `molt health`, and for tests.
package struct WorkerClient: ~Copyable {
  /// One frame from the worker.
  package struct Reply: Sendable {
    /// Its header.
    package var header: ReplyHeader
    /// What stands behind the header.
    package var payload: [UInt8]

    /// The error that the payload holds; nil for other replies.
    package var error: MoltError? {
      guard header.status == .error else { return nil }
      var reader = MessagePackReader(payload.span)
      return (try? MoltError(reading: &reader)) ?? MoltError(.internal, "unreadable error reply")
    }
  }

  private let descriptor: CInt
  private var decoder: FrameDecoder

  /// Connects to a worker.
  ///
  /// - Parameters:
  ///   - path: The worker's socket.
  ///   - timeout: How long to wait for each piece of an answer.
  /// - Throws: `MoltError` `unavailable` when no worker listens there, `forbidden` when the file's
  ///   rights refuse.
  package init(path: String, timeout: Duration = .seconds(10)) throws(MoltError) {
    descriptor = try UnixSocket.connect(path)
    var limits = FrameLimits()
    limits.frameByteCount = Int(UInt32.max)
    decoder = FrameDecoder(limits: limits)
    let (seconds, attoseconds) = timeout.components
    var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      unsafe setsockopt(
        descriptor,
        SOL_SOCKET,
        option,
        &time,
        socklen_t(MemoryLayout<timeval>.size)
      )
    }
  }

  deinit { close(descriptor) }

  /// Sends a request.
  ///
  /// - Throws: `MoltError` `unavailable` when the worker went away.
  package func send(_ header: RequestHeader, _ request: Request) throws(MoltError) {
    var payload = ByteWriter(capacity: 256)
    switch request {
    case .hello(let request): request.append(to: &payload)
    case .prepare(let request): request.append(to: &payload)
    case .run(let request): request.append(to: &payload)
    case .release(let request): request.append(to: &payload)
    case .share, .cancel, .health, .metrics: break
    }
    var frame = ByteWriter(capacity: payload.count + 128)
    FrameEncoder.append(header, payload: payload.span, to: &frame)
    try send(frame.span)
  }

  /// Sends bytes as they are.
  ///
  /// - Throws: `MoltError` `unavailable` when the worker went away.
  package func send(_ bytes: Span<UInt8>) throws(MoltError) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.extracting(sent...).withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw SocketFile.cannot("send to the worker") }
      sent += count
    }
  }

  /// Waits for the next frame of any request.
  ///
  /// - Returns: Nil when the worker closed the connection.
  /// - Throws: `MoltError` `timeout`, or `internal` when the worker sends something else.
  package mutating func receive() throws(MoltError) -> Reply? {
    while true {
      if let frame = try nextFrame() {
        var reader = MessagePackReader(frame.span)
        do {
          let header = try ReplyHeader(reading: &reader)
          return Reply(header: header, payload: Array(frame[reader.offset...]))
        } catch {
          throw MoltError(.internal, "the worker sent no reply: \(error.error.message)")
        }
      }
      guard try receiveBytes() else { return nil }
    }
  }

  /// Sends a request and joins its answer; replies to other requests are dropped.
  ///
  /// - Throws: `MoltError`: the worker's own, or as ``receive()`` and ``send(_:_:)``.
  package mutating func call(
    _ header: RequestHeader,
    _ request: Request
  ) throws(MoltError) -> [UInt8] {
    try send(header, request)
    var answer: [UInt8] = []
    while let reply = try receive() {
      guard reply.header.id == header.id || reply.header.id == 0 else { continue }
      if let error = reply.error { throw error }
      answer += reply.payload
      if reply.header.status == .done { return answer }
    }
    throw MoltError(.unavailable, "the worker closed the connection; see its log")
  }

  private mutating func nextFrame() throws(MoltError) -> [UInt8]? {
    do { return try decoder.next() } catch { throw error.error }
  }

  /// Waits for bytes; false at the end of the stream.
  private mutating func receiveBytes() throws(MoltError) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN {
        throw MoltError(.timeout, "the worker did not answer in time")
      }
      guard count > 0 else { return false }
      decoder.append(buffer.span.extracting(..<count))
      return true
    }
  }
}
