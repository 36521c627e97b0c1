internal import MoltPostgresWire
internal import NIOCore

extension ConnectionHandler {
  /// Stops a request, wherever it is.
  ///
  /// One that was not sent ends at once. One that the server works on is cancelled there, and ends
  /// when the server says so; one behind it is cancelled when its turn comes.
  func stop(_ request: ConnectionRequest, _ reason: ConnectionRequest.Stop) {
    guard request.stop == nil else { return }
    request.stop = reason
    switch request.place {
    case .new, .done: return
    case .held:
      held.remove(request)
      request.finish(reason.error)
    case .sent:
      if reason == .abandoned { resumeReading() }
      if sent.first === request { sendCancel(for: request, reason) }
    }
  }

  /// Asks the server to stop what this connection runs, again until it has.
  ///
  /// A server that does not stop within the grace loses the connection.
  func sendCancel(for request: ConnectionRequest, _ reason: ConnectionRequest.Stop) {
    guard let context, let key = wire.machine.backendKey else { return }
    resumeReading()
    let grace = context.eventLoop.scheduleTask(in: TimeAmount(settings.cancelGrace)) {
      guard request.place == .sent else { return }
      self.failure = self.failure ?? reason.error
      self.context?.close(promise: nil)
    }
    context.channel.closeFuture.whenComplete { _ in grace.cancel() }
    sendCancel(key, for: request, pause: .milliseconds(100))
  }

  /// Asks the server once on a connection of its own, and after a pause again.
  ///
  /// It forgets a cancel that reaches it before the statement does, hence more than one. Nothing new
  /// is sent until the server has closed that connection: by then the cancel has arrived, and cannot
  /// hit what comes later.
  private func sendCancel(
    _ key: BackendKeyData,
    for request: ConnectionRequest,
    pause: TimeAmount
  ) {
    guard let context, request.place == .sent, sent.first === request else { return }
    cancelsInFlight += 1
    behindCancel = sent.count
    let eventLoop = context.eventLoop
    CancelHandler.send(key, settings, on: eventLoop).whenComplete { _ in
      self.cancelsInFlight -= 1
      self.transmitHeld()
      self.flush()
      let next = min(pause * 2, .seconds(1))
      eventLoop.scheduleTask(in: pause) { self.sendCancel(key, for: request, pause: next) }
    }
  }
}
