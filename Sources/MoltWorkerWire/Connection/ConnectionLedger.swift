/// What an open connection owes its client, and which statements it knows.
struct ConnectionLedger {
  /// How far an unanswered request has come.
  enum Stage: Equatable {
    /// Behind a prepare of the same statement.
    case waiting(statement: UInt64)
    /// The shell compiles the statement.
    case preparing(statement: UInt64)
    /// The shell works on it.
    case working
  }

  struct Unanswered {
    var stage: Stage
    /// When its time is over, on the clock of ``RequestHeader``'s arrival.
    var deadline: UInt64
  }

  /// A request that waits for a statement.
  struct Waiting {
    var id: UInt64
    var request: Request
  }

  enum Statement {
    case ready
    /// Being compiled for request `id`, or for nobody after that request was given up.
    case preparing(id: UInt64?, waiting: [Waiting])
  }

  var requests: [UInt64: Unanswered] = [:]
  var statements: [UInt64: Statement] = [:]

  /// The requests that the shell works on, in no order.
  var working: [UInt64] { requests.filter { $0.value.stage == .working }.map(\.key) }

  /// Takes a request that names a statement: starts it, queues it or refuses it.
  mutating func admit(
    _ id: UInt64,
    _ request: Request,
    statement number: UInt64,
    deadline: UInt64,
    limits: ConnectionLimits
  ) -> ConnectionAction {
    if case .preparing(let owner, var waiting) = statements[number] {
      waiting.append(Waiting(id: id, request: request))
      statements[number] = .preparing(id: owner, waiting: waiting)
      requests[id] = Unanswered(stage: .waiting(statement: number), deadline: deadline)
      return .nothing
    }
    return start(id, request, statement: number, deadline: deadline, limits: limits)
  }

  /// Starts a request whose statement is not being prepared.
  mutating func start(
    _ id: UInt64,
    _ request: Request,
    statement number: UInt64,
    deadline: UInt64,
    limits: ConnectionLimits
  ) -> ConnectionAction {
    requests[id] = nil
    let isKnown = statements[number] != nil
    switch request {
    case .prepare(let prepare):
      guard !isKnown else { return .refuse(id: id, .statementInUse(number)) }
      guard statements.count < limits.statements else {
        return .refuse(id: id, .tooManyStatements(limit: limits.statements))
      }
      statements[number] = .preparing(id: id, waiting: [])
      requests[id] = Unanswered(stage: .preparing(statement: number), deadline: deadline)
      return .prepare(id: id, prepare)
    case .run(let run):
      guard isKnown else { return .refuse(id: id, .statementUnknown(number)) }
      requests[id] = Unanswered(stage: .working, deadline: deadline)
      return .run(id: id, run, deadline: deadline)
    default:
      guard isKnown else { return .refuse(id: id, .statementUnknown(number)) }
      statements[number] = nil
      return .release(id: id, statement: number)
    }
  }

  /// Ends a request before its answer is there.
  mutating func giveUp(_ id: UInt64, _ refusal: ConnectionRefusal) -> ConnectionAction {
    guard let request = requests.removeValue(forKey: id) else { return .nothing }
    switch request.stage {
    case .working:
      return .abandon(id: id, refusal)
    case .preparing(let number):
      if case .preparing(_, let waiting) = statements[number] {
        statements[number] = .preparing(id: nil, waiting: waiting)
      }
    case .waiting(let number):
      if case .preparing(let owner, var waiting) = statements[number] {
        waiting.removeAll { $0.id == id }
        statements[number] = .preparing(id: owner, waiting: waiting)
      }
    }
    return .refuse(id: id, refusal)
  }

  /// Takes note of a compiled, or failed, statement and starts what waited for it, in order.
  mutating func finishPrepare(
    _ number: UInt64,
    succeeded: Bool,
    limits: ConnectionLimits
  ) -> PrepareOutcome {
    guard case .preparing(let owner, var waiting) = statements[number] else {
      return PrepareOutcome()
    }
    var outcome = PrepareOutcome(answered: owner, isKept: succeeded && owner != nil)
    statements[number] = outcome.isKept ? .ready : nil
    if let owner { requests[owner] = nil }
    while !waiting.isEmpty {
      let next = waiting.removeFirst()
      let deadline = requests[next.id]?.deadline ?? .max
      outcome.actions.append(
        start(next.id, next.request, statement: number, deadline: deadline, limits: limits)
      )
      if case .preparing(let owner, _) = statements[number] {
        statements[number] = .preparing(id: owner, waiting: waiting)
        break
      }
    }
    return outcome
  }
}
