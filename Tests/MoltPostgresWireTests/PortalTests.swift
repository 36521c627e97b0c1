import MoltPostgresWire
import Testing

@Suite("Results in portions")
struct PortalTests {
  static let portion =
    Server.bindComplete + Server.row(["1"]) + Server.row(["2"]) + Server.suspended

  static func suspended(
    _ change: (inout PostgresConnectionOptions) -> Void = { _ in }
  ) throws -> (Bench, PostgresOperation) {
    let bench = Bench.connected(change)
    try bench.warm("select a")
    let operation = try bench.execute("select a", rowLimit: 2)
    #expect(bench.sentTypes() == "BEH")
    let told = bench.receive(portion)
    #expect(
      told.suffix(3) == [
        .row(operation, ["1"]), .row(operation, ["2"]), .event(.suspended(operation)),
      ]
    )
    return (bench, operation)
  }

  @Test("a suspended result goes on where it stopped, and its batch ends by itself")
  func resume() throws {
    let (bench, operation) = try Self.suspended()
    try bench.machine.resume(operation, rowLimit: 2, into: &bench.output)
    #expect(bench.sentTypes() == "EH")
    #expect(bench.receive(Server.row(["3"])) == [.row(operation, ["3"])])
    let told = bench.receive(Server.complete("SELECT 1"))
    #expect(told == [.event(.completed(operation, CommandComplete(tag: "SELECT 1")))])
    #expect(bench.sentTypes() == "S")
    #expect(bench.receive(Server.ready()) == [.event(.ready(.idle))])
    try bench.execute("select a")
    #expect(bench.sentTypes() == "BES")
  }

  @Test("a suspended result can be given up")
  func close() throws {
    let (bench, operation) = try Self.suspended()
    try bench.machine.closePortal(operation, into: &bench.output)
    #expect(bench.sentTypes() == "CH")
    let told = bench.receive(Server.closeComplete)
    #expect(told == [.event(.completed(operation, CommandComplete(tag: "")))])
    #expect(bench.sentTypes() == "S")
    #expect(bench.receive(Server.ready()) == [.event(.ready(.idle))])
  }

  @Test("other requests have to wait")
  func exclusive() throws {
    let (bench, operation) = try Self.suspended()
    #expect(throws: PostgresRefusal.portalOpen) { try bench.execute("select a") }
    #expect(throws: PostgresRefusal.portalOpen) { try bench.query("select a") }
    #expect(throws: PostgresRefusal.portalOpen) { try bench.sync() }
    #expect(throws: PostgresRefusal.portalOpen) {
      try bench.machine.prepare(PostgresStatement("select 1"), into: &bench.output)
    }
    #expect(throws: PostgresRefusal.notSuspended) {
      try bench.machine.resume(PostgresOperation(99), rowLimit: 1, into: &bench.output)
    }
    try bench.machine.resume(operation, rowLimit: 1, into: &bench.output)
    #expect(throws: PostgresRefusal.notSuspended) {
      try bench.machine.resume(operation, rowLimit: 1, into: &bench.output)
    }
    #expect(throws: PostgresRefusal.notSuspended) {
      try bench.machine.closePortal(operation, into: &bench.output)
    }
    #expect(bench.sentTypes() == "EH")
  }

  @Test("an error ends the portions and their batch")
  func error() throws {
    let (bench, operation) = try Self.suspended()
    try bench.machine.resume(operation, rowLimit: 2, into: &bench.output)
    _ = bench.sent()
    let told = bench.receive(Server.row(["3"]) + Server.error("57014"))
    #expect(told.last == .event(.failed(operation, .server(serverError("57014")))))
    #expect(bench.sentTypes() == "S")
    #expect(bench.receive(Server.ready()) == [.event(.ready(.idle))])
    try bench.execute("select a")
  }

  @Test("an error before the portions skips them, and their batch ends")
  func errorBefore() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let first = try bench.execute("select a", syncs: false)
    let second = try bench.execute("select a", rowLimit: 5)
    #expect(bench.sentTypes() == "BEBEH")
    let told = bench.receive(Server.error("22012"))
    #expect(
      told == [
        .event(.failed(first, .server(serverError("22012")))),
        .event(.failed(second, .skipped(after: first))),
      ]
    )
    #expect(bench.sentTypes() == "S")
    #expect(bench.receive(Server.ready()) == [.event(.ready(.idle))])
  }

  @Test("a stale statement is sent again in portions", arguments: [true, false])
  func stale(isAlone: Bool) throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    if !isAlone { try bench.execute("select a", syncs: false) }
    let operation = try bench.execute("select a", rowLimit: 2)
    _ = bench.sent()
    #expect(bench.receive(Server.error("26000")) == [])
    #expect(bench.sentTypes() == "S")
    #expect(throws: PostgresRefusal.portalOpen) { try bench.execute("select a") }
    #expect(bench.receive(Server.ready()) == [])
    #expect(bench.sentTypes() == (isAlone ? "PDBEH" : "PDBEBEH"))
    let first = isAlone ? [] : Server.described([("a", 23)]) + Server.complete("SELECT 0")
    let second = isAlone ? Server.described([("a", 23)]) : Server.bindComplete
    let told = bench.receive(first + second + Server.row(["1"]) + Server.suspended)
    #expect(told.last == .event(.suspended(operation)))
    try bench.machine.closePortal(operation, into: &bench.output)
    #expect(bench.receive(Server.closeComplete + Server.ready()).last == .event(.ready(.idle)))
  }

  @Test("a suspension that nobody asked for ends the connection")
  func unexpected() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let operation = try bench.execute("select a")
    let told = bench.receive(Server.bindComplete + Server.suspended)
    guard case .event(.failed(operation, .closed(.wire(.unexpected)))) = told[1] else {
      Issue.record("\(told)")
      return
    }
  }
}
