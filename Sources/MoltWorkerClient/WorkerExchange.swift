internal import CMoltPlatform
internal import Glibc
package import MoltBytes
package import MoltErrors
internal import MoltMessagePack
internal import MoltWaiting
internal import MoltWorkerWire

/// One run over a socket: sends the request and waits for its whole answer.
///
/// For connections with one request at a time, on which the statement is prepared and no other reply
/// is owed. Whoever connects, prepares and keeps the connection decides about everything else.
///
///     00 00 00 19                                    a frame of 25 bytes
///     83 a2 id 05 a6 status a4 done a4 rows 01       its header
///     5b 31 5d                                       its payload, `[1]`: the answer
///
/// With ``BorrowedMemory`` a large answer stands there instead, and the header says how long it is.
///
/// The bytes are received where the answer stays. In an answer of one frame nothing moves; of
/// several, each payload closes up to the one before.
package struct WorkerExchange {
  /// What is asked for, and how far it may go.
  package struct Request: Sendable {
    /// The connection's next request number.
    package var id: UInt64
    /// The number under which the statement was prepared.
    package var statement: UInt64
    /// How long the worker may take, in nanoseconds; 0 leaves it to the worker.
    package var timeout: UInt64
    /// The most bytes of payload; 0 means any number.
    package var byteLimit: UInt64
    /// The most rows; 0 means any number.
    package var rowLimit: UInt64
    /// How many bytes of shared memory the answer may stand in; 0 means none.
    package var sharedByteCount: Int
    /// The core that the worker's thread is probably on; negative where it is unknown.
    package var workerCore: CInt

    /// Creates a request without limits.
    package init(id: UInt64, statement: UInt64) {
      self.id = id
      self.statement = statement
      timeout = 0
      byteLimit = 0
      rowLimit = 0
      sharedByteCount = 0
      workerCore = -1
    }
  }

  /// Why there is no answer.
  package enum Failure: Error, Equatable, Sendable {
    /// A signal came before any byte of the answer: look at it, then call
    /// ``WorkerExchange/receive(into:)``.
    case interrupted
    /// The worker closed the connection; `errno` says how, 0 for an orderly close.
    case lost(errno: Int32)
    /// The worker let the deadline and the grace pass. The connection still owes the reply.
    case silent
    /// What came is no reply to this request. The connection is unusable.
    case mismatch
    /// The answer passes a limit of the request; the connection still owes the rest.
    case tooLarge(MoltError)
    /// The worker's own error; the connection is as good as before.
    case refused(MoltError)
  }

  /// How long beyond the deadline a worker has to say `timeout` before it is given up.
  static let grace: UInt64 = 250_000_000
  /// How long to look for the answer again and again before the thread sleeps.
  ///
  /// Waking a sleeping core takes 30 to 50 µs, more than a worker needs for 20 rows. Between two
  /// looks the core is offered to others, and the first who takes it ends the looking: on a busy
  /// machine there is always work to switch to, and a core that is never idle need not be woken.
  static let patience: UInt64 = 1_000_000

  let descriptor: Int32
  let request: Request
  private let end: UInt64
  private var answer: PartialAnswer

  /// Prepares an exchange on a connected socket.
  package init(descriptor: Int32, _ request: Request) {
    self.descriptor = descriptor
    self.request = request
    answer = PartialAnswer(request)
    let (limit, isEndless) = request.timeout.addingReportingOverflow(Self.grace)
    end = request.timeout == 0 || isEndless ? .max : molt_monotonic_nanoseconds() &+ limit
  }

  /// How many bytes of the shared memory are the answer; nil when it stands in the writer.
  package var sharedByteCount: Int? { answer.sharedByteCount }

  /// Sends the request and receives its answer.
  ///
  /// - Parameters:
  ///   - arguments: Encoded as `docs/formats/shape.md` says.
  ///   - output: An empty writer, which gets everything that is received.
  /// - Returns: Where in `output` the answer stands, and its number of rows.
  /// - Throws: ``Failure``.
  package mutating func run(
    _ arguments: Span<UInt8>,
    into output: inout ByteWriter
  ) throws(Failure) -> (offset: Int, rowCount: UInt64) {
    var payload = ByteWriter(capacity: arguments.count + 48)
    RunRequest.append(
      statement: request.statement,
      arguments: arguments,
      isShared: request.sharedByteCount > 0,
      to: &payload
    )
    try send(.run, payload.span, through: &output)
    return try receive(into: &output)
  }

  /// Sends a request's frame, which is written into an empty writer and removed again.
  func send(
    _ operation: Operation,
    _ payload: Span<UInt8>,
    through output: inout ByteWriter
  ) throws(Failure) {
    let timeout = request.timeout
    let header = RequestHeader(
      id: request.id,
      operation,
      deadlineMilliseconds: timeout == 0 ? 0 : max(1, (timeout &+ 500_000) / 1_000_000)
    )
    FrameEncoder.append(header, payload: payload, to: &output)
    defer { output.removeAll() }
    try send(output.span)
  }

  /// Goes on waiting after ``Failure/interrupted``.
  package mutating func receive(
    into output: inout ByteWriter
  ) throws(Failure) -> (offset: Int, rowCount: UInt64) {
    let descriptor = descriptor
    return try receive(into: &output) { Self.receive($0, from: descriptor, into: &$1) }
  }

  /// How bytes are received behind others: `recv` or something like it, which never waits.
  typealias Receiver = (_ byteCount: Int, _ output: inout ByteWriter) -> Int

  mutating func receive(
    into output: inout ByteWriter,
    by receiver: Receiver
  ) throws(Failure) -> (offset: Int, rowCount: UInt64) {
    while true {
      try receiveSome(into: &output, by: receiver)
      if let rowCount = try answer.digest(&output) { return (answer.offset, rowCount) }
    }
  }

  private func send(_ bytes: Span<UInt8>) throws(Failure) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.extracting(sent...).withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, isInterruptible: false)
      } else if errno != EINTR {
        throw .lost(errno: errno)
      }
    }
  }

  private func receiveSome(
    into output: inout ByteWriter,
    by receiver: Receiver
  ) throws(Failure) {
    let start = output.count
    var core = CoreOffer()
    // Whoever has the worker's core keeps it from answering.
    let isNeeded = request.workerCore >= 0 && request.workerCore == molt_current_core()
    var patienceEnd = isNeeded ? 0 : core.time &+ Self.patience
    while true {
      let wanted = answer.wantedByteCount
      let count = receiver(wanted, &output)
      if count > 0 { return }
      if count == 0 { throw .lost(errno: 0) }
      switch errno {
      case EINTR: break
      case EAGAIN:
        if core.time < patienceEnd {
          if !core.isDeclined() { patienceEnd = 0 }
        } else {
          try wait(for: POLLIN, isInterruptible: start == 0)
        }
      default: throw .lost(errno: errno)
      }
    }
  }

  private static func receive(
    _ byteCount: Int,
    from descriptor: CInt,
    into output: inout ByteWriter
  ) -> Int {
    var received = 0
    // Safety: recv writes at most `byteCount` bytes, which are reserved.
    unsafe output.append(reserving: byteCount) { target in
      unsafe received = recv(descriptor, target, byteCount, CInt(MSG_DONTWAIT))
      return max(0, received)
    }
    return received
  }

  private func wait(for event: CInt, isInterruptible: Bool) throws(Failure) {
    let now = molt_monotonic_nanoseconds()
    guard now < end else { throw .silent }
    let left = min((end - now + 999_999) / 1_000_000, 3_600_000)
    var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    let result = unsafe poll(&entry, 1, CInt(left))
    if result < 0 && errno == EINTR && isInterruptible { throw .interrupted }
  }
}
