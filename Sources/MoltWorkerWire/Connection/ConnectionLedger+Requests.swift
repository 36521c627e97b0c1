extension ConnectionLedger {
  /// Takes a request of any operation.
  mutating func receive(
    _ message: RequestMessage,
    arrival: UInt64,
    isDraining: Bool,
    limits: ConnectionLimits
  ) -> ConnectionAction {
    let id = message.header.id
    let isCancel = message.header.operation == .cancel
    guard isCancel || requests[id] == nil else { return .close(.duplicateID(id)) }
    let deadline = message.header.deadline(arrival: arrival, limits: limits)
    let isFull = requests.count >= limits.unansweredRequests
    let full = ConnectionRefusal.tooManyRequests(limit: limits.unansweredRequests)
    switch message.request {
    case .hello(let hello):
      guard hello.protocolVersion == HelloRequest.currentProtocol else {
        return .refuse(id: id, .protocolUnknown(hello.protocolVersion))
      }
      return .hello(id: id)
    case .metrics: return .metrics(id: id)
    case .share:
      guard !isDraining else { return .refuse(id: id, .draining) }
      return .share(id: id)
    case .health:
      guard !isFull else { return .refuse(id: id, full) }
      requests[id] = Unanswered(stage: .working, deadline: deadline)
      return .health(id: id)
    case .prepare(let prepare):
      guard !isDraining else { return .refuse(id: id, .draining) }
      guard !isFull else { return .refuse(id: id, full) }
      return admit(
        id,
        message.request,
        statement: prepare.statement,
        deadline: deadline,
        limits: limits
      )
    case .run(let run):
      guard !isDraining else { return .refuse(id: id, .draining) }
      guard !isFull else { return .refuse(id: id, full) }
      return admit(
        id,
        message.request,
        statement: run.statement,
        deadline: deadline,
        limits: limits
      )
    case .release(let release):
      guard !isFull else { return .refuse(id: id, full) }
      return admit(
        id,
        message.request,
        statement: release.statement,
        deadline: deadline,
        limits: limits
      )
    case .cancel: return giveUp(id, .cancelled)
    }
  }

  /// Ends the requests whose time is over and says when the next one's will be.
  mutating func expire(now: UInt64) -> (actions: [ConnectionAction], next: UInt64?) {
    let late = requests.filter { $0.value.deadline <= now }.map(\.key).sorted()
    let actions = late.map { giveUp($0, .timedOut) }
    return (actions, requests.values.lazy.map(\.deadline).min())
  }
}

extension RequestHeader {
  /// When the request's time is over, on the clock of its arrival.
  package func deadline(arrival: UInt64, limits: ConnectionLimits) -> UInt64 {
    let asked = Duration.milliseconds(Int64(min(deadlineMilliseconds, 1 << 40)))
    let granted =
      deadlineMilliseconds == 0 ? limits.defaultDeadline : min(asked, limits.longestDeadline)
    return arrival &+ granted.nanoseconds
  }
}

extension Duration {
  /// The duration in whole nanoseconds; 0 for a negative one, the largest integer for one of more
  /// than 584 years.
  package var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : whole &+ UInt64(attoseconds / 1_000_000_000)
  }
}
