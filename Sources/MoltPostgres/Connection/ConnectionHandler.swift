internal import MoltBytes
internal import MoltPostgresWire
internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import Synchronization

/// Drives the protocol's machine with a channel: sends what it wrote, feeds it what was received, and
/// passes its events on to the request that they belong to.
///
/// Everything here runs on the channel's event loop.
// Safety: used on the event loop of its channel only.
final class ConnectionHandler: ChannelDuplexHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let settings: ConnectionSettings
  let executor: EventLoopExecutor
  var wire: ConnectionWire
  private var outgoing = ByteBuffer()
  /// How many writes the channel has not completed.
  private var queuedWriteCount = 0
  var context: ChannelHandlerContext?

  /// What was sent, in the order in which it is answered.
  var sent = RequestQueue()
  /// What is sent later.
  var held = RequestQueue()
  /// The request behind which nothing may be sent.
  var exclusive: ConnectionRequest?
  /// How many cancel requests are on their way to the server.
  var cancelsInFlight = 0
  /// How many of the first requests were sent before a cancel request, which may hit them.
  var behindCancel = 0

  /// Whether a consumer has enough, so that nothing is read.
  var isPaused = false
  private var isReadPending = false
  private var isResting = false
  var isWaitingForHandshake: Bool
  /// Whether the connection has ended, set before anybody hears of that; for any thread to see.
  var isOver: Bool { hasEnded.load(ordering: .acquiring) }
  private let hasEnded = Atomic<Bool>(false)
  /// Whether ``flush(_:)`` comes at the end of the event loop's tick.
  var isFlushDue = false
  /// What keeps the loop awake while tasks on it wait for answers.
  private var watch: EventLoopWatch?
  private var descriptor: CInt?
  private(set) var isWatched = false
  /// How many calls that must not meet another order are on the stack.
  var depth = 0
  var isBusy: Bool { depth > 0 }
  /// Why the socket failed, where that says more than its end.
  var failure: PostgresError?
  var lastColumns = ConnectionRequest.noColumns
  var listeners = NotificationListeners()

  private let asksReadOnly: Bool
  private var connected: EventLoopPromise<Void>?

  init(
    _ settings: ConnectionSettings,
    on eventLoop: any EventLoop,
    asksReadOnly: Bool,
    connected: EventLoopPromise<Void>
  ) {
    self.settings = settings
    self.asksReadOnly = asksReadOnly
    executor = EventLoopExecutor(eventLoop)
    self.connected = connected
    wire = ConnectionWire(settings.machineOptions(asksReadOnly: asksReadOnly))
    isWaitingForHandshake = settings.tls?.isDirect == true
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    watch = EventLoopWatch.of(context.eventLoop)
    descriptor = try? context.pipeline.syncOperations
      .withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
    if !isWaitingForHandshake { process() }
    flush()
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    wire.input.append(buffer.readableBytesUInt8Span)
    executor.willRunAll()
    process()
    runTasks()
  }

  /// Runs the tasks on the event loop that have their answers, and sends what they ask next.
  private func runTasks() {
    let wasFlushDue = isFlushDue
    isFlushDue = true
    executor.runAll()
    isFlushDue = wasFlushDue
    flush()
  }

  func channelReadComplete(context: ChannelHandlerContext) { flush() }

  func channelInactive(context: ChannelHandlerContext) {
    stopWatching()
    descriptor = nil
    process()
    wire.machine.connectionLost()
    process()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if failure == nil { failure = meaning(of: error) }
    context.close(promise: nil)
  }

  private func meaning(of error: any Error) -> PostgresError {
    let isTLS = error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError
    if isTLS, settings.tls?.isDirect == true, isWaitingForHandshake, !(error is NIOSSLExtraError) {
      return .tls("no handshake; encryption without asking needs PostgreSQL 17: \(error)")
    }
    return isTLS ? .tls(String(describing: error)) : .unreachable(String(describing: error))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { encryptionEstablished() }
    context.fireUserInboundEventTriggered(event)
  }

  func read(context: ChannelHandlerContext) {
    isReadPending = true
    if sent.count >= Self.manyInFlight { rest(context) }
    readUnlessPaused()
  }

  /// Reads again after a consumer had enough.
  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    readUnlessPaused()
  }

  /// Lets some answers gather before the next look at the socket.
  ///
  /// The server has work for much longer than that, and does it faster where it wakes the loop less
  /// often, and where the loop asks for less of the processor.
  private func rest(_ context: ChannelHandlerContext) {
    guard !isResting else { return }
    isResting = true
    context.eventLoop.scheduleTask(in: .microseconds(20)) {
      self.isResting = false
      self.readUnlessPaused()
    }
  }

  private func readUnlessPaused() {
    guard isReadPending, !isPaused, !isResting else { return }
    isReadPending = false
    context?.read()
  }

  /// Sends what the machine has written.
  ///
  /// Where nothing is encrypted and nothing waits to be sent, the socket gets it directly: the way
  /// through the channel costs as much as the rest of a select. What the socket does not take goes that
  /// way, and so does what comes until it is gone.
  func flush(_ written: EventLoopPromise<Void>? = nil) {
    guard wire.output.count > 0, let context else { return }
    var written = written
    if settings.tls == nil {
      // A channel that is not active has closed its socket, whose number may be another's by now.
      if queuedWriteCount == 0, let descriptor, context.channel.isActive {
        wire.output.send(over: descriptor)
        guard wire.output.count > 0 else { return written?.succeed() ?? () }
      }
      written = queuedWrite(written, on: context.eventLoop)
    }
    // The memory of the last write, unless the socket has not taken it yet.
    outgoing.clear()
    outgoing.write(copying: wire.output)
    wire.output.removeAll()
    context.writeAndFlush(wrapOutboundOut(outgoing), promise: written)
  }

  /// Counts a write until the channel has completed it.
  private func queuedWrite(
    _ written: EventLoopPromise<Void>?,
    on eventLoop: any EventLoop
  ) -> EventLoopPromise<Void> {
    let written = written ?? eventLoop.makePromise(of: Void.self)
    queuedWriteCount += 1
    written.futureResult.whenComplete { _ in self.queuedWriteCount -= 1 }
    return written
  }

  /// Asks the machine for events until it has to receive more.
  func process() {
    depth += 1
    defer { depth -= 1 }
    while !isOver {
      switch wire.next() {
      case .waiting: return deliverCopied()
      case .startEncryption: return startEncryption()
      case .connected:
        // A pooler may have dropped the setting, and servers before 14 do not report it.
        wire.saysReadOnly =
          settings.configuration.isReadOnly
          && wire.machine.parameter(ConnectionSettings.readOnly) != "on"
        welcome(nil)
      case .closed(let closure): close(closure)
      case let event: handle(event)
      }
    }
  }

  private func startEncryption() {
    guard !isWaitingForHandshake, let context, let tls = settings.tls else { return }
    isWaitingForHandshake = true
    flush()
    do {
      let handler = try tls.makeHandler()
      try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
    } catch {
      errorCaught(context: context, error: error)
    }
  }

  private func encryptionEstablished() {
    guard isWaitingForHandshake, let context else { return }
    isWaitingForHandshake = false
    let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
    let der = try? handler?.peerCertificate?.toDERBytes()
    let encryption = PostgresEncryption(serverEndPoint: der.flatMap(CertificateHash.endPoint))
    if settings.tls?.isDirect == true {
      let options = settings.machineOptions(asksReadOnly: asksReadOnly)
      wire.machine = PostgresConnectionMachine(options, encryption: encryption)
    } else {
      wire.machine.encryptionEstablished(encryption)
    }
    process()
    flush()
  }

  /// A task on the event loop waits for an answer.
  func startWatching() {
    guard let watch, let descriptor else { return }
    watch.begin(descriptor)
    isWatched = true
  }

  /// Nothing is waited for, or nothing more will come.
  func stopWatching() {
    guard isWatched, let watch, let descriptor else { return }
    watch.finish(descriptor)
    isWatched = false
  }

  /// Tells whoever opened the connection how that went.
  private func welcome(_ error: PostgresError?) {
    guard let connected else { return }
    self.connected = nil
    if let error { connected.fail(error) } else { connected.succeed() }
  }

  private func close(_ closure: PostgresClosure) {
    hasEnded.store(true, ordering: .releasing)
    let error =
      closure == .connectionLost || closure == .terminated
      ? failure ?? .closed(closure) : .closed(closure)
    welcome(error)
    while let request = sent.removeFirst() { request.finish(request.stop?.error ?? error) }
    while let request = held.removeFirst() { request.finish(request.stop?.error ?? error) }
    stopWatching()
    listeners.finish()
    flush()
    context?.close(promise: nil)
  }
}
