internal import MoltPostgresWire
internal import NIOCore

extension ConnectionHandler {
  /// The most requests in flight; others are sent after answers.
  static let mostInFlight = 4096
  /// How many requests in flight keep a server busy for a while: some hundred microseconds at least.
  static let manyInFlight = 64

  /// Does what tasks have asked for since the last time.
  func perform(_ orders: [ConnectionOrder]) {
    for order in orders { perform(order) }
    flush()
  }

  /// Does what a task on the event loop asks for; what others of this tick ask for goes out with it.
  func performSoon(_ order: ConnectionOrder) {
    perform(order)
    if !isWatched, !sent.isEmpty { startWatching() }
    guard !isFlushDue, let context else { return }
    isFlushDue = true
    context.eventLoop.execute {
      self.isFlushDue = false
      self.flush()
    }
  }

  private func perform(_ order: ConnectionOrder) {
    depth += 1
    defer { depth -= 1 }
    switch order {
    case .send(let request): accept(request)
    case .stop(let request, let reason): stop(request, reason)
    case .resumeReading: resumeReading()
    case .listen(let name, let listener): listeners.add(listener, to: name)
    case .ignore(let name, let listener): listeners.remove(listener, from: name)
    case .close: terminate()
    }
  }

  private func accept(_ request: ConnectionRequest) {
    if let stop = request.stop { return request.finish(stop.error) }
    if isOver { return request.finish(failure ?? .closed(.connectionLost)) }
    if let timeout = request.timeout, request.alarm == nil, let context {
      request.alarm = context.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
        self.stop(request, .timeout)
        self.flush()
      }
    }
    if mustHold(request) {
      request.place = .held
      held.append(request)
    } else {
      transmit(request)
    }
  }

  private func mustHold(_ request: ConnectionRequest) -> Bool {
    exclusive != nil || cancelsInFlight > 0 || !held.isEmpty || !hasRoom(for: request)
  }

  private func hasRoom(for request: ConnectionRequest) -> Bool {
    guard !sent.isEmpty else { return true }
    return sent.count < Self.mostInFlight && wire.hasRoom(for: request.work)
  }

  /// Sends what was held, as far as that is possible now.
  func transmitHeld() {
    while !isOver, exclusive == nil, cancelsInFlight == 0, let next = held.first,
      hasRoom(for: next), let request = held.removeFirst()
    {
      if let stop = request.stop { request.finish(stop.error) } else { transmit(request) }
    }
  }

  private func transmit(_ request: ConnectionRequest) {
    if case .batch(let queries) = request.work {
      if let error = refusal(of: queries) { return request.finish(error) }
      request.results.reserveCapacity(queries.count)
    }
    do throws(PostgresRefusal) {
      try wire.send(request.work)
      if case .copyIn = request.work { exclusive = request }
      request.place = .sent
      sent.append(request)
    } catch {
      // A run whose transaction nobody would end has ended the connection.
      if !wire.machine.isOpen { process() }
      request.finish(.refused(error))
    }
  }

  /// Why a batch cannot be sent; nil when it can.
  private func refusal(of queries: [PostgresQuery]) -> PostgresError? {
    var index = 0
    do throws(PostgresRefusal) {
      while index < queries.count {
        try wire.check(queries[index], behind: index)
        index += 1
      }
      return nil
    } catch {
      if case .tooManyOperations = error { return .refused(error) }
      return wire.machine.isOpen ? .batch(index: index, .refused(error)) : .refused(error)
    }
  }

  private func terminate() {
    wire.terminate()
    process()
  }

  /// Sends a piece of a copy's data; `done` hears when the socket has taken it.
  ///
  /// - Returns: Whether the server does not want it any more; `done` then hears nothing.
  func sendCopyData(
    _ data: [UInt8],
    _ done: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) -> Bool {
    guard let context, (try? wire.sendCopyData(data)) != nil else { return true }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.whenComplete(done)
    flush(written)
    return false
  }

  /// Ends a copy; with a reason it fails.
  func endCopy(_ reason: String?) {
    wire.endCopy(reason)
    flush()
  }
}

/// What a task asks of a connection's event loop.
enum ConnectionOrder: Sendable {
  case send(ConnectionRequest)
  case stop(ConnectionRequest, ConnectionRequest.Stop)
  case resumeReading
  case listen(String, NotificationListener)
  case ignore(String, NotificationListener)
  case close
}
