import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("Batches of executions")
struct BatchTests {
  static let one = Server.bindComplete + Server.row(["1"]) + Server.complete("SELECT 1")

  @Test("end in one synchronisation and are answered in order")
  func answers() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let operations = try (0..<3).map { _ in try bench.execute("select a", syncs: false) }
    try bench.sync()
    #expect(bench.sentTypes() == "BEBEBES")
    let told = bench.receive(Self.one + Self.one + Self.one + Server.ready())
    #expect(
      told == operations.flatMap { answer($0, rows: [["1"]]).dropLast() } + [.event(.ready(.idle))]
    )
  }

  @Test("mean the same however their answers arrive")
  func splits() throws {
    let bytes = Self.one + Self.one + Server.bindComplete + Server.error("22012") + Server.ready()
    func told(_ pieces: [ArraySlice<UInt8>]) throws -> [Told] {
      let bench = Bench.connected()
      try bench.warm("select a")
      for _ in 0..<4 { try bench.execute("select a", syncs: false) }
      try bench.sync()
      return pieces.flatMap { bench.receive($0) }
    }
    let whole = try told([bytes[...]])
    #expect(whole.count == 10)
    for place in bytes.indices {
      let split = try told([bytes[..<place], bytes[place...]])
      #expect(split == whole, "split at \(place)")
    }
    let drip = try told(bytes.indices.map { bytes[$0...$0] })
    #expect(drip == whole)
  }

  @Test("can be checked before anything is sent")
  func checks() throws {
    let bench = Bench.connected {
      $0.limits.operationsInFlight = 4
      $0.limits.sentMessageByteCount = 1000
    }
    func check(_ sql: String, behind count: Int) throws(PostgresRefusal) {
      try bench.machine.check(PostgresStatement(sql), bench.parameters, behind: count)
    }
    try check("select a", behind: 3)
    #expect(throws: PostgresRefusal.tooManyOperations(limit: 4)) {
      try check("select a", behind: 4)
    }
    #expect(throws: PostgresRefusal.zeroByte) { try check("select '\0'", behind: 0) }
    #expect(throws: PostgresRefusal.self) {
      try check(String(repeating: " ", count: 1000), behind: 0)
    }
    try bench.execute("select a")
    try check("select a", behind: 1)
    #expect(throws: PostgresRefusal.tooManyOperations(limit: 4)) {
      try check("select a", behind: 2)
    }
    #expect(bench.sentTypes() == "PDBES")
  }

  @Test("that were checked are sent as a whole, also where they close statements first")
  func evictions() throws {
    let bench = Bench.connected {
      $0.limits.operationsInFlight = 4
      $0.statements = .cached(capacity: 1)
    }
    for number in 0..<2 { try bench.warm("select \(number)") }
    try bench.execute("select 3", syncs: false)
    for number in 4..<7 { try bench.execute("select \(number)", syncs: false) }
    #expect(throws: PostgresRefusal.tooManyOperations(limit: 4)) {
      try bench.execute("select 7", syncs: false)
    }
    try bench.sync()
    #expect(bench.sentTypes() == "CPDBEPDBEPDBEPDBES")
  }

  @Test("parse every statement anew once they were dropped, and close the old ones")
  func dropping() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    try bench.warm("select b")
    try bench.machine.dropStatements()
    let operation = try bench.execute("select a", syncs: false)
    try bench.execute("select b")
    #expect(bench.sentTypes() == "CCPDBEPDBES")
    let told = bench.receive(
      Server.closeComplete + Server.closeComplete + StatementTests.firstTime
        + Server.complete("SELECT 0")
    )
    #expect(told == answer(operation, rows: []).dropLast())
  }

  @Test("are sent again with every statement parsed anew when their first one was stale")
  func stale() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    try bench.warm("select b")
    let first = try bench.execute("select a", syncs: false)
    let second = try bench.execute("select b", syncs: false)
    let third = try bench.execute("select a")
    #expect(bench.sentTypes() == "BEBEBES")
    #expect(bench.receive(StatementTests.changed + Server.ready()) == [])
    #expect(bench.sentTypes() == "CCPDBEPDBEBES")
    let none = Server.complete("SELECT 0")
    let told = bench.receive(
      Server.closeComplete + Server.closeComplete + StatementTests.firstTime + none
        + StatementTests.firstTime + none + Server.bindComplete + none + Server.ready()
    )
    #expect(
      told == answer(first, rows: []).dropLast() + answer(second, rows: []).dropLast()
        + answer(third, rows: [])
    )
  }
}
