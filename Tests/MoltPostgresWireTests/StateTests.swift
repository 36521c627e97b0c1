import MoltBytes
import MoltErrors
import MoltPostgresWire
import Testing

/// A state of the machine that a conversation leads to.
enum Situation: CaseIterable, Sendable {
  case fresh, asking, shakingHands, loggingIn, welcomed
  case idle, parsing, described, bound, rows, synchronizing, skipping, suspended, closingPortal
  case simple, simpleRows, copyingIn, copyingOut, closing, terminated

  func bench() throws -> Bench {
    switch self {
    case .fresh: return Bench()
    case .asking, .shakingHands:
      let bench = Bench(Bench.options { $0.encryption = .require })
      _ = bench.told()
      if self == .shakingHands { _ = bench.receive([0x53]) }
      return bench
    case .loggingIn, .welcomed:
      let bench = Bench()
      _ = bench.told()
      if self == .welcomed { _ = bench.receive(Server.welcome) }
      return bench
    default:
      let bench = Bench.connected { $0.statements = .cached(capacity: 1) }
      try enter(bench)
      _ = bench.sent()
      return bench
    }
  }

  private func enter(_ bench: Bench) throws {
    let described = Server.described([("a", 23)])
    switch self {
    case .parsing: try bench.execute("select a")
    case .described:
      try bench.execute("select a")
      _ = bench.receive(Server.parseComplete + Server.parameters([]))
    case .bound:
      try bench.warm("select a")
      try bench.execute("select a")
    case .rows:
      try bench.execute("select a")
      _ = bench.receive(described)
    case .synchronizing:
      try bench.execute("select a")
      _ = bench.receive(described + Server.complete("SELECT 0"))
    case .skipping:
      try bench.execute("select a")
      _ = bench.receive(Server.error("42601"))
    case .suspended, .closingPortal:
      let operation = try bench.execute("select a", rowLimit: 1)
      _ = bench.receive(described + Server.row(["1"]) + Server.suspended)
      if self == .closingPortal {
        try bench.machine.closePortal(operation, into: &bench.output)
      }
    case .simple, .simpleRows:
      try bench.query("select a")
      if self == .simpleRows { _ = bench.receive(Server.columns([("a", 23)])) }
    case .copyingIn, .copyingOut:
      try bench.query("copy t")
      _ = bench.receive(Server.copy(self == .copyingIn ? "G" : "H", format: 0, columns: 1))
    case .closing:
      try bench.warm("select a")
      try bench.warm("select b")
      try bench.execute("select b")
    case .terminated:
      bench.machine.terminate(into: &bench.output)
      _ = bench.told()
    default: break
    }
  }

  /// Which messages may come, by their types, beside those that may always come in a session.
  var expected: Set<Character> {
    switch self {
    case .fresh, .loggingIn: ["R", "v", "E", "N"]
    case .welcomed: ["S", "K", "Z", "E", "N"]
    case .asking, .shakingHands, .terminated: []
    case .idle: []
    case .parsing: ["1", "E"]
    case .described: ["T", "n", "E"]
    case .bound: ["2", "E"]
    case .rows: ["D", "C", "I", "H", "G", "E"]
    case .synchronizing: ["Z", "E"]
    case .skipping: ["Z", "E"]
    case .suspended: ["E"]
    case .closingPortal: ["3", "E"]
    case .simple: ["C", "I", "T", "H", "G", "E"]
    case .simpleRows: ["D", "C", "E"]
    case .copyingIn: ["E"]
    case .copyingOut: ["d", "c", "E"]
    case .closing: ["3", "E"]
    }
  }

  /// Whether the session is open, so that notices, notifications and settings are heard.
  var isSession: Bool {
    switch self {
    case .fresh, .asking, .shakingHands, .loggingIn, .welcomed, .terminated: false
    default: true
    }
  }
}

@Suite("Each state meets each event")
struct StateTests {
  static let messages: [(Character, [UInt8])] = [
    ("R", Server.authentication(3)), ("K", Server.keyData), ("2", Server.bindComplete),
    ("3", Server.closeComplete), ("C", Server.complete("SELECT 0")), ("d", Server.copyData("x")),
    ("c", Server.copyDone), ("G", Server.copy("G", format: 0, columns: 0)),
    ("H", Server.copy("H", format: 0, columns: 0)), ("W", Server.copy("W", format: 0, columns: 0)),
    ("D", Server.row(["1"])), ("I", Server.empty), ("E", Server.error("XX000")),
    ("V", Server.message("V", Server.int32(-1))),
    ("v", Server.message("v", Server.int32(0) + Server.int32(0))), ("n", Server.noData),
    ("N", Server.notice("x")), ("A", Server.notification("c", "p")),
    ("t", Server.parameters([])), ("S", Server.parameter("a", "b")), ("1", Server.parseComplete),
    ("s", Server.suspended), ("Z", Server.ready()), ("T", Server.columns([("a", 23)])),
  ]

  @Test(
    "a message that may come is taken, and any other ends the connection",
    arguments: Situation.allCases
  )
  func messages(situation: Situation) throws {
    for (type, bytes) in Self.messages {
      let bench = try situation.bench()
      let pending = bench.machine.pendingCount
      let told = bench.receive(bytes)
      let mayCome =
        situation.expected.contains(type) || (situation.isSession && "ANS".contains(type))
      let place = "\(type) while \(situation)"
      switch situation {
      case .shakingHands: #expect(told == [.event(.startEncryption)], "\(place)")
      case .terminated: #expect(told == [.event(.closed(.terminated))], "\(place)")
      case .asking where type == "S":
        #expect(told == [.event(.closed(.wire(.bytesBeforeEncryption(offset: 1))))], "\(place)")
      case .fresh where type == "R", .loggingIn where type == "R":
        #expect(told == [.event(.closed(.authentication(.passwordInClear)))], "\(place)")
      case .fresh where type == "E", .loggingIn where type == "E", .welcomed where type == "E":
        #expect(told == [.event(.closed(.server(serverError("XX000"))))], "\(place)")
      default:
        let isOver = if case .event(.closed) = told.last { true } else { false }
        #expect(isOver != mayCome, "\(place): \(told)")
        guard isOver else { continue }
        let failed = told.filter { if case .event(.failed) = $0 { true } else { false } }
        #expect(failed.isEmpty || pending > 0, "\(place)")
        #expect(bench.told() == [told[told.count - 1]], "closed stays closed")
      }
    }
  }

  /// Requests by what they need.
  static func refusal(_ request: Int, _ bench: Bench) -> PostgresRefusal? {
    do throws(PostgresRefusal) {
      switch request {
      case 0: try bench.execute("select c", syncs: false)
      case 1: try bench.query("select c")
      case 2: try bench.sync()
      case 3: _ = try bench.machine.prepare(PostgresStatement("select c"), into: &bench.output)
      case 4: try bench.machine.resume(PostgresOperation(1), rowLimit: 0, into: &bench.output)
      case 5: try bench.machine.closePortal(PostgresOperation(1), into: &bench.output)
      case 6: try bench.machine.copyData(Span(), into: &bench.output)
      case 7: try bench.machine.copyDone(into: &bench.output)
      default: try bench.machine.copyFail("x", into: &bench.output)
      }
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "a request is taken or refused, and a refused one writes nothing",
    arguments: Situation.allCases
  )
  func requests(situation: Situation) throws {
    for request in 0..<9 {
      let bench = try situation.bench()
      _ = bench.sent()
      let pending = bench.machine.pendingCount
      let refusal = Self.refusal(request, bench)
      let isFree = situation != .suspended && situation != .closingPortal
      let expected: PostgresRefusal? =
        switch (situation, request) {
        case (.terminated, _): .closed
        case _ where !situation.isSession: .notConnected
        case (.copyingIn, 0...3): .copying
        case (_, 0...3): isFree ? nil : .portalOpen
        case (.suspended, 4...5): nil
        case (_, 4...5): .notSuspended
        case (.copyingIn, _): nil
        default: .notCopying
        }
      #expect(refusal == expected, "request \(request) while \(situation)")
      let isRefused = refusal != nil
      let isUnchanged = bench.sent().isEmpty && bench.machine.pendingCount == pending
      #expect(isUnchanged == isRefused, "request \(request) while \(situation)")
    }
  }

  @Test("a lost connection tells every operation, once", arguments: Situation.allCases)
  func lost(situation: Situation) throws {
    let bench = try situation.bench()
    bench.machine.connectionLost()
    let told = bench.told()
    let closure: PostgresClosure = situation == .terminated ? .terminated : .connectionLost
    #expect(told.last == .event(.closed(closure)))
    let hasOperation =
      situation.isSession && situation != .idle && situation != .synchronizing
      && situation != .skipping
    #expect(told.count == (hasOperation ? 2 : 1), "\(told)")
    bench.machine.connectionLost()
    bench.machine.encryptionEstablished(PostgresEncryption())
    #expect(bench.told() == [.event(.closed(closure))])
  }

  @Test("goodbye is said to a server that let the client in", arguments: Situation.allCases)
  func terminate(situation: Situation) throws {
    let bench = try situation.bench()
    _ = bench.sent()
    bench.machine.terminate(into: &bench.output)
    #expect(bench.sentTypes() == (situation.isSession ? "X" : ""))
    #expect(bench.told().last == .event(.closed(.terminated)))
  }

  @Test("a fatal error fails its operation with it, and the others with the closure")
  func fatal() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let first = try bench.execute("select a")
    let second = try bench.execute("select a")
    let error = serverError("57P01", severity: "FATAL")
    let told = bench.receive(Server.error("57P01", severity: "FATAL"))
    #expect(
      told == [
        .event(.failed(first, .server(error))), .event(.failed(second, .closed(.server(error)))),
        .event(.closed(.server(error))),
      ]
    )
    let idle = Bench.connected()
    let alone = idle.receive(Server.error("57P01", severity: "FATAL"))
    #expect(alone == [.event(.closed(.server(error)))])
  }

  @Test("limits and what the protocol cannot carry are refused before anything is written")
  func limits() throws {
    let bench = Bench.connected {
      $0.limits.sentMessageByteCount = 1000
      $0.limits.operationsInFlight = 4
    }
    #expect(throws: PostgresRefusal.zeroByte) { try bench.execute("select '\0'") }
    #expect(throws: PostgresRefusal.zeroByte) { try bench.query("\0") }
    #expect(throws: PostgresRefusal.self) { try bench.query(String(repeating: " ", count: 1000)) }
    #expect(throws: PostgresRefusal.self) {
      try bench.execute("select $1", [String(repeating: "x", count: 1000)])
    }
    bench.parameters.removeAll()
    for _ in 0..<65536 { bench.parameters.appendNull() }
    #expect(throws: PostgresRefusal.tooManyParameters(65536)) {
      try bench.machine.execute(PostgresStatement("a"), bench.parameters, into: &bench.output)
    }
    #expect(bench.sent() == [])
    for _ in 0..<2 { try bench.execute("select a") }
    #expect(throws: PostgresRefusal.tooManyOperations(limit: 4)) { try bench.execute("select a") }
  }
}

@Suite("Garbage")
struct GarbageTests {
  @Test("random and damaged streams give events, whatever the state", arguments: 0..<8)
  func random(round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = Lehmer(seed)
    let sound = StateTests.messages.map(\.1)
    for _ in 0..<400 {
      let situation = Situation.allCases[Int(random.next()) % Situation.allCases.count]
      let bench = try situation.bench()
      var bytes: [UInt8] = []
      for _ in 0..<(random.next() % 8 + 1) { bytes += sound[Int(random.next()) % sound.count] }
      for _ in 0..<(random.next() % 4) {
        bytes[Int(random.next()) % bytes.count] = UInt8(truncatingIfNeeded: random.next())
      }
      bytes.removeLast(Int(random.next()) % bytes.count)
      let whole = bench.receive(bytes)
      let drip = try situation.bench()
      var dripped = bytes.flatMap { drip.receive([$0]) }
      // A closed machine says so for every byte that still comes.
      while dripped.count > whole.count { dripped.removeLast() }
      if situation != .asking, situation != .shakingHands, bench.rowErrors.isEmpty {
        #expect(dripped == whole, "seed \(seed)")
      }
      bench.machine.connectionLost()
      guard case .event(.closed) = bench.told().last else {
        Issue.record("seed \(seed): not closed")
        return
      }
    }
  }
}
