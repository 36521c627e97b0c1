internal import Logging
internal import MoltBytes
internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore

/// Drives one connection's machine with what happens on its channel.
///
/// Everything here runs on the channel's event loop. The machine decides; this handler reads,
/// writes, and hands work to the database threads.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// A request that is not answered yet.
  struct Live {
    var record: RequestRecord
    var job: (any WorkerJob)?
    /// Whether the answer may stand in ``memory``.
    var isShared = false
  }

  /// A statement under its client's number.
  struct Statement {
    var statement: WorkerStatement
    var database: String
    /// How large its last answer was.
    var byteCount = 1024
    /// How long its last run took, in nanoseconds; the largest number before there was one.
    var runTime = UInt64.max

    /// How large the first piece of an answer probably becomes.
    func expectedByteCount(_ limits: WorkerLimits) -> Int {
      min(byteCount, limits.sliceByteCount) * 9 / 8 + 256
    }
  }

  let worker: WorkerState
  let loop: any EventLoop
  let channel: any Channel
  let budget: OutputBudget
  let limits: WorkerLimits
  var decoder: FrameDecoder
  var machine: WorkerConnectionMachine
  var live: [UInt64: Live] = [:]
  var statements: [UInt64: Statement] = [:]
  var deadlineTask: Scheduled<Void>?
  var deadline = UInt64.max
  var output = OutputState()
  var number = 0
  let quickLoop: QuickLoop
  /// Whether a quick run was answered since the last look out for requests.
  var hasRunQuickly = false
  /// The channel's socket.
  private(set) var descriptor: CInt = -1
  /// What the client reads large answers from, once it asked for it.
  var memory: SharedMemory?
  /// False from the moment the connection only waits to be closed.
  var isOpen = false

  init(_ worker: WorkerState, _ channel: any Channel) {
    self.worker = worker
    self.channel = channel
    loop = channel.eventLoop
    quickLoop = QuickLoop.of(loop)
    limits = worker.limits
    budget = OutputBudget(limits, sharing: worker.unread)
    decoder = FrameDecoder(limits: limits.frames)
    machine = WorkerConnectionMachine(limits: limits.connection)
  }

  func channelActive(context: ChannelHandlerContext) {
    number = worker.open(channel)
    isOpen = true
    if worker.isDraining { machine.drain() }
    lendDescriptor(context)
    if worker.metrics.connections.value > limits.connections {
      close(
        MoltError(.busy, "the worker has \(limits.connections) connections; try again later")
      )
    } else {
      checkPeer()
    }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isOpen else { return }
    let arrival = NIODeadline.now().uptimeNanoseconds
    let bytes = unwrapInboundIn(data)
    decoder.append(bytes.readableBytesUInt8Span)
    receiveFrames(arrival)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush()
    guard hasRunQuickly else { return }
    hasRunQuickly = false
    // Neither what other threads work on nor a slow reader must wait for this one.
    if worker.busyConnections.value == 0 { quickLoop.lookOut() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isOpen = false
    for id in machine.close() { live[id]?.job?.abandon() }
    worker.metrics.inFlight.add(-live.count)
    worker.metrics.statements.add(-statements.count)
    for request in live.values { log(request.record, .cancelled) }
    live = [:]
    statements = [:]
    memory = nil
    deadlineTask?.cancel()
    closeOutput()
    quickLoop.remove(descriptor)
    worker.close(channel)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .drain? = event as? ConnectionEvent { machine.drain() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    worker.logger.debug(
      "connection failed",
      metadata: ["connection": .stringConvertible(number), "error": .string("\(error)")]
    )
    context.close(promise: nil)
  }

  private func lendDescriptor(_ context: ChannelHandlerContext) {
    try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { [self] handle in
      descriptor = handle
      quickLoop.add(handle)
    }
  }

  /// Closes the connection unless its peer is an allowed user.
  private func checkPeer() {
    guard let peer = PeerCredentials.read(of: channel) else { return }
    peer.assumeIsolated().whenComplete { [self] result in
      let peer = try? result.get()
      if let peer, peer.isAllowed(worker.options.allowedUsers) { return }
      worker.logger.warning(
        "refused a connection of another user",
        metadata: ["user": .string(peer.map { "\($0.user)" } ?? "unknown")]
      )
      close(
        MoltError(.forbidden, "this user may not use the worker; run as the user of the worker")
      )
    }
  }

  /// Takes the frames that have arrived completely, as long as their replies are read.
  func receiveFrames(_ arrival: UInt64) {
    do throws(FrameError) {
      while isOpen, !output.isPaused, let frame = try decoder.next() { receive(frame, arrival) }
    } catch {
      worker.metrics.recordMalformed()
      close(error.error)
    }
  }

  private func receive(_ frame: [UInt8], _ arrival: UInt64) {
    do throws(RequestFailure) {
      let message = try RequestMessage(decoding: frame)
      begin(message.header, arrival)
      perform(machine.receive(message, arrival: arrival))
    } catch {
      worker.metrics.recordMalformed()
      // An id in use stays with the request that has it.
      let id = live[error.id] == nil ? error.id : 0
      reply(ReplyHeader(id: id, .error), error.reason.error)
    }
  }
}
